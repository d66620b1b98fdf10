"""Commands about scenarios in the store: made, changed by key, undone, redone, their history."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from planner.commands.options import (
    KEPT_RUN,
    KEPT_SCENARIO,
    Add,
    NamedScenario,
    count,
    json_flag,
    named_scenario,
    print_json,
    run_folder,
)
from planner.commands.shown import note_lines, plain, print_lines, short, table, when
from planner.errors import EXIT_DONE, InputError
from planner.pack import builtin_packs, find_pack, read_pack
from planner.scenario import Scenario, read_scenario, scenario_toml
from planner.scenario.change import keys_given, with_keys
from planner.scenario.checks import faults_on
from planner.terminal import say

if TYPE_CHECKING:
    from planner.runs.store import SavedScenario, ScenarioVersion, Store


Parser = argparse.ArgumentParser


def add_commands(add: Add) -> None:
    """Adds scenario with all that can be done to one."""
    parser = add("scenario", _list, "scenarios that are kept: list, new, show, set, undo, ...")
    doing = parser.add_subparsers(metavar="WHAT", required=True)

    def to_do(name: str, command: object, words: str, *, is_of_one: bool = True) -> Parser:
        each: Parser = doing.add_parser(name, help=words, description=words)
        each.set_defaults(command=command)
        if is_of_one:
            each.add_argument("id", metavar="ID", help="or its first digits")
        json_flag(each)
        return each

    listed = to_do("list", _list, "the scenarios, the one changed last first", is_of_one=False)
    listed.add_argument("--tag", metavar="T", help="only those with this tag")
    listed.add_argument("--removed", action="store_true", help="those that were put away")
    new = to_do("new", _new, "keep a scenario so that it can be edited", is_of_one=False)
    new.add_argument(
        "origin",
        metavar="SCENARIO",
        help="a scenario file, a built-in name, scenario:ID for a copy, or run:ID",
    )
    new.add_argument("--name", metavar="NAME", help="in place of its own")
    show = to_do("show", _show, "a scenario as it stands, with its rules")
    show.add_argument("--toml", action="store_true", help="its rules alone, as a scenario file")
    changes = to_do("set", _set, "change keys of a scenario")
    changes.add_argument(
        "changes",
        nargs="+",
        metavar="KEY=VALUE",
        help="as in the file: rules.branches.max=25 duplicates.rule=cap; nothing after = leaves "
        "the key out",
    )
    changes.add_argument("--what", default="", metavar="TEXT", help="the change in words")
    undo = to_do("undo", _undo, "back to the version that this one was made from")
    redo = to_do("redo", _redo, "on to the newest version made from this one")
    to_do("history", _history, "every version of a scenario")
    go_to = to_do("go-to", _go_to, "stand at any version of the history")
    go_to.add_argument("version", type=count, metavar="VERSION")
    to_do("remove", _remove, "put a scenario away; restore brings it back")
    to_do("restore", _restore, "bring back a scenario that was put away")
    for each in (changes, undo, redo, go_to):
        each.add_argument(
            "--expect",
            type=count,
            metavar="REVISION",
            help="only if it is still at this revision, which you have seen",
        )


def _list(args: argparse.Namespace) -> int:
    with _store() as store:
        found = store.scenarios.list(tag=args.tag, removed=args.removed)
    if args.json:
        print_json({"scenarios": [plain(each) for each in found]})
    else:
        nothing = "No scenario is kept here. planner scenario new SCENARIO keeps one."
        print_lines(_lines(found), nothing)
    return EXIT_DONE


def _lines(found: Sequence[SavedScenario]) -> Iterator[str]:
    rows = [
        (
            each.id,
            short(each.name, 40),
            short(each.pack, 30),
            f"{each.version}",
            f"{each.revision}",
            f"{when(each.changed)} by {short(each.changed_by, 20)}",
            " ".join(f"#{tag}" for tag in each.tags),
        )
        for each in found
    ]
    columns = ("id", "name", "pack", "version", "revision", "changed", "")
    yield from table(columns, rows, right={3, 4})


def _new(args: argparse.Namespace) -> int:
    named = _origin(args.origin)
    scenario = named.scenario
    if args.name is not None:
        scenario = with_keys(scenario, {"name": args.name})
    if not named.based_on and (faults := faults_on(read_pack(named.pack_folder), scenario)):
        raise InputError(faults)
    is_builtin = scenario.pack in builtin_packs()
    pack = scenario.pack if is_builtin else os.path.realpath(named.pack_folder)
    with _store() as store:
        saved = store.scenarios.create(scenario, pack=pack, based_on=named.based_on)
    return _told(args, saved, "Kept")


def _origin(name: str) -> NamedScenario:
    """A scenario by name, or the one that a kept run was solved by."""
    if not name.startswith(KEPT_RUN):
        return named_scenario(name)
    folder = run_folder(name)
    with _store() as store:
        based_on = f"{KEPT_RUN}{store.runs.find(name.removeprefix(KEPT_RUN))}"
    return NamedScenario(read_scenario(folder / "scenario.toml"), folder, based_on)


def _show(args: argparse.Namespace) -> int:
    from planner.runs.store import Subject  # noqa: PLC0415 - loads the database

    with _store() as store:
        saved = store.scenarios.get(_id(args))
        notes = store.notes.of(Subject("scenario", saved.id))
    if args.json:
        print_json(plain(saved) | {"notes": [plain(each) for each in notes]})
        return EXIT_DONE
    if not args.toml:
        for line in (*_shown(saved), *note_lines(notes), ""):
            print(line)
    print(scenario_toml(saved.scenario), end="")
    return EXIT_DONE


def _shown(saved: SavedScenario) -> Iterator[str]:
    yield f"{saved.name}  ({KEPT_SCENARIO}{saved.id})"
    yield f"version {saved.version}, revision {saved.revision}"
    yield f"pack: {saved.pack}"
    if saved.based_on:
        yield f"made from: {saved.based_on}"
    yield f"made: {when(saved.created)} by {saved.author}"
    yield f"changed: {when(saved.changed)} by {saved.changed_by}"
    for name, is_so in (("earlier", saved.can_undo), ("later", saved.can_redo)):
        yield f"{name} version: {'yes' if is_so else 'none'}"
    if saved.tags:
        yield f"tags: {', '.join(saved.tags)}"
    if saved.removed is not None:
        yield f"put away: {when(saved.removed)}"


def _set(args: argparse.Namespace) -> int:
    with _store() as store:
        seen = store.scenarios.get(_id(args))
        values, faults = keys_given(args.changes)
        try:
            changed = with_keys(seen.scenario, values)
        except InputError as error:
            raise InputError([*faults, *error.faults]) from None
        if faults:
            raise InputError(faults)
        changed = _on_its_pack(changed)
        expected = _expected(args, seen)
        saved = store.scenarios.save(seen.id, changed, expected=expected, what=args.what)
    return _told(args, saved, "Changed" if saved.revision > expected else "Nothing differs")


def _on_its_pack(scenario: Scenario) -> Scenario:
    """The scenario with its pack named for good; refused where the two do not fit.

    Raises:
        InputError: There is no such pack, it has faults, or it lacks what the scenario names.
    """
    folder = find_pack(scenario.pack, Path.cwd())
    faults = faults_on(read_pack(folder), scenario)
    if faults:
        raise InputError(faults)
    if scenario.pack in builtin_packs():
        return scenario
    return scenario.model_copy(update={"pack": os.path.realpath(folder)})


def _undo(args: argparse.Namespace) -> int:
    with _store() as store:
        seen = store.scenarios.get(_id(args))
        saved = store.scenarios.undo(seen.id, expected=_expected(args, seen))
    return _told(args, saved, "Undone")


def _redo(args: argparse.Namespace) -> int:
    with _store() as store:
        seen = store.scenarios.get(_id(args))
        saved = store.scenarios.redo(seen.id, expected=_expected(args, seen))
    return _told(args, saved, "Redone")


def _go_to(args: argparse.Namespace) -> int:
    with _store() as store:
        seen = store.scenarios.get(_id(args))
        saved = store.scenarios.go_to(seen.id, args.version, expected=_expected(args, seen))
    return _told(args, saved, "Moved")


def _history(args: argparse.Namespace) -> int:
    with _store() as store:
        saved = store.scenarios.get(_id(args))
        versions = store.scenarios.history(saved.id)
    if args.json:
        told = {"id": saved.id, "revision": saved.revision, "version": saved.version}
        print_json(told | {"versions": [plain(each) for each in versions]})
    else:
        for line in _history_lines(saved, versions):
            print(line)
    return EXIT_DONE


def _history_lines(saved: SavedScenario, versions: Sequence[ScenarioVersion]) -> Iterator[str]:
    rows = [
        (
            f"{each.number}",
            "" if each.parent is None else f"{each.parent}",
            when(each.made),
            short(each.author, 20),
            short(each.what, 100) + ("  <- here" if each.number == saved.version else ""),
        )
        for each in versions
    ]
    columns = ("version", "made from", "when", "by", "what")
    yield from table(columns, rows, right={0, 1})


def _remove(args: argparse.Namespace) -> int:
    with _store() as store:
        store.scenarios.remove(_id(args))
        saved = store.scenarios.get(_id(args))
    return _told(args, saved, "Put away")


def _restore(args: argparse.Namespace) -> int:
    with _store() as store:
        store.scenarios.restore(_id(args))
        saved = store.scenarios.get(_id(args))
    return _told(args, saved, "Brought back")


def _told(args: argparse.Namespace, saved: SavedScenario, what: str) -> int:
    if args.json:
        print_json(plain(saved))
    else:
        print(f"{KEPT_SCENARIO}{saved.id}  {saved.name}")
        say(f"{what}; it stands at version {saved.version}, revision {saved.revision}.")
    return EXIT_DONE


def _expected(args: argparse.Namespace, seen: SavedScenario) -> int:
    return seen.revision if args.expect is None else int(args.expect)


def _id(args: argparse.Namespace) -> str:
    return str(args.id).removeprefix(KEPT_SCENARIO)


def _store() -> Store:
    from planner.runs.store import open_store  # noqa: PLC0415 - loads the database

    return open_store()
