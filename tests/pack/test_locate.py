import subprocess
import sys

import pytest

from pack import tiny
from planner.errors import InputError
from planner.pack import builtin_packs, bundle_root, data_root, find_pack, locate


def test_the_built_in_pack_is_found_by_its_id():
    assert "immigration" in builtin_packs()
    assert find_pack("immigration") == data_root() / "immigration"
    assert (data_root() / "counties").is_dir()
    assert data_root().parent == bundle_root()


def test_an_installed_package_uses_its_bundle(tmp_path, monkeypatch):
    (tmp_path / "planner" / "_bundle" / "data").mkdir(parents=True)
    monkeypatch.setattr(locate, "_PACKAGE", tmp_path / "planner")
    assert bundle_root() == tmp_path / "planner" / "_bundle"
    assert data_root() == tmp_path / "planner" / "_bundle" / "data"
    assert builtin_packs() == ()


def test_a_folder_is_found_from_a_file_beside_it_and_from_here(tmp_path, monkeypatch):
    folder = tiny.write(tmp_path / "mine")
    assert find_pack(str(folder)) == folder
    assert find_pack(str(folder / "pack.toml")) == folder
    assert find_pack("mine", relative_to=tmp_path) == folder
    monkeypatch.chdir(tmp_path)
    assert find_pack("mine") == folder


@pytest.mark.parametrize("name", ["imigration", "nowhere", "", "a\0b", "/no/such/place"])
def test_a_missing_pack_names_the_built_in_ones(name):
    with pytest.raises(InputError) as caught:
        find_pack(name)
    told = str(caught.value)
    assert "immigration" in told
    assert "/no/such" not in told
    if name == "imigration":
        assert "Did you mean immigration?" in told


def test_a_pack_that_may_not_be_opened_is_not_called_missing(tmp_path, monkeypatch):
    folder = tiny.write(tmp_path / "mine")

    def closed(self, *_arguments, **_options):
        raise PermissionError(13, "Permission denied", "/secret")

    monkeypatch.setattr(type(folder), "stat", closed)
    monkeypatch.setattr(locate, "builtin_packs", lambda: ())
    with pytest.raises(InputError, match="cannot be read: no permission"):
        find_pack(str(folder))


def test_importing_loads_nothing_heavy():
    script = (
        "import sys, planner.pack; "
        "print([m for m in ('streamlit', 'folium', 'pulp', 'pyogrio', 'geopandas', 'openpyxl',"
        " 'pandas', 'pyarrow') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_a_folder_with_packs_within_it_names_them(tmp_path):
    for name in ("b", "a"):
        (tmp_path / "folder" / name).mkdir(parents=True)
        (tmp_path / "folder" / name / "pack.toml").write_text("")
    with pytest.raises(InputError) as caught:
        find_pack("folder", relative_to=tmp_path)
    assert caught.value.faults[0].message.startswith("Did you mean a or b within it? ")


def test_a_name_that_no_disk_takes_is_told_as_one_that_is_not_there(tmp_path):
    with pytest.raises(InputError) as caught:
        find_pack("x" * 300, relative_to=tmp_path)
    (fault,) = caught.value.faults
    assert fault.found == "no data pack"
    assert fault.message.startswith("Built-in packs: ")
