"""Workspace files that are damaged or hostile are refused in words, and nothing comes in."""

from __future__ import annotations

import errno
import io
import json
import stat
import zipfile

import pytest

from planner.errors import InputError, PlannerError
from planner.pack.fingerprint import print_from
from planner.runs.store.workspace import archive, import_workspace
from tests.store.workspaces import edited, raw, record_of, rewritten


def pack_record(members):
    name = next(each for each in members if each[:6] == "packs/" and b'"tiny"' in members[each])
    return name, json.loads(members[name])


def hostile_file(file):
    def change(members):
        name, record = pack_record(members)
        record["files"][file] = record["files"]["visits.csv"]
        members[name] = json.dumps(record).encode()

    return change


def without_pack_toml(members):
    """A pack of the right fingerprint for its files, of which none is its `pack.toml`."""
    name, record = pack_record(members)
    del members[name]
    del record["files"]["pack.toml"]
    digests = {file: each["digest"] for file, each in record["files"].items() if each["is_data"]}
    record["fingerprint"] = print_from(digests).fingerprint
    members[f"packs/{record['fingerprint']}.json"] = json.dumps(record).encode()


def without_content_of_pack_toml(members):
    _, record = pack_record(members)
    del members[f"contents/{record['files']['pack.toml']['digest']}"]


def other_visits(members):
    _, record = pack_record(members)
    place = f"contents/{record['files']['visits.csv']['digest']}"
    members[place] = members[place].replace(b"1", b"2")


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


def edited_history(field, value):
    """The second version of the one scenario that has two."""

    def change(members):
        histories = {name: json.loads(members[name]) for name in members if name[:4] == "scen"}
        name = max(histories, key=lambda each: len(histories[each]["versions"]))
        histories[name]["versions"][1][field] = value
        members[name] = json.dumps(histories[name]).encode()

    return change


def manifest_of(field, value):
    def change(members):
        manifest = json.loads(members["manifest.json"])
        members["manifest.json"] = json.dumps({**manifest, field: value}).encode()

    return change


CHANGES = {
    "leaves its folder": (raw, lambda m: m.update({"../evil.txt": b"x"})),
    "leaves  its folder": (raw, lambda m: m.update({"/etc/evil": b"x"})),
    "leaves its  folder": (raw, lambda m: m.update({"C:\\evil": b"x"})),
    "no workspace has": (raw, lambda m: m.update({"runs/notes.txt": b"x"})),
    "other content than the manifest": (raw, edited("assignment.csv", b"p1", b"p2")),
    "no such member": (raw, lambda m: m.pop(next(n for n in m if n.endswith("branches.csv")))),
    "does not name": (raw, lambda m: m.update({"contents/" + "0" * 64: b"x"})),
    "no manifest.json": (raw, lambda m: m.pop("manifest.json")),
    "packed": (raw, lambda m: m.update({"contents/" + "1" * 64: b"0" * 30_000_000})),
    "files of another run": (rewritten, edited("run.json", b'"seed": 0', b'"seed": 1')),
    "file of no run": (rewritten, lambda m: m.pop(next(n for n in m if n.startswith("runs/")
                                                       and n.count("/") == 1))),
    "file of no pack": (rewritten, lambda m: m.update({"contents/" + "2" * 64: b"x"})),
    "without content": (rewritten, lambda m: m.pop(next(n for n in m if n[0] == "c"))),
    "no valid JSON": (rewritten, edited("/run.json", b"{", b"[")),
    "visits.csv": (rewritten, hostile_file("../../../x/../visits.csv")),
    "device": (rewritten, hostile_file("nul.csv")),
    "take for one": (rewritten, hostile_file("VISITS.csv")),
    "files of another pack": (rewritten, hostile_file("more.csv")),
    "what its pack.toml says": (rewritten, record_of("packs/", "name", "Other")),
    "the id of its name": (rewritten, record_of("runs/", "id", "0" * 16)),
    "String should match": (rewritten, record_of("runs/", "source", "nowhere")),
    "versions in order": (rewritten, record_of("scenarios/", "version", 99)),
    "first version without a parent": (rewritten, record_of("scenarios/", "versions.0.parent", 1)),
    "characters that are none": (rewritten, record_of("scenarios/", "author", "a\0b")),
    "unknown key": (rewritten, record_of("scenarios/", "versions.0.scenario", "x = 1")),
    "points numbered": (rewritten, record_of("studies/", "points.0.number", 5)),
    "Extra inputs": (rewritten, record_of("studies/", "more", 5)),
    "a finite number": (rewritten, lambda m: m.update({n: m[n].replace(b"1.5", b"1e999")
                                                       for n in m if n.startswith("studies/")})),
    "a pack of the workspace": (rewritten, record_of("studies/", "pack", "0" * 16)),
    "expected a pack of the workspace": (rewritten, record_of("scenarios/",
        "versions.0.scenario", 'name = "A"\npack = "pack:0000000000000000"\n')),
    "the pack that was solved": (rewritten, record_of("runs/", "pack", "0" * 16)),
    "parents that are earlier versions": (rewritten, edited_history("parent", 2)),
    "versions in order, each once": (rewritten, edited_history("number", 1)),
    "tables too deep  to read": (rewritten, record_of("studies/", "name", nested(500))),
    "expected valid TOML": (rewritten, record_of("studies/", "scenario", "x = ")),
    "found other content; expected the content of its name": (rewritten, other_visits),
    "no pack.toml": (rewritten, without_pack_toml),
    "'pack.toml' without content": (rewritten, without_content_of_pack_toml),
    "tables too deep to read": (rewritten, record_of("studies/", "spec.deep", nested(99))),
    "points.0.number": (rewritten, record_of("studies/", "points.0.number", -1)),
    "expected 1": (raw, manifest_of("schema", 2)),
    "expected 'ugatuzi-planner workspace'": (raw, manifest_of("kind", "letters")),
    "found no valid JSON": (raw, lambda m: m.update({"manifest.json": b'{"schema": NaN}'})),
}  # fmt: skip


