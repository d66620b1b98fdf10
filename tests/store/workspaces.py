"""A store with a bit of everything, and workspace files that were changed by hand."""

from __future__ import annotations

import hashlib
import json
import zipfile

from planner.pack import read_pack
from planner.runs import judge_and_write
from planner.runs.store import StudyPoint, Subject
from tests.runs import cases


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
