"""What a visitor's session needs: words, the pack, and today's networks, each computed once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from planner import evaluate, scenario
from planner.evaluate import Score
from planner.pack import find_pack, read_pack
from planner.pack.types import Pack
from planner.plan import Plan
from planner.present.words import LANGUAGES, Language, Words, words
from planner.problem import PlanningProblem
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
    """

    pack: Pack
    problem: PlanningProblem
    networks: Mapping[str, Network]
    scenarios: Mapping[str, Scenario]


def case() -> Case:
    """The pack that this server shows: the built-in one, or what UGATUZI_PACK names."""
    folder = find_pack(os.environ.get("UGATUZI_PACK", "immigration"))
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
    return Case(pack, problem, networks, {f.stem: scenario.read_scenario(f) for f in files})


_kept_case = st.cache_resource(_read_case, show_spinner=False, max_entries=2)


def _stamp(folder: Path) -> str:
    """Changes with any file of the pack, without reading them."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        state = file.stat()
        digest.update(f"{file}{state.st_mtime_ns}{state.st_size}".encode())
    return digest.hexdigest()


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


def speak() -> Words:
    """The words of the chosen language."""
    return words(st.session_state.get("language") or "en")


# -- deep links ----------------------------------------------------------------------------


def asked_for(name: str, known: Mapping[str, object] | frozenset[str]) -> str | None:
    """What the address asks for under a name, when it is known."""
    value = st.query_params.get(name)
    return value if value in known else None


def put_in_address(name: str, value: str | None) -> None:
    """Write a choice into the address, so that it can be sent on."""
    if value is None:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value