@pytest.mark.parametrize("words", CHANGES)
def test_what_is_damaged_or_hostile_is_refused_in_words(words, came, other, tmp_path):
    how, change = CHANGES[words]
    how(came, change)
    with pytest.raises(InputError) as told:
        import_workspace(other, came)
    assert " ".join(words.split()) in str(told.value)
    assert other.runs.list() == other.scenarios.list() == other.packs.list() == ()
    assert not list(tmp_path.parent.rglob("evil*"))


def test_as_many_levels_as_are_allowed_come_in(came, other):
    rewritten(came, record_of("studies/", "spec.deep", nested(97)))  # with those around: 100
    import_workspace(other, came)
    assert other.studies.list()[0].spec["deep"] == nested(97)


def test_every_fault_is_told_at_once(came, other):
    def change(members):
        record_of("studies/", "points.0.number", 5)(members)
        record_of("scenarios/", "version", 99)(members)
        edited("run.json", b'"seed": 0', b'"seed": 1')(members)

    rewritten(came, change)
    with pytest.raises(InputError) as told:
        import_workspace(other, came)
    assert len(told.value.faults) == 3


def test_names_that_are_there_twice_are_refused(came, other):
    with zipfile.ZipFile(came, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("manifest.json", b"{}")
    with pytest.raises(InputError, match="there twice"):
        import_workspace(other, came)


def test_a_link_is_refused(came, other):
    with zipfile.ZipFile(came, "a") as archive:
        info = zipfile.ZipInfo("contents/" + "3" * 64)
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(InputError, match="a link or a device"):
        import_workspace(other, came)


def test_a_password_is_refused(came, other):
    content = bytearray(came.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    came.write_bytes(content)
    with pytest.raises(InputError, match="with a password"):
        import_workspace(other, came)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 and so on"])
def test_what_is_no_zip_is_refused(content, other, tmp_path):
    (tmp_path / "no.zip").write_bytes(content)
    with pytest.raises(InputError, match="no zip, or a damaged one"):
        import_workspace(other, tmp_path / "no.zip")


def test_a_file_that_cannot_be_read_is_told(other, tmp_path):
    with pytest.raises(PlannerError, match="there is no such file"):
        import_workspace(other, tmp_path / "none.zip")
    words = (
        f"The workspace {tmp_path.name} cannot be read: {tmp_path.name} is a folder, not a file."
    )
    with pytest.raises(PlannerError) as told:
        import_workspace(other, tmp_path)
    assert str(told.value) == words


def test_damage_anywhere_is_refused_or_harmless(came, other):
    """Flips one byte in many places: never a traceback, and what comes in is what was sent."""
    whole = came.read_bytes()
    sound = 0
    for at in range(0, len(whole), max(1, len(whole) // 60)):
        damaged = bytearray(whole)
        damaged[at] ^= 0x55
        came.write_bytes(damaged)
        try:
            import_workspace(other, came)
            sound += 1
        except PlannerError:
            assert not sound or other.runs.list(removed=True)
    if sound:
        again = io.BytesIO(whole)
        with zipfile.ZipFile(again) as archive:
            runs = {name.split("/")[1][:16] for name in archive.namelist() if name[:5] == "runs/"}
        kept = {each.id for removed in (True, False) for each in other.runs.list(removed=removed)}
        assert kept == runs


def test_all_or_nothing(came, other, monkeypatch):
    from planner.runs.store.workspace import bring

    def fail(*_args, **_more):
        raise PlannerError("the disk is full")

    monkeypatch.setattr(bring._Bringing, "_study", fail)
    with pytest.raises(PlannerError, match="the disk is full"):
        import_workspace(other, came)
    assert other.runs.list() == other.scenarios.list() == other.packs.list() == ()


def with_sizes(path, size):
    """The zip whose list of contents says that each member is so large when unpacked."""
    content, mark = bytearray(path.read_bytes()), b"PK\x01\x02"
    at = content.index(mark)
    while at >= 0:
        content[at + 24 : at + 28] = size.to_bytes(4, "little")
        at = content.find(mark, at + 4)
    path.write_bytes(content)


def test_sizes_that_no_workspace_has_are_told_before_anything_is_unpacked(came, other):
    with_sizes(came, 2**30 + 1)
    with pytest.raises(InputError) as told:
        import_workspace(other, came)
    faults = [fault.found for fault in told.value.faults]
    assert "GB when unpacked" in faults[0]
    assert told.value.faults[0].expected == "at most 16 GB"
    assert set(faults[1:]) == {"1 GB when unpacked"}
    with_sizes(came, 2**30)
    with pytest.raises(InputError, match=r"data packed \d+ to 1;"):
        import_workspace(other, came)


def test_more_members_than_any_workspace_has_are_refused_at_once(came, other, monkeypatch):
    monkeypatch.setattr(archive, "MOST_MEMBERS", 3)
    with pytest.raises(InputError, match="expected at most 3") as told:
        import_workspace(other, came)
    assert len(told.value.faults) == 1


def test_of_very_many_faults_the_first_hundred_are_told(tmp_path, other):
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as many:
        for number in range(130):
            many.writestr(f"letter-{number}.txt", "dear")
    with pytest.raises(InputError) as told:
        import_workspace(other, tmp_path / "many.zip")
    assert len(told.value.faults) == 101
    assert told.value.faults[0].file == "letter-0.txt"
    assert told.value.faults[-1].found == "and 30 more faults"


@pytest.mark.parametrize("change", ["cut off", "overwritten"])
def test_a_file_that_somebody_changes_while_it_is_read_brings_nothing(came, other, change):
    whole, read = came.read_bytes(), archive.Archive.read

    def read_after_a_change(self, name):
        came.write_bytes(whole[:100] if change == "cut off" else b"\xff" * len(whole))
        return read(self, name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive.Archive, "read", read_after_a_change)
        with pytest.raises(PlannerError, match=r"was changed while it was read\. Try again"):
            import_workspace(other, came)
    assert other.runs.list() == other.scenarios.list() == other.packs.list() == ()
    came.write_bytes(whole)
    assert len(import_workspace(other, came)) == 6


def test_every_damaged_member_is_told(came, other):
    content = bytearray(came.read_bytes())
    with zipfile.ZipFile(came) as file:
        damaged = [each for each in file.infolist() if each.filename.endswith(".csv")]
    assert len(damaged) > 2
    for each in damaged:
        start = each.header_offset + 30 + len(each.filename)
        content[start : start + each.compress_size] = b"\xff" * each.compress_size
    came.write_bytes(content)
    with pytest.raises(InputError) as told:
        import_workspace(other, came)
    assert [fault.file for fault in told.value.faults] == sorted(each.filename for each in damaged)
    assert {fault.found for fault in told.value.faults} == {"a damaged member"}


def test_a_long_name_in_the_manifest_is_told_shortened(came, other):
    def change(members):
        manifest = json.loads(members["manifest.json"])
        manifest["members"]["x" * 200] = {"size": 1, "sha256": "0" * 64}
        members["manifest.json"] = json.dumps(manifest).encode()

    raw(came, change)
    with pytest.raises(InputError, match="no such member") as told:
        import_workspace(other, came)
    assert [fault.file for fault in told.value.faults] == ["x" * 80]


def test_a_list_of_contents_that_leads_out_of_the_file_is_refused(came, other):
    content = bytearray(came.read_bytes())
    at = content.rindex(b"PK\x05\x06") + 16
    told = int.from_bytes(content[at : at + 4], "little") + 10
    content[at : at + 4] = told.to_bytes(4, "little")
    came.write_bytes(content)
    with pytest.raises(InputError, match="leads out of the file"):
        import_workspace(other, came)


def test_a_disk_that_fails_while_it_is_read_is_told(other, came, monkeypatch):
    class Failing(io.BytesIO):
        """Tells where the list of its members is, and not the list."""

        def read(self, size=-1):
            if size > 22:  # the end of a zip, which says where its list is
                raise OSError(errno.EIO, "Input/output error")
            return super().read(size)

    monkeypatch.setattr(archive, "open_ordinary", lambda _: Failing(came.read_bytes()))
    with pytest.raises(PlannerError, match=r"The workspace .* cannot be read: ") as told:
        import_workspace(other, came)
    assert not isinstance(told.value, InputError)  # the file has no fault that is known
