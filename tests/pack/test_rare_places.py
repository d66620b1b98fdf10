"""Names, notes and folders that few packs have: taken, told or left out, never an error."""

import os
import tomllib
import zipfile
from pathlib import Path

import pytest

from pack import tiny
from planner.errors import InputError, PlannerError
from planner.pack import find_pack, read_pack, snapshot
from planner.pack.draft import replace_files, unpack_pack
from planner.pack.faults import Findings
from planner.pack.fingerprint import print_of
from planner.pack.lakes_file import read_lakes
from planner.pack.locate import name_of_pack
from planner.pack.own import bring_back, copy_pack, keep_pack, put_away
from planner.pack.own_note import NOTE, own_root, read_note
from planner.pack.parts import files_by_kind, schema_of
from planner.pack.safe_names import unsafe
from planner.pack.snapshot import snapshot_of
from planner.pack.synced import sync_folder

TOML = tiny.FILES["pack.toml"]
LONG = "x" * 300  # longer than any disk takes


def with_text(line):
    """The manifest with a text more, which any reader may take for a path."""
    return f"{line}\n{TOML}"


def with_scenario(folder, text):
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "one.toml").write_text(text)
    return folder


# -- texts that could be paths -------------------------------------------------------------


@pytest.mark.parametrize("text", [LONG, f"/{LONG}", f"../{LONG}", "a\\u0000b", "a sentence, long"])
def test_a_text_that_no_disk_takes_for_a_name_is_a_text(tmp_path, text):
    folder = tiny.write(tmp_path / "tiny", pack_toml=with_text(f'limits = ["{text}", ""]'))
    with_scenario(folder, 'name = "One"\n')
    assert read_pack(folder).limits == (text.replace("\\u0000", "\0"), "")
    assert set(print_of(folder).files) == set(tiny.FILES)
    copied = replace_files(folder, tmp_path / "into", {}, Findings())
    assert set(print_of(copied).files) == set(tiny.FILES)


@pytest.mark.parametrize("key", ["lakes", "roads", "area_facts"])
def test_a_file_with_a_name_that_no_disk_takes_is_not_there(tmp_path, key):
    folder = tiny.write(tmp_path / "tiny", pack_toml=with_text(f'{key} = "{LONG}"'))
    fault = tiny.the_fault(folder)
    assert (fault.file, fault.column, fault.expected) == ("pack.toml", key, "a file")
    assert key not in files_by_kind(folder)


def test_a_first_scenario_with_such_a_name_is_not_there(tmp_path):
    folder = tiny.write(tmp_path / "tiny", pack_toml=with_text(f'first_scenario = "{LONG}"'))
    tiny.warning(with_scenario(folder, ""), "first_scenario", "there is no scenarios/")


def test_a_file_that_may_not_be_seen_is_told_as_such(tmp_path, monkeypatch):
    stat = Path.stat

    def hidden(path, **options):
        if path.name == "secret.geojson":
            raise PermissionError(13, "no")
        return stat(path, **options)

    folder = tiny.write(tmp_path / "tiny", pack_toml=with_text('lakes = "secret.geojson"'))
    monkeypatch.setattr(Path, "stat", hidden)
    fault = tiny.the_fault(folder)
    assert (fault.file, fault.found) == (
        "secret.geojson", "a file that cannot be read: no permission",
    )  # fmt: skip


def test_a_way_up_alone_is_the_name_of_a_folder():
    assert unsafe("..", most_up=1) == "a name of a folder"
    assert unsafe("..") == "a name that leaves its folder"
    assert unsafe("../a.csv", most_up=1) is None


# -- what goes with a pack -----------------------------------------------------------------


def test_hidden_words_and_folders_that_look_like_scenarios_stay_behind(tmp_path):
    folder = with_scenario(tiny.write(tmp_path / "tiny"), 'name = "One"\n')
    (folder / ".git").mkdir()
    (folder / ".git" / "notes.md").write_text("x")
    (folder / "words.md").mkdir()
    (folder / "scenarios" / "two.toml").mkdir()
    assert set(snapshot_of(folder).beside) == {"scenarios/one.toml"}


def test_a_pack_bigger_than_may_be_kept_is_refused(tmp_path, monkeypatch):
    folder = tiny.write(tmp_path / "tiny")
    size = sum(path.stat().st_size for path in folder.iterdir())
    monkeypatch.setattr(snapshot, "MOST_BYTES", size)
    assert snapshot_of(folder).id == "tiny"
    monkeypatch.setattr(snapshot, "MOST_BYTES", size - 1)
    with pytest.raises(InputError, match="a smaller pack"):
        snapshot_of(folder)


@pytest.mark.parametrize(
    "text",
    ['name = "One"\n', "pack = 3\n", 'pack = "immigration"\n', 'pack = "nobodys"\n', "pack = [\n"],
)
def test_a_scenario_that_names_no_pack_or_another_is_copied_as_it_is(tmp_path, text):
    folder = with_scenario(tiny.write(tmp_path / "tiny"), text)
    own = copy_pack(folder, tmp_path / "into")
    assert (own / "scenarios" / "one.toml").read_text() == text


# -- packs of one's own --------------------------------------------------------------------


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    return own_root()


