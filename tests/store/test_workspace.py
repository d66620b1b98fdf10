from __future__ import annotations

import json
import shutil
import zipfile

import pytest

from planner.errors import PlannerError
from planner.pack import read_pack
from planner.runs import verify_run
from planner.runs.store import StudyPoint, Subject, open_store
from planner.runs.store.workspace import export_workspace, import_workspace
from planner.scenario import read_scenario
from tests.command_line import run as command
from tests.runs import cases
from tests.store.workspaces import fill


@pytest.fixture
def store(home):
    with open_store() as opened:
        yield opened


@pytest.fixture
def filled(store, tmp_path):
    return fill(store, tmp_path)


@pytest.fixture
def zipped(filled, tmp_path):
    path = tmp_path / "work.zip"
    export_workspace(filled["store"], path)
    return path


def outcomes(brought):
    return sorted({(each.kind, each.outcome) for each in brought})


def test_exporting_twice_gives_the_same_bytes(filled, zipped, tmp_path):
    export_workspace(filled["store"], tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == zipped.read_bytes()
    with zipfile.ZipFile(zipped) as archive:  # whenever it is made
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


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


def test_a_pack_that_only_a_scenario_stands_on_is_taken_from_its_folder(
    store, other, pack_folder, tmp_path
):
    saved = store.scenarios.create(cases.scenario(str(pack_folder)), pack=str(pack_folder))
    again = store.scenarios.create(cases.scenario(str(pack_folder)), pack=str(pack_folder))
    taken = export_workspace(store, tmp_path / "work.zip")
    assert (taken.counts["packs"], taken.remarks) == (1, ())
    assert store.packs.list() == ()
    shutil.rmtree(pack_folder)
    import_workspace(other, tmp_path / "work.zip")
    places = {other.scenarios.get(each.id).pack for each in (saved, again)}
    (place,) = places
    assert read_pack(place).id == "tiny"
    assert other.packs.list()[0].id == "tiny"


def test_a_study_that_has_no_points_yet_comes_in(store, other, pack, tmp_path):
    rules = cases.scenario(str(pack.folder))
    study = store.studies.begin("robust", "R", scenario=rules, pack=pack, spec={}, points=())
    export_workspace(store, tmp_path / "work.zip")
    import_workspace(other, tmp_path / "work.zip")
    assert other.studies.get(study).points == ()
    assert other.studies.get(study).name == "R"


def test_a_tag_leaves_the_runs_of_other_studies_and_waiting_points_alone(filled, tmp_path, other):
    store = filled["store"]
    pack = read_pack(tmp_path / "tiny")
    waiting = store.studies.begin(
        "sweep",
        "Waits",
        scenario=cases.scenario(str(pack.folder)),
        pack=pack,
        spec={},
        points=(StudyPoint(0, {}),),
    )
    store.notes.tag(Subject("study", waiting), "later")
    taken = export_workspace(store, tmp_path / "part.zip", tag="later")
    assert (taken.counts["studies"], taken.counts["runs"]) == (1, 0)
    import_workspace(other, tmp_path / "part.zip")
    assert [each.id for each in other.studies.list()] == [waiting]
    assert other.runs.list() == ()


def test_a_file_that_packs_very_well_is_not_taken_for_a_bomb(store, other, pack_folder, tmp_path):
    blanks = b" " * 3_000_000
    (pack_folder / "empty.csv").write_bytes(blanks)
    saved = store.scenarios.create(cases.scenario(str(pack_folder)), pack=str(pack_folder))
    export_workspace(store, tmp_path / "work.zip")
    import_workspace(other, tmp_path / "work.zip")
    place = read_pack(other.scenarios.get(saved.id).pack).folder
    assert (place / "empty.csv").read_bytes() == blanks


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
