from __future__ import annotations

import hashlib
import io
import json
import shutil
import stat
import zipfile
from pathlib import Path

import pytest

from planner.errors import InputError, PlannerError
from planner.pack import read_pack
from planner.runs import judge_and_write, verify_run
from planner.runs.store import StudyPoint, Subject, open_store
from planner.runs.store.workspace import export_workspace, import_workspace
from planner.scenario import read_scenario
from tests.command_line import run as command
from tests.runs import cases


@pytest.fixture
def store(home):
    with open_store() as opened:
        yield opened


@pytest.fixture
def filled(store, tmp_path):
    return fill(store, tmp_path)


def fill(store, tmp_path):
    """A store with a bit of everything; one run is without a plan, one was put away."""
    folder = cases.write_answer(tmp_path)
    pack = read_pack(tmp_path / "tiny")
    rules = cases.scenario(str(pack.folder))
    saved = store.scenarios.create(rules, pack=str(pack.folder), based_on="run:x", author="Amina")
    other = rules.model_copy(update={"name": "Fünf Büros"})
    saved = store.scenarios.save(saved.id, other, expected=saved.revision)
    saved = store.scenarios.undo(saved.id, expected=saved.revision)
    store.scenarios.create(cases.scenario("one-stop"), pack="one-stop")
    run_id = store.runs.keep(folder, scenario=saved, source="sweep")
    nothing = cases.no_answer(pack, rules)
    infeasible = judge_and_write(nothing, pack, rules, tmp_path / "none", created=cases.CREATED)
    away = store.runs.keep(infeasible)
    store.runs.remove(away)
    study = store.studies.begin(
        "sweep",
        "How many",
        scenario=rules,
        pack=pack,
        spec={"values": [1.5, None, "a"]},
        points=(StudyPoint(0, {"rules.branches.max": 3}),),
    )
    store.studies.set_point(
        study, StudyPoint(0, {}, run_id, "feasible", "", {"is_dominated": True})
    )
    store.studies.finish(study, "done", {"best": 0})
    store.notes.tag(Subject("run", run_id), "board")
    store.notes.add(Subject("run", run_id), "Look here.\nTwice.", author="Amina")
    gone = store.notes.add(Subject("scenario", saved.id), "Old.")
    store.notes.remove(gone.id)
    return {"store": store, "run": run_id, "away": away, "scenario": saved.id, "study": study}


@pytest.fixture
def zipped(filled, tmp_path):
    path = tmp_path / "work.zip"
    export_workspace(filled["store"], path)
    return path


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """A workspace from somewhere else, made once."""
    with pytest.MonkeyPatch.context() as patch:
        place = tmp_path_factory.mktemp("sent")
        patch.setenv("UGATUZI_HOME", str(place / "home"))
        with open_store(str(place / "store.sqlite")) as store:
            fill(store, place)
            export_workspace(store, place / "work.zip")
    return place / "work.zip"


@pytest.fixture
def came(sent, tmp_path):
    """A copy of it, to be changed."""
    return Path(shutil.copy(sent, tmp_path / "came.zip"))


@pytest.fixture
def other(tmp_path, monkeypatch):
    """Another machine: its own folder and an empty store."""
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "elsewhere"))
    with open_store() as opened:
        yield opened


def outcomes(brought):
    return sorted({(each.kind, each.outcome) for each in brought})


