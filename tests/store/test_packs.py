from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from planner.errors import PlannerError
from planner.pack import find_pack, read_pack
from planner.pack.fingerprint import print_of
from planner.pack.safe_names import alike, unsafe
from planner.pack.snapshot import snapshot_of
from planner.runs.store import cached, open_store
from planner.runs.store.contents import digest_of
from tests.nobody import as_nobody
from tests.runs import cases
from tests.store.damage import change_from_outside


@pytest.fixture
def spread(tmp_path):
    """The tiny pack with its outlines in a folder beside it, and their licence."""
    folder = cases.write_pack(tmp_path / "data" / "tiny")
    maps = tmp_path / "data" / "maps"
    maps.mkdir()
    (folder / "areas.geojson").rename(maps / "outlines.geojson")
    (maps / "LICENCE.txt").write_text("CC BY 4.0", encoding="utf-8")
    (maps / "other.csv").write_text("a,b\n", encoding="utf-8")
    (folder / "LICENCES.md").write_text("# Licences", encoding="utf-8")
    text = cases.PACK_TOML.replace('"areas.geojson"', '"../maps/outlines.geojson"')
    (folder / "pack.toml").write_text(text, encoding="utf-8")
    return folder


def files_below(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def same(one, two):
    """Whether two packs hold the same, wherever they lie."""
    assert one.folder != two.folder
    texts = (
        repr(pack).replace(str(pack.folder), "PACK").replace(str(pack.folder.parent), "ABOVE")
        for pack in (one, two)
    )
    return next(texts) == next(texts)


def test_a_pack_reads_the_same_after_its_folder_is_gone(store, spread):
    pack = read_pack(spread)
    made_of = print_of(spread)
    fingerprint = store.packs.keep(pack)
    shutil.rmtree(spread.parent)
    again = store.packs.read(fingerprint)
    assert fingerprint == made_of.fingerprint
    assert same(pack, again)
    assert print_of(again.folder) == made_of


def test_licences_travel_and_leave_the_fingerprint_as_it_is(store, spread):
    folder = store.packs.folder(store.packs.keep(read_pack(spread)))
    assert (folder / "LICENCES.md").read_text("utf-8") == "# Licences"
    assert (folder / "../maps/LICENCE.txt").read_text("utf-8") == "CC BY 4.0"
    assert not (folder / "../maps/other.csv").exists()


def test_the_copy_stays_in_the_planners_folder(store, spread, home):
    fingerprint = store.packs.keep(read_pack(spread))
    store.packs.folder(fingerprint)
    root = home / "cache" / "packs" / fingerprint
    assert len(files_below(home / "cache")) == len(files_below(root)) == 9


@pytest.mark.parametrize("harm", ["changed", "gone", "more", "link"])
def test_a_damaged_copy_is_mended(store, pack, harm, tmp_path):
    fingerprint = store.packs.keep(pack)
    folder = store.packs.folder(fingerprint)
    before = files_below(folder)
    if harm == "changed":
        (folder / "visits.csv").write_text("other")
    elif harm == "gone":
        (folder / "visits.csv").unlink()
    elif harm == "more":
        (folder / "formats.csv").write_text("id\n")
    else:
        shutil.copy(folder / "visits.csv", tmp_path / "elsewhere.csv")
        (folder / "visits.csv").unlink()
        (folder / "visits.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert store.packs.folder(fingerprint) == folder
    assert files_below(folder) == before
    assert not (folder / "visits.csv").is_symlink()


def test_a_whole_copy_is_left_as_it_is(store, spread):
    """Also one that has folders in it, and what file managers put there."""
    fingerprint = store.packs.keep_folder(spread)
    place = store.packs.folder(fingerprint) / "visits.csv"
    made = place.stat().st_ino
    place.with_name(".DS_Store").touch()
    assert store.packs.folder(fingerprint) == place.parent
    assert place.stat().st_ino == made


def test_a_builtin_pack_is_read_where_it_stands(store):
    folder = find_pack("one-stop")
    fingerprint = store.packs.keep_folder(folder)
    assert store.packs.folder(fingerprint) == folder
    assert store.packs.get(fingerprint).builtin == "one-stop"


def test_a_builtin_pack_that_was_edited_since_is_a_copy(store, monkeypatch):
    fingerprint = store.packs.keep_folder(find_pack("one-stop"))
    monkeypatch.setattr("planner.runs.store.packs.builtin_of", lambda _: None)
    folder = store.packs.folder(fingerprint)
    assert folder != find_pack("one-stop")
    assert same(read_pack(folder), read_pack(find_pack("one-stop")))
    assert (folder / "../counties/LICENSE-ODbL.txt").is_file()


def test_what_two_packs_share_is_kept_once(store, spread):
    store.packs.keep_folder(spread)
    with store.database.reading() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM contents").scalar_one()
    (spread / "visit_types.csv").write_text(cases.VISIT_TYPES.replace("Passport", "Pass"))
    store.packs.keep_folder(spread)
    with store.database.reading() as connection:
        after = connection.exec_driver_sql("SELECT count(*) FROM contents").scalar_one()
    assert after == before + 1
    assert len(store.packs.list()) == 2


def test_keeping_twice_is_one_pack(store, pack):
    assert store.packs.keep(pack) == store.packs.keep(pack)
    (kept,) = store.packs.list()
    assert (kept.id, kept.name, kept.builtin) == ("tiny", "Tiny service", None)
    assert store.packs.get(kept.fingerprint[:6]) == kept


def test_a_pack_that_is_not_there(store):
    with pytest.raises(PlannerError, match="no pack"):
        store.packs.folder("0123456789abcdef")


def test_a_file_named_by_its_full_place_is_refused(store, spread):
    place = spread.parent / "maps" / "outlines.geojson"
    text = cases.PACK_TOML.replace('"areas.geojson"', f'"{place.as_posix()}"')
    (spread / "pack.toml").write_text(text, encoding="utf-8")
    pack = read_pack(spread)
    with pytest.raises(PlannerError, match=r"areas: found outlines.geojson by its full place"):
        store.packs.keep(pack)
    assert store.packs.list() == ()


def test_a_file_elsewhere_that_is_no_table_is_refused(store, spread):
    (spread.parent / "secret.key").write_text("secret")
    text = (spread / "pack.toml").read_text("utf-8") + 'area_label_sw = "../secret.key"\n'
    (spread / "pack.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PlannerError, match=r"secret\.key, which is no table"):
        store.packs.keep_folder(spread)


def test_a_name_that_not_every_disk_takes_is_refused_with_all_others(store, pack_folder):
    (pack_folder / "aux.csv").write_text("x")
    (pack_folder / "a:b.csv").write_text("x")
    with pytest.raises(PlannerError) as told:
        store.packs.keep_folder(pack_folder)
    assert "name of a device: 'aux.csv'" in str(told.value)
    assert "'a:b.csv'" in str(told.value)


def test_a_stored_name_that_leads_out_is_not_unpacked(store, pack_folder, home):
    from planner.runs.store import packs

    taken = snapshot_of(pack_folder)
    bad = type(taken)("f" * 16, "bad", "Bad", taken.data, {"x/../../../../../../evil.md": b"x"})
    with store.database.writing() as connection:
        packs.put(connection, bad)
    with pytest.raises(PlannerError, match="leaves its folder"):
        store.packs.folder("f" * 16)
    assert not list(home.rglob("evil.md"))


@pytest.mark.parametrize("content", ["00", "6e6f7468696e67", "789c030000000001"])
def test_a_kept_file_that_is_damaged_is_told(store, pack, content):
    fingerprint = store.packs.keep(pack)
    written = f"x'{content}'" if store.database.kind == "SQLite" else f"'\\x{content}'"
    change_from_outside(store.database, "contents", f"UPDATE contents SET content = {written}")
    with pytest.raises(PlannerError, match="The store is damaged"):
        store.packs.folder(fingerprint)


def test_a_file_larger_than_a_database_takes_is_refused_whole(store, pack, monkeypatch):
    (pack.folder / "blanks.csv").write_bytes(b" " * 3 * 2**20)  # packed, some 3,000 bytes
    monkeypatch.setattr("planner.runs.store.contents._MOST_BYTES", 2000)
    with pytest.raises(PlannerError, match=r"^A file of 3 MB is too large for the store\.$"):
        store.packs.keep(pack)
    assert store.packs.list() == ()


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_stands_in_the_place_of_a_copy_gives_way_to_it(store, pack, home, kind, tmp_path):
    fingerprint = store.packs.keep(pack)
    place = home / "cache" / "packs" / fingerprint
    place.parent.mkdir(parents=True)
    if kind == "file":
        place.write_text("a file")
    else:
        shutil.copytree(pack.folder, tmp_path / "copy")
        place.symlink_to(tmp_path / "copy")
    assert store.packs.folder(fingerprint) == place
    assert not place.is_symlink()
    assert store.packs.read(fingerprint).id == "tiny"
    assert [each.name for each in place.parent.iterdir()] == [fingerprint]
    assert kind == "file" or (tmp_path / "copy" / "pack.toml").is_file()


def test_a_pack_that_is_gone_or_has_no_manifest_is_not_kept_and_that_is_said(store, pack_folder):
    (pack_folder / "pack.toml").unlink()
    with pytest.raises(PlannerError) as told:
        store.packs.keep_folder(pack_folder)
    assert str(told.value) == (
        "The pack tiny cannot be kept: pack.toml is not there any more. Put it back and try again."
    )
    assert store.packs.list() == ()


def test_a_pack_with_a_file_that_may_not_be_read_is_not_kept(open_folder):
    """As a user without rights, whom the file's owner has shut out."""
    folder = cases.write_pack(open_folder / "tiny")
    (folder / "LICENCES.md").write_text("# Licences")

    def task(name):
        place = Path(tempfile.mkdtemp(dir="/tmp"))
        with open_store(str(place / "s.db")) as store:
            with pytest.raises(PlannerError) as told:
                store.packs.keep_folder(folder)
            assert store.packs.list() == ()
        shutil.rmtree(place)
        assert str(told.value) == (
            f"The pack tiny cannot be kept: there is no permission to read {name}. Ask its owner "
            "for it."
        )

    for name in ("visits.csv", "LICENCES.md"):  # its data, and what is written beside it
        (folder / name).chmod(0)
        as_nobody(task, name)
        (folder / name).chmod(0o644)


def test_a_copy_whose_folder_cannot_be_looked_into_is_made_anew(open_folder):
    content = {"a.csv": b"a", "deep/b.csv": b"b"}
    digests = {name: digest_of(each) for name, each in content.items()}
    by_digest = {digest_of(each): each for each in content.values()}

    def task():
        place = Path(tempfile.mkdtemp(dir="/tmp")) / "copy"
        cached.ready(place, digests, by_digest.__getitem__, "it")
        assert cached.is_whole(place, digests)
        (place / "deep").chmod(0)
        assert not cached.is_whole(place, digests)
        cached.ready(place, digests, by_digest.__getitem__, "it")
        assert files_below(place) == content

    as_nobody(task)


@pytest.mark.parametrize(
    "name",
    [
        *("", "/etc/x", "a/../b", "../x", "a//b", "./a", "a\\b", "c:x", "NUL", "com1.csv", "a."),
        *(" a", "a\0b", "a\nb", "..", "a/", "x" * 300, "a/" * 600 + "b"),
    ],
)
def test_unsafe_names(name):
    assert unsafe(name) is not None


@pytest.mark.parametrize("name", ["a.csv", "Taita's Ñ 東.csv", "a b/c.d.csv", "..a", "com10.csv"])
def test_safe_names(name):
    assert unsafe(name) is None


def test_places_above_only_as_far_as_allowed():
    assert unsafe("../maps/a.csv", most_up=1) is None
    assert unsafe("../../a.csv", most_up=1) is not None
    assert unsafe("../maps/../a.csv", most_up=4) is not None


def test_names_that_some_disks_take_for_one():
    assert alike(["A.csv", "b.csv", "a.csv"]) == ("a.csv",)
    assert alike(["x", "x/y.csv"]) == ("x/y.csv",)
    assert alike(["x/a", "y/a"]) == ()
