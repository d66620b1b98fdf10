"""Packs of one's own: whole, found by their id, never overwritten, never lost."""

import shutil
import tomllib

import pytest

from pack import tiny
from planner.errors import InputError, PlannerError
from planner.pack import find_pack, read_pack
from planner.pack.fingerprint import print_of
from planner.pack.locate import name_of_pack
from planner.pack.own import bring_back, copy_pack, free_id, keep_pack, own_packs, put_away
from planner.pack.own_note import own_root
from planner.pack.toml_edit import with_texts
from planner.scenario import read_scenario


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    return own_root()


@pytest.fixture
def shared(tmp_path):
    """A pack whose areas lie in a folder beside it, with a scenario that names it by its place."""
    folder = tiny.write(tmp_path / "data" / "tiny")
    outside = tmp_path / "data" / "maps"
    outside.mkdir()
    (folder / "areas.geojson").rename(outside / "areas.geojson")
    (outside / "LICENCE.txt").write_text("free")
    text = (folder / "pack.toml").read_text().replace('"areas.geojson"', '"../maps/areas.geojson"')
    (folder / "pack.toml").write_text(f"# ours\n{text}")
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "plain.toml").write_text('name = "Plain"  # why not\npack = "../"\n')
    return folder


def test_a_kept_pack_stands_alone_and_is_found_by_its_id(root, shared, tmp_path):
    kept = keep_pack(root, shared, name="Vihiga: births", based_on="tiny")
    shutil.rmtree(tmp_path / "data")
    assert (kept.id, kept.name, kept.based_on) == ("vihiga-births", "Vihiga: births", "tiny")
    assert find_pack("vihiga-births") == kept.folder
    assert kept.folder.is_relative_to(root / "vihiga-births")
    assert name_of_pack(kept.folder) == "vihiga-births"
    pack = read_pack(kept.folder)
    assert (pack.id, pack.name) == ("vihiga-births", "Vihiga: births")
    assert len(pack.areas) == 2
    assert (kept.folder / ".." / "maps" / "LICENCE.txt").resolve().is_file()
    scenario = kept.folder / "scenarios" / "plain.toml"
    assert find_pack(read_scenario(scenario).pack, scenario.parent) == kept.folder
    assert "# why not" in scenario.read_text()
    assert (kept.folder / "pack.toml").read_text().startswith("# ours\n")
    assert own_packs(root) == (kept,)


def test_every_table_is_the_same_byte_for_byte(root, shared):
    kept = keep_pack(root, shared, name="Copy")
    there, here = print_of(shared).files, print_of(kept.folder).files
    assert {name for name in there if there[name] != here[name]} == {"pack.toml"}
    assert there.keys() == here.keys()


def test_nothing_is_overwritten_and_a_built_in_id_is_not_free(root, shared):
    ids = [keep_pack(root, shared, name="Immigration").id for _ in range(2)]
    assert ids == ["immigration-2", "immigration-3"]
    assert free_id(root, "  ") == "pack"
    assert free_id(root, "con") == "pack-con"
    assert free_id(root, "\u202e\u05e7\u05d5 <img src=x onerror=1>") == "img-src-x-onerror-1"


def test_another_writer_that_takes_the_id_first_keeps_it(root, shared, monkeypatch):
    from planner.pack import own

    asked = iter(["one", "two"])
    (root / "one").mkdir(parents=True)
    (root / "one" / "theirs").write_text("theirs")
    monkeypatch.setattr(own, "free_id", lambda *_: next(asked))
    kept = keep_pack(root, shared, name="Copy")
    assert kept.id == read_pack(kept.folder).id == "two"
    assert [each.name for each in (root / "one").iterdir()] == ["theirs"]


