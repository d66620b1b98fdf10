"""What a visitor's session needs: words, the pack, and today's networks, each computed once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from planner import evaluate, scenario
from planner.evaluate import Score
from planner.evaluate.tieout import TieOut, tie_outs
from planner.pack import DEFAULT_PACK, find_pack, read_pack
from planner.pack.types import Pack
from planner.plan import Plan
from planner.present.kept_store import store
from planner.present.words import LANGUAGES, Language, Words, words
from planner.problem import PlanningProblem
from planner.runs.jobfiles import JobFolder
from planner.runs.place import home
from planner.runs.reading import StoredRun
from planner.scenario import Scenario


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A plan that is given or found, and what the judge says of it."""

    plan: Plan
    score: Score


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A pack with the problem of its default rules and the networks it lists.

    `networks`: "today" and "proposal", as far as the pack has them.
    `tie_outs`: the model held against all that the pack has counted.
    """

    pack: Pack
    problem: PlanningProblem
    networks: Mapping[str, Network]
    scenarios: Mapping[str, Scenario]
    tie_outs: tuple[TieOut, ...] = ()

    @property
    def first_scenario(self) -> str:
        """The scenario that a new visitor starts from."""
        first = self.pack.first_scenario
        return first if first in self.scenarios else next(iter(self.scenarios))

    def scenario_named(self, name: str) -> str | None:
        """The id of the ready scenario with a name."""
        return next((key for key, each in self.scenarios.items() if each.name == name), None)


def case() -> Case:
    """The pack that this server shows: the built-in one, or what UGATUZI_PACK names."""
    folder = find_pack(os.environ.get("UGATUZI_PACK", DEFAULT_PACK))
    found: Case = _kept_case(str(folder), _stamp(folder))
    return found


def _read_case(folder: str, stamp: str) -> Case:
    del stamp  # a changed file makes a new entry
    pack = read_pack(Path(folder))
    problem = scenario.build(pack, Scenario(name="today", pack=folder))
    networks: dict[str, Network] = {}
    plan = evaluate.todays_network(problem)
    if plan is not None:
        networks["today"] = Network(plan, evaluate.score(problem, plan))
    if problem.proposed.any():
        plan = evaluate.listed_network(problem, problem.existing | problem.proposed)
        networks["proposal"] = Network(plan, evaluate.score(problem, plan))
    files = sorted((Path(folder) / "scenarios").glob("*.toml"))
    scenarios = {file.stem: scenario.read_scenario(file) for file in files}
    plain = Scenario(name=pack.name, pack=folder)
    held = tie_outs(pack, problem, fit=True)
    return Case(pack, problem, networks, scenarios or {"plain": plain}, held)


_kept_case = st.cache_resource(_read_case, show_spinner=False, max_entries=2)


def case_key() -> str:
    """Names the pack that is shown, as its files are now: what is kept under it stays true."""
    folder = find_pack(os.environ.get("UGATUZI_PACK", DEFAULT_PACK))
    return f"{folder}:{_stamp(folder)}"


def _stamp(folder: Path) -> str:
    """Changes with any file of the pack, without reading them."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        state = file.stat()
        digest.update(f"{file}{state.st_mtime_ns}{state.st_size}".encode())
    return digest.hexdigest()


# -- runs -----------------------------------------------------------------------------------


def run(run_id: str) -> StoredRun:
    """A run of the store, read once, on its pack as it was kept; runs never change.

    Raises:
        PlannerError: There is no such run, or it cannot be read.
    """
    found: StoredRun = _kept_run(run_id)
    return found


def _open_run(run_id: str) -> StoredRun:
    return store().runs.open(run_id)


_kept_run = st.cache_resource(_open_run, show_spinner=False, max_entries=8)


def time_limit_of(job_id: str) -> float | None:
    """The time limit of a job's scenario, None when it cannot be read."""
    limit: float | None = _kept_limit(job_id)
    return limit


def _time_limit(job_id: str) -> float | None:
    spec = JobFolder(home() / "jobs" / job_id).spec()
    return None if spec is None else scenario.parse_scenario(spec.scenario).solve.time_limit_s


_kept_limit = st.cache_data(_time_limit, show_spinner=False, max_entries=50)


def refusal_of(job_id: str) -> str:
    """Why the store will never take a job's run; empty where it only waits for the store."""
    return JobFolder(home() / "jobs" / job_id).refusal()


def restore(prefix: str, **asked: object) -> None:
    """Bring back what `keep` kept: widgets lose their values while another page is shown.

    Args:
        prefix: Of the names of the page's widgets.
        asked: What a page just opened shows before all else, by name without the prefix.
    """
    for name, value in asked.items():
        if value is not None:
            st.session_state.setdefault(f"{prefix}{name}", value)
    for name, value in st.session_state.get(f"kept:{prefix}", {}).items():
        st.session_state.setdefault(name, value)


def keep(prefix: str) -> None:
    """Keep the values under a prefix for when the page is shown again; not those of buttons."""
    st.session_state[f"kept:{prefix}"] = {
        str(name): value
        for name, value in st.session_state.items()
        if str(name).startswith(prefix) and not str(name).startswith(f"{prefix}locks_table")
    }


# -- language ------------------------------------------------------------------------------


def first_language() -> Language:
    """The language of the address, else of the browser, else English."""
    asked = st.query_params.get("lang") or (st.context.locale or "")[:2]
    return "sw" if asked.lower().startswith("sw") else "en"


def language_control() -> None:
    """Chooses the language; the choice stays while pages change."""
    if "language" not in st.session_state:
        st.session_state["language"] = first_language()
    st.segmented_control(
        "Language / Lugha",
        list(LANGUAGES),
        key="language",
        required=True,
        format_func=lambda code: LANGUAGES[code],
    )


def chosen_words() -> Words:
    """The words of the chosen language, before a pack is known."""
    return words(st.session_state.get("language") or "en")


def speak() -> Words:
    """The words of the chosen language, with what the pack calls its money and its areas."""
    return chosen_words().of_pack(case().pack)


# -- deep links ----------------------------------------------------------------------------


def asked_for(name: str, known: Mapping[str, object] | frozenset[str]) -> str | None:
    """What the address asks for under a name, when it is known."""
    value = st.query_params.get(name)
    return value if value in known else None


def follow_address(name: str, key: str, known: Collection[str], otherwise: str | None) -> None:
    """Let a widget follow the address where that changed without it: by the browser's way back.

    Without this the page would write its choice again, and nobody could go back past it.
    """
    value = st.query_params.get(name)
    if key in st.session_state and value != st.session_state.get(f"address:{name}"):
        st.session_state[key] = value if value in known else otherwise


def put_in_address(name: str, value: str | None, *, default: str | None = None) -> None:
    """Write a choice into the address, so that it can be sent on.

    What the page shows by itself is not added: it would stand in the browser's way back.
    """
    if value == default and name not in st.query_params:
        value = None
    st.session_state[f"address:{name}"] = value
    if value is None:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value