def test_a_pack_does_not_come_back_in_place_of_another(root, tmp_path):
    source = tiny.write(tmp_path / "tiny")
    first = keep_pack(root, source, name="Copy")
    put_away(root, first.id)
    (root / "copy").mkdir()
    with pytest.raises(PlannerError, match="another pack called copy"):
        bring_back(root, "copy")
    (root / "copy").rmdir()
    assert bring_back(root, "copy") == first


def test_a_pack_is_named_by_its_id_where_it_has_one(root, tmp_path):
    source = tiny.write(tmp_path / "tiny")
    kept = [keep_pack(root, source, name=name).folder for name in ("One", "Two")]
    assert [name_of_pack(each) for each in kept] == ["one", "two"]
    assert name_of_pack(find_pack("immigration")) == "immigration"
    assert name_of_pack(source) == str(source)


@pytest.mark.parametrize("note", ["[1]", '"x"', '{"id": "' + "x" * 70_000 + '"}', "{", "[" * 9999])
def test_a_note_that_is_none_is_not_read(tmp_path, note):
    (tmp_path / NOTE).write_text(note)
    assert read_note(tmp_path) is None


# -- drafts --------------------------------------------------------------------------------


def drafted(tmp_path, source, **files):
    findings = Findings()
    given = {kind: (f"{kind}.csv", content.encode()) for kind, content in files.items()}
    return replace_files(source, tmp_path / "into", given, findings), findings.faults


COUNTED = 'visit_type = "get_card"\nwhat = "cards"\nwhen = "2023"\n'
COUNTS = "site,count\ns1,4\ns2,6\n"


def counted(file):
    return f'{TOML}[station_counts]\nfile = "{file}"\n{COUNTED}'


@pytest.mark.parametrize("place", ["counts.csv", "data/counts.csv"])
def test_records_and_counts_go_where_the_pack_has_them(tmp_path, place):
    source = tiny.write(tmp_path / "tiny", pack_toml=counted(place))
    record = "date,branch,service,served\n2024-01-02,s1,get_card,5\n"
    folder, faults = drafted(tmp_path, source, work_records=record, station_counts=COUNTS)
    assert faults == []
    pack = read_pack(folder)
    assert pack.work_records.served.tolist() == [5]
    assert [each.count for each in pack.stations.counts] == [6, 4]  # the largest first
    assert (folder / place).read_text() == COUNTS


@pytest.mark.parametrize("place", ["../../counts.csv", "/counts.csv", "a\\u0000b", "con.csv"])
def test_counts_are_never_written_to_another_place_than_the_pack(tmp_path, place):
    source = tiny.write(tmp_path / "data" / "tiny", pack_toml=counted(place))
    folder, faults = drafted(tmp_path, source, station_counts=COUNTS)
    assert folder is None
    assert faults[0].found == "counts that pack.toml does not name"
    assert [each.name for each in tmp_path.rglob("*counts*.csv")] == ["station_counts.csv"]


def test_counts_that_the_pack_says_nothing_of_are_not_passed_over(tmp_path):
    folder, (fault,) = drafted(tmp_path, tiny.write(tmp_path / "tiny"), station_counts=COUNTS)
    assert folder is None
    assert (fault.file, fault.found) == (
        "station_counts.csv", "counts that pack.toml does not name",
    )  # fmt: skip


def test_a_map_of_ones_own_leaves_a_broken_manifest_to_its_reader(tmp_path):
    source = tiny.write(tmp_path / "tiny", pack_toml="id = [")
    folder, faults = drafted(tmp_path, source, lakes=tiny.FILES["areas.geojson"])
    assert faults == []
    assert (folder / "pack.toml").read_text() == "id = ["
    assert tiny.the_fault(folder).file == "pack.toml"


@pytest.mark.parametrize("more", [-1, 1])
def test_a_member_of_another_size_than_is_told_is_refused(tmp_path, more):
    file = tmp_path / "mine.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pack.toml", TOML)
        archive.getinfo("pack.toml").file_size += more
    findings = Findings()
    assert unpack_pack(file, tmp_path / "into", findings) is None
    assert [each.found for each in findings.faults] == ["a damaged zip file"]


def test_a_kind_without_columns_has_no_schema():
    assert schema_of("pack") is None
    assert schema_of("sites").kind == "sites"


# -- files that are gone -------------------------------------------------------------------


def test_lakes_that_are_gone_are_a_fault(tmp_path):
    findings = Findings()
    assert read_lakes(tmp_path / "lakes.geojson", findings) is None
    assert [each.file for each in findings.faults] == ["lakes.geojson"]


def test_a_manifest_too_big_to_be_one_is_not_read(tmp_path):
    folder = tiny.write(tmp_path / "tiny", pack_toml=TOML + "# " + "x" * 6 * 2**20)
    assert tomllib.loads((folder / "pack.toml").read_text())["id"] == "tiny"
    fault = tiny.faults(folder)[0]
    assert (fault.file, fault.found) == ("pack.toml", "6.0 MB")


def test_windows_is_not_asked_to_write_names_of_files_to_its_disk(tmp_path, monkeypatch):
    nowhere = tmp_path / "nowhere"
    with pytest.raises(FileNotFoundError):
        sync_folder(nowhere)
    with monkeypatch.context() as patch:
        patch.setattr(os, "name", "nt")
        sync_folder(nowhere)
