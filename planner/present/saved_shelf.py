"""What can be opened on the Plan page: the pack's ready scenarios, one's own, and their bases."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from planner.errors import PlannerError
from planner.pack.locate import name_of_pack
from planner.present.kept_store import store
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


def names(w: Words, case: Case, opened: Mapping[str, str]) -> dict[str, str]:
    """Everything that can be opened, by what the choice calls it: ready ones, then one's own.

    Args:
        w: The page's words.
        case: The pack that is shown, with its ready scenarios.
        opened: The name of what is open, by what the choice calls it: also what was put away.
    """
    mine = {key: each.name for key, each in own(case).items()}
    ready = {key: each.name for key, each in case.scenarios.items()}
    saved = {key: w("saved.own", name=name) for key, name in (mine | dict(opened)).items()}
    return ready | {key: name for key, name in saved.items() if key not in ready}


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
