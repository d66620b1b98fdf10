"""Commands about what is kept: runs and studies put into the store, listed, shown, put away."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.commands.options import Add, count, json_flag, print_json
from planner.commands.shown import note_lines, plain, print_lines, short, table, when
from planner.errors import EXIT_DONE, EXIT_INPUT, InputError, PlannerError
from planner.percent import percent_up
from planner.terminal import say

if TYPE_CHECKING:
    from planner.runs.store import KeptRun, Store, Study, Subject

_COLUMNS = (
    *("id", "name", "status", "branches", "mean min", "money a year", "solved"),
    "",
)


def add_commands(add: Add) -> None:
    """Adds keep, runs and studies."""
    keep = add("keep", _keep, "put run folders into the store, each with its pack")
    keep.add_argument("folders", nargs="+", metavar="DIR")
    keep.add_argument("--tag", metavar="T", help="a tag for each of them")
    keep.add_argument("--note", metavar="TEXT", help="a note on each of them")
    json_flag(keep)

    runs = add("runs", _runs, "the runs in the store; show, remove or restore one of them")
    runs.add_argument("what", nargs="?", choices=("show", "remove", "restore"), metavar="show|...")
    runs.add_argument("id", nargs="?", metavar="ID", help="or its first digits")
    runs.add_argument("--tag", metavar="T", help="only those with this tag")
    runs.add_argument("--pack", metavar="ID", help="only those on this pack")
    runs.add_argument("--limit", type=count, metavar="N", help="at most so many")
    runs.add_argument("--removed", action="store_true", help="those that were put away")
    json_flag(runs)

    studies = add("studies", _studies, "sweeps, roadmaps and looks at robustness in the store")
    studies.add_argument(
        "what", nargs="?", choices=("show", "remove", "restore"), metavar="show|..."
    )
    studies.add_argument("id", nargs="?", metavar="ID", help="or its first digits")
    studies.add_argument("--tag", metavar="T", help="only those with this tag")
    studies.add_argument("--removed", action="store_true", help="those that were put away")
    json_flag(studies)


# -- runs ----------------------------------------------------------------------------------


def _keep(args: argparse.Namespace) -> int:
    """Keep every folder that can be kept; every fault of the others is told."""
    from planner.runs.store import Subject, open_store  # noqa: PLC0415 - loads the database

    kept: list[dict[str, str]] = []
    faults: list[tuple[str, PlannerError]] = []
    with open_store() as store:
        for name in args.folders:
            try:
                run_id = store.runs.keep(Path(name), source="import")
                run = store.runs.get(run_id)
                _mark(store, Subject("run", run_id), args.tag, args.note)
            except PlannerError as error:
                faults.append((name, error))
                continue
            kept.append({"folder": name, "id": run_id, "name": run.name})
            if run.removed is not None:
                say(f"It was put away before: planner runs restore {run_id} brings it back.")
            if not args.json:
                print(f"run:{run_id}  {run.name}")
    if args.json:
        told = [{"folder": name, **_fault_told(fault)} for name, fault in faults]
        print_json({"kept": kept, "faults": told})
    for name, fault in faults:
        say(f"{name} was not kept: {fault}")
    return EXIT_INPUT if faults else EXIT_DONE


def _mark(store: Store, subject: Subject, tag: str | None, note: str | None) -> None:
    if tag is not None:
        store.notes.tag(subject, tag)
    if note is not None and note.strip() not in {each.text for each in store.notes.of(subject)}:
        store.notes.add(subject, note)


def _fault_told(error: PlannerError) -> dict[str, Any]:
    faults = error.faults if isinstance(error, InputError) else ()
    return {"error": str(error), "faults": [fault.as_dict() for fault in faults]}


def _runs(args: argparse.Namespace) -> int:
    from planner.runs.store import Subject, open_store  # noqa: PLC0415
    from planner.runs.waiting import adopt_waiting  # noqa: PLC0415

    adopt_waiting()
    with open_store() as store:
        if args.what is None:
            found = store.runs.list(
                tag=args.tag, pack_id=args.pack, removed=args.removed, limit=args.limit
            )
            if args.json:
                print_json({"runs": [plain(run) for run in found]})
            else:
                print_lines(_run_lines(found), "No run is kept here. planner keep DIR keeps one.")
            return EXIT_DONE
        run_id = store.runs.find(_id_of(args, "runs"))
        if args.what == "remove":
            store.runs.remove(run_id)
        elif args.what == "restore":
            store.runs.restore(run_id)
        run = store.runs.get(run_id)
        notes = store.notes.of(Subject("run", run_id))
    if args.json:
        print_json(plain(run) | {"notes": [plain(each) for each in notes]})
    elif args.what == "show":
        for line in (*_run_shown(run), *note_lines(notes)):
            print(line)
    else:
        _say_moved(args.what, "runs", run_id, run.name)
    return EXIT_DONE


def _run_lines(runs: Sequence[KeptRun]) -> Iterator[str]:
    rows = [
        (
            run.id,
            short(run.name, 40),
            run.status,
            _figure(run, "branches", ",.0f"),
            _figure(run, "mean_min", ".1f"),
            _figure(run, "annual_kes", ",.0f"),
            when(run.created),
            " ".join(f"#{tag}" for tag in run.tags),
        )
        for run in runs
    ]
    yield from table(_COLUMNS, rows, right={3, 4, 5})


def _figure(run: KeptRun, key: str, form: str) -> str:
    value = None if run.kpis is None else run.kpis.get(key)
    return format(value, form) if isinstance(value, int | float) else "-"


def _run_shown(run: KeptRun) -> Iterator[str]:
    yield f"{run.name}  (run:{run.id})"
    gap = "" if run.gap is None else f", at most {percent_up(run.gap, 3)}% above what is possible"
    yield f"status: {run.status}{gap}"
    if run.objective is not None:
        yield f"objective: {run.objective:,.6g} {run.unit} a year"
    for name, key, form in (
        ("branches", "branches", ",.0f"),
        ("mean minutes one way", "mean_min", ".1f"),
        ("mean kilometres one way", "mean_km", ".1f"),
        ("money to build", "capital_kes", ",.0f"),
        ("money a year", "annual_kes", ",.0f"),
    ):
        yield f"{name}: {_figure(run, key, form)}"
    yield f"pack: {run.pack_id} ({run.pack})"
    yield f"question: {run.problem}, seed {run.seed}"
    yield f"solved: {when(run.created)} in {run.seconds:.1f} s with {run.solver}, {run.version}"
    yield f"kept: {when(run.kept)} by {run.author} (from: {run.source})"
    if run.scenario_id is not None:
        yield f"of the scenario: {run.scenario_id}, version {run.scenario_version}"
    yield from _marks(run.tags, run.removed)


# -- studies -------------------------------------------------------------------------------


def _studies(args: argparse.Namespace) -> int:
    from planner.runs.store import Subject, open_store  # noqa: PLC0415

    with open_store() as store:
        if args.what is None:
            found = store.studies.list(tag=args.tag, removed=args.removed)
            if args.json:
                print_json({"studies": [plain(study) for study in found]})
            else:
                print_lines(_study_lines(found), "No study is kept here.")
            return EXIT_DONE
        study = store.studies.get(_id_of(args, "studies"))
        if args.what == "remove":
            store.studies.remove(study.id)
        elif args.what == "restore":
            store.studies.restore(study.id)
        study = store.studies.get(study.id)
        notes = store.notes.of(Subject("study", study.id))
    if args.json:
        print_json(plain(study) | {"notes": [plain(each) for each in notes]})
    elif args.what == "show":
        for line in (*_study_shown(study), *note_lines(notes)):
            print(line)
    else:
        _say_moved(args.what, "studies", study.id, study.name)
    return EXIT_DONE


def _study_lines(studies: Sequence[Study]) -> Iterator[str]:
    rows = [
        (
            study.id,
            short(study.name, 40),
            study.kind,
            _varied(study),
            study.status,
            f"{_done(study)} of {len(study.points)}",
            when(study.created),
            " ".join(f"#{tag}" for tag in study.tags),
        )
        for study in studies
    ]
    columns = ("id", "name", "kind", "varied", "status", "points done", "begun", "")
    yield from table(columns, rows, right={5})


def _varied(study: Study) -> str:
    """The keys that a sweep varies: sweeps of one scenario bear its name alike."""
    keys = dict.fromkeys(key for point in study.points for key in point.values)
    return ", ".join(keys) if study.kind == "sweep" else ""


def _done(study: Study) -> int:
    return sum(point.status != "waiting" for point in study.points)


def _study_shown(study: Study) -> Iterator[str]:
    yield f"{study.name}  (study:{study.id})"
    yield f"kind: {study.kind}"
    yield f"status: {study.status}, {_done(study)} of {len(study.points)} points are done"
    yield f"pack: {study.pack_id} ({study.pack})"
    yield f"begun: {when(study.created)} by {study.author}; last change {when(study.changed)}"
    yield from _marks(study.tags, study.removed)
    if study.points:
        yield ""
        rows = [
            (
                str(point.number),
                short(", ".join(f"{key} = {value}" for key, value in point.values.items()), 60),
                point.status,
                "-" if point.run_id is None else f"run:{point.run_id}",
                short(point.message, 60),
            )
            for point in study.points
        ]
        yield from table(("point", "set", "status", "run", ""), rows, right={0})


# -- words ---------------------------------------------------------------------------------


def _id_of(args: argparse.Namespace, command: str) -> str:
    from planner.errors import UsageError  # noqa: PLC0415

    if args.id is None:
        raise UsageError(f"Say which: planner {command} {args.what} ID.")
    return str(args.id).removeprefix("run:").removeprefix("study:")


def _say_moved(what: str, command: str, its_id: str, name: str) -> None:
    if what == "remove":
        say(f"Put away: {name}. planner {command} restore {its_id} brings it back.")
    else:
        say(f"Brought back: {name}.")


def _marks(tags: Sequence[str], removed: datetime | None) -> Iterator[str]:
    if tags:
        yield f"tags: {', '.join(tags)}"
    if removed is not None:
        yield f"put away: {when(removed)}"