def test_a_pack_with_faults_is_not_kept_and_nothing_is_left(root, tmp_path):
    bad = tiny.write(tmp_path / "bad", sites_csv="id,name\n1,2\n", services_csv="id\n")
    with pytest.raises(InputError) as caught:
        keep_pack(root, bad, name="Bad")
    assert {fault.file for fault in caught.value.faults} >= {"sites.csv", "services.csv"}
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("toml", ["id = ", b"\xff\xfe\x00"])
def test_a_broken_manifest_is_a_fault(root, tmp_path, toml):
    bad = tiny.write(tmp_path / "bad", pack_toml=toml)
    with pytest.raises(InputError) as caught:
        keep_pack(root, bad, name="Bad")
    assert {fault.file for fault in caught.value.faults} == {"pack.toml"}


@pytest.mark.parametrize("name", ["", " \n\t", "x" * 81])
def test_a_pack_needs_a_name(root, shared, name):
    with pytest.raises(InputError) as caught:
        keep_pack(root, shared, name=name)
    assert caught.value.faults[0].expected == "a name of 1 to 80 characters"


def test_what_is_put_away_is_out_of_use_and_comes_back_as_it_was(root, shared):
    kept = keep_pack(root, shared, name="Copy")
    gone = put_away(root, "copy")
    assert gone.is_away
    assert own_packs(root) == ()
    assert [each.id for each in own_packs(root, away=True)] == ["copy"]
    with pytest.raises(InputError):
        find_pack("copy")
    assert keep_pack(root, shared, name="Copy").id == "copy-2"
    assert bring_back(root, "copy") == kept
    assert [each.id for each in own_packs(root)] == ["copy", "copy-2"]
    with pytest.raises(PlannerError, match="No pack of your own called cop is in use: copy"):
        put_away(root, "cop")
    for name in ("../data", ".away", "", "/"):
        with pytest.raises(PlannerError):
            put_away(root, name)
        with pytest.raises(PlannerError):
            bring_back(root, name)


def test_a_damaged_pack_is_listed_with_its_fault(root, shared):
    kept = keep_pack(root, shared, name="Copy")
    other = keep_pack(root, shared, name="Other")
    (root / "copy" / "own.json").write_text('{"id": "copy", "folder": "../.."}')
    (other.folder / "pack.toml").unlink()
    listed = {each.id: each.fault for each in own_packs(root)}
    assert listed.keys() == {"copy", "other"}
    assert "own.json" in listed["copy"]
    assert "pack.toml" in listed["other"]
    with pytest.raises(InputError) as caught:
        find_pack(kept.id)
    assert "of your own: copy, other" in caught.value.faults[0].message
    assert put_away(root, "copy").is_away


def test_a_folder_of_the_same_name_comes_before_a_pack_of_ones_own(root, shared, tmp_path):
    keep_pack(root, shared, name="Copy")
    here = tiny.write(tmp_path / "here" / "copy")
    assert find_pack("copy", relative_to=here.parent) == here


def test_folders_that_meet_the_own_one_by_name_stay_apart(root, tmp_path):
    folder = tiny.write(tmp_path / "data" / "tiny")
    (tmp_path / "data" / "pack").mkdir()
    (folder / "areas.geojson").rename(tmp_path / "data" / "pack" / "areas.geojson")
    text = (folder / "pack.toml").read_text().replace("areas.geojson", "../pack/areas.geojson")
    (folder / "pack.toml").write_text(text)
    own = copy_pack(folder, tmp_path / "into")
    assert own.name == "pack-"
    assert len(read_pack(own).areas) == 2


@pytest.mark.parametrize(
    "text",
    [
        'id = "old" # keep me\nname = "n"\n',
        "id = 'old'\n",
        'name = """\nid = "no"\n"""\nid = "old"\n',
        'a = ["x",\n"id"]\n[travel]\nid = "other"\n',
        'id = """\nold"""\n[t]\nb = 1\n',
    ],
)
def test_a_key_is_set_and_all_else_stays(text):
    new = with_texts(text, {"id": 'a "b" \\ \u202e'})
    assert tomllib.loads(new) == {**tomllib.loads(text), "id": 'a "b" \\ \u202e'}
    if "#" in text:
        assert "# keep me" in new