def test_exporting_twice_gives_the_same_bytes(filled, zipped, tmp_path):
    export_workspace(filled["store"], tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == zipped.read_bytes()


def test_an_export_of_an_import_gives_the_same_bytes(sent, other, tmp_path):
    import_workspace(other, sent)
    export_workspace(other, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == sent.read_bytes()


def test_a_file_and_a_server_take_from_each_other(sent, server, other, tmp_path):
    with open_store(server.new_place()) as on_server:
        brought = import_workspace(on_server, sent)
        assert {each.outcome for each in brought} == {"new"}
        assert {each.outcome for each in import_workspace(on_server, sent)} == {"there"}
        export_workspace(on_server, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == sent.read_bytes()
    import_workspace(other, tmp_path / "again.zip")
    export_workspace(other, tmp_path / "third.zip")
    assert (tmp_path / "third.zip").read_bytes() == sent.read_bytes()


def test_everything_comes_in_under_its_id(filled, zipped, other, tmp_path):
    for name in ("run", "none", "tiny"):
        shutil.rmtree(tmp_path / name)
    brought = import_workspace(other, zipped)
    assert {each.outcome for each in brought} == {"new"}
    assert {each.id for each in brought} == {each.new_id for each in brought}
    mine = filled["store"]
    for run_id in (filled["run"], filled["away"]):
        here, there = mine.runs.get(run_id), other.runs.get(run_id)
        assert here.kept != there.kept
        same = {"kpis", "created", "scenario_id", "source", "author", "tags", "removed", "pack"}
        assert all(getattr(here, name) == getattr(there, name) for name in same)
        assert verify_run(other.runs.open(run_id)).agrees
    assert other.studies.get(filled["study"]) == mine.studies.get(filled["study"])
    here, there = (each.scenarios.history(filled["scenario"]) for each in (mine, other))
    assert [(each.number, each.parent, each.what) for each in here] == [
        (each.number, each.parent, each.what) for each in there
    ]
    subject = Subject("run", filled["run"])
    assert other.notes.of(subject) == mine.notes.of(subject)
    subject = Subject("scenario", filled["scenario"])
    assert other.notes.of(subject, removed=True)[0].text == "Old."


def test_an_imported_scenario_can_be_solved_on_its_pack(filled, zipped, other, tmp_path):
    shutil.rmtree(tmp_path / "tiny")
    import_workspace(other, zipped)
    saved = other.scenarios.get(filled["scenario"])
    assert str(tmp_path / "elsewhere" / "packs") in saved.pack
    assert read_pack(saved.pack).id == "tiny"
    assert saved.can_redo
    redone = other.scenarios.redo(saved.id, expected=saved.revision)
    assert redone.name == "Fünf Büros"
    assert redone.pack == saved.pack


def test_no_place_of_this_machine_travels(zipped, tmp_path):
    with zipfile.ZipFile(zipped) as archive:
        for name in archive.namelist():
            assert str(tmp_path).encode() not in archive.read(name)


def test_importing_twice_changes_nothing(sent, other, tmp_path):
    import_workspace(other, sent)
    assert outcomes(import_workspace(other, sent)) == [
        *(("pack", "there"), ("run", "there"), ("scenario", "there"), ("study", "there"))
    ]
    export_workspace(other, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == sent.read_bytes()


def test_importing_into_the_store_it_came_from_changes_nothing(filled, zipped, tmp_path):
    brought = import_workspace(filled["store"], zipped)
    assert {each.outcome for each in brought} == {"there"}
    export_workspace(filled["store"], tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == zipped.read_bytes()


def test_a_scenario_that_differs_comes_in_beside(filled, zipped):
    store = filled["store"]
    saved = store.scenarios.get(filled["scenario"])
    changed = saved.scenario.model_copy(update={"name": "Mine"})
    mine = store.scenarios.save(saved.id, changed, expected=saved.revision)
    (beside,) = [each for each in import_workspace(store, zipped) if each.outcome == "beside"]
    assert (beside.kind, beside.id, beside.name) == ("scenario", saved.id, "Three offices")
    assert store.scenarios.get(saved.id) == mine
    assert len(store.scenarios.history(beside.new_id)) == 2
    (again,) = [each for each in import_workspace(store, zipped) if each.kind == "scenario"
                and each.outcome != "there"]  # fmt: skip
    assert (again.outcome, again.new_id) == ("beside_there", beside.new_id)
    assert len(store.scenarios.list()) == 3


def test_notes_and_tags_are_added_and_none_is_overwritten(filled, zipped):
    store, subject = filled["store"], Subject("run", filled["run"])
    (note,) = store.notes.of(subject)
    store.notes.edit(note.id, "Changed since.")
    store.notes.untag(subject, "board")
    store.notes.tag(subject, "mine")
    store.runs.remove(filled["run"])
    import_workspace(store, zipped)
    assert {each.text for each in store.notes.of(subject)} == {
        "Changed since.",
        "Look here.\nTwice.",
    }
    assert store.runs.get(filled["run"]).tags == ("board", "mine")
    assert store.runs.get(filled["run"]).removed is not None
    import_workspace(store, zipped)
    assert len(store.notes.of(subject)) == 2


def test_a_tag_takes_what_has_it_and_what_that_needs(filled, tmp_path, other):
    filled["store"].notes.tag(Subject("study", filled["study"]), "paper")
    taken = export_workspace(filled["store"], tmp_path / "part.zip", tag="paper")
    assert taken.counts == {"scenarios": 1, "runs": 1, "studies": 1, "packs": 1, "notes": 2}
    import_workspace(other, tmp_path / "part.zip")
    assert [each.id for each in other.scenarios.list()] == [filled["scenario"]]
    assert [each.id for each in other.runs.list()] == [filled["run"]]
    with pytest.raises(PlannerError, match="Nothing in the store has the tag"):
        export_workspace(filled["store"], tmp_path / "no.zip", tag="nothing")
    assert not (tmp_path / "no.zip").exists()


def test_a_study_that_runs_is_told_as_stopped(filled, tmp_path, other):
    store = filled["store"]
    store.studies.finish(filled["study"], "running")
    export_workspace(store, tmp_path / "a.zip")
    import_workspace(other, tmp_path / "a.zip")
    assert other.studies.get(filled["study"]).status == "stopped"


def test_a_scenario_whose_pack_is_gone_travels_and_that_is_said(filled, tmp_path):
    store = filled["store"]
    shutil.rmtree(tmp_path / "tiny")
    taken = export_workspace(store, tmp_path / "a.zip")
    (remark,) = taken.remarks
    assert "stands on a pack that is not there any more" in remark


def test_an_edited_pack_of_an_earlier_import_is_left_alone(filled, zipped, other, tmp_path):
    import_workspace(other, zipped)
    place = other.scenarios.get(filled["scenario"]).pack
    visits = read_pack(place).folder / "visits.csv"
    visits.write_text(visits.read_text("utf-8").replace("300", "900"), "utf-8")
    brought = import_workspace(other, zipped)
    (beside,) = [each for each in brought if each.outcome == "beside"]
    assert other.scenarios.get(beside.new_id).pack != place
    assert "900" in visits.read_text("utf-8")


def test_an_empty_store(store, tmp_path):
    taken = export_workspace(store, tmp_path / "empty.zip")
    assert set(taken.counts.values()) == {0}
    assert import_workspace(store, tmp_path / "empty.zip") == ()


def test_only_an_earlier_workspace_gives_way(filled, zipped, tmp_path):
    export_workspace(filled["store"], zipped)
    mine = tmp_path / "mine.zip"
    with zipfile.ZipFile(mine, "w") as archive:
        archive.writestr("letter.txt", "dear")
    before = mine.read_bytes()
    with pytest.raises(PlannerError, match="is no workspace; nothing was written"):
        export_workspace(filled["store"], mine)
    assert mine.read_bytes() == before
    with pytest.raises(PlannerError, match="is a folder"):
        export_workspace(filled["store"], tmp_path)


# -- hostile and damaged files -----------------------------------------------------------------


def rewritten(path, change):
    """The zip with its members changed: `change` gets name -> content, with a right manifest."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    change(members)
    manifest["members"] = {
        name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in members.items()
    }
    members["manifest.json"] = json.dumps(manifest).encode()
    write(path, members.items())


def write(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)


def raw(path, change):
    """The zip with its members changed and the manifest as it was."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    write(path, members.items())


def record_of(folder, field, value):
    def change(members):
        name = next(each for each in members if each.startswith(folder) and each.endswith(".json")
                    and each.count("/") == 1)  # fmt: skip
        record = json.loads(members[name])
        target = record
        *path, last = field.split(".")
        for key in path:
            target = target[int(key)] if key.isdecimal() else target[key]
        target[last] = value
        members[name] = json.dumps(record).encode()

    return change


def edited(ending, old, new):
    def change(members):
        name = next(each for each in sorted(members) if each.endswith(ending))
        assert old in members[name]
        members[name] = members[name].replace(old, new)

    return change


def hostile_file(name):
    def change(members):
        member = next(each for each in members if each.startswith("packs/")
                      and b'"tiny"' in members[each])  # fmt: skip
        record = json.loads(members[member])
        record["files"][name] = record["files"]["visits.csv"]
        members[member] = json.dumps(record).encode()

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
    with pytest.raises(PlannerError, match="cannot be read"):
        import_workspace(other, tmp_path)


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


# -- the command -------------------------------------------------------------------------------


def test_the_command(filled, tmp_path, capsys, monkeypatch):
    path = tmp_path / "work.zip"
    status, out, _ = command(capsys, "workspace", "export", path)
    assert (status, "2 scenarios, 2 runs, 1 studies, 1 packs, 2 notes" in out) == (0, True)
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "elsewhere"))
    status, out, _ = command(capsys, "workspace", "import", path)
    assert (status, "runs: 2 came in, 0 were here already" in out) == (0, True)
    status, out, _ = command(capsys, "workspace", "import", path, "--json")
    assert {each["outcome"] for each in json.loads(out)["brought"]} == {"there"}
    status, out, err = command(capsys, "workspace", "import", tmp_path / "none.zip")
    assert (status, "there is no such file" in err) == (1, True)
    assert command(capsys, "workspace", "import", path, "--tag", "x")[0] == 2


def test_the_command_says_what_came_in_beside(filled, zipped, capsys):
    store = filled["store"]
    saved = store.scenarios.get(filled["scenario"])
    changed = saved.scenario.model_copy(update={"name": "Mine"})
    store.scenarios.save(saved.id, changed, expected=saved.revision)
    status, out, _ = command(capsys, "workspace", "import", zipped)
    assert status == 0
    assert f"[{saved.id}] differs from the one here, which stays as it is" in out


def test_scenario_files_read_after_an_import_name_their_pack(filled, zipped, other):
    import_workspace(other, zipped)
    folder = other.runs.folder(filled["run"])
    assert read_scenario(folder / "scenario.toml").name == "Three offices"
