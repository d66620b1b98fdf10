"""What can be opened on the Plan page: the pack's ready scenarios, one's own, and their bases."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from planner.errors import PlannerError
from planner.pack.locate import name_of_pack
from planner.present.kept_store import require_sight, store
from planner.present.session import Case
from planner.present.words import Words
from planner.runs.store import SavedScenario
from planner.scenario import Scenario, read_scenario

PREFIX = "scenario:"


def pack_name(case: Case) -> str:
    """How a saved scenario names the pack that is shown: its id where it has one, or its folder."""
    return name_of_pack(case.pack.folder)


def own(case: Case) -> dict[str, SavedScenario]:
    """The saved scenarios on the pack that is shown, by what the choice calls them."""
    here, folder = pack_name(case), case.pack.folder.resolve()
    return {
        f"{PREFIX}{each.id}": each
        for each in store().scenarios.list()
        if each.pack == here or (Path(each.pack).is_absolute() and Path(each.pack) == folder)
    }


def names(w: Words, case: Case, chosen: str, name: str) -> dict[str, str]:
    """Everything that can be opened, by what the choice calls it: ready ones, then one's own.

    Args:
        w: The page's words.
        case: The pack that is shown, with its ready scenarios.
        chosen: What the choice calls what is open: also what was put away, and "" for the rules
            of a run or a file.
        name: Of what is open.
    """
    found = {key: each.name for key, each in case.scenarios.items()}
    found |= {key: w("saved.own", name=each.name) for key, each in own(case).items()}
    if chosen in found:
        return found
    return {chosen: w("saved.own" if chosen else "saved.from_run", name=name)} | found


def free_name(name: str, taken: set[str]) -> str:
    """A name that no other scenario has: `Name`, else `Name (2)`."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name} ({number})"
    return found


def base_of(case: Case, based_on: str) -> tuple[str, Scenario] | None:
    """The name and the rules of what a scenario was made from; None where that is gone."""
    kind, _, rest = based_on.partition(":")
    try:
        if kind == "builtin":
            pack, _, name = rest.partition("/")
            found = case.scenarios.get(name) if pack == case.pack.id else None
            return None if found is None else (found.name, found)
        if kind == "run":
            require_sight("run", rest)
            scenario = Scenario.model_validate_json(_run_rules(rest))
            return scenario.name, scenario
        if kind == "scenario":
            saved = store().scenarios.get(rest)
            return saved.name, saved.scenario
    except PlannerError:
        return None
    return None


def _rules_of_run(run_id: str) -> str:
    return read_scenario(store().runs.folder(run_id) / "scenario.toml").model_dump_json()


_run_rules = st.cache_data(_rules_of_run, show_spinner=False, max_entries=50)


def base(case: Case, there: SavedScenario | None, seen: Scenario) -> tuple[str, Scenario]:
    """The name and the rules that the open scenario is held against: what it was made from.

    Of one that is not saved, the rules that were opened; of one whose base is gone, its first
    version.

    Args:
        case: The pack that is shown, with its ready scenarios.
        there: The saved scenario that is open; None for one that is not saved.
        seen: The rules as they were opened.
    """
    if there is None:
        return seen.name, seen
    found = base_of(case, there.based_on)
    if found is not None:
        return found
    first = store().scenarios.history(there.id)[0].scenario
    return first.name, first
