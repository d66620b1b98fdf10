"""What a visitor's session needs: words, the pack, and today's networks, each computed once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from planner import evaluate, scenario
from planner.evaluate import Score
from planner.evaluate.tieout import TieOut, tie_outs
from planner.pack import DEFAULT_PACK, builtin_packs, find_pack, read_pack
from planner.pack.fingerprint import print_of
from planner.pack.locate import name_of_pack
from planner.pack.own_note import is_id, own_folder, own_root, read_note
from planner.pack.place import home
from planner.pack.types import Pack
from planner.people import may_see
from planner.plan import Plan
from planner.present import links, memory
from planner.present.kept_store import require_sight, store
from planner.present.words import Words, words
from planner.problem import PlanningProblem
from planner.runs.jobfiles import JobFolder
from planner.scenario import Scenario
from planner.travel import default_model, kept

if TYPE_CHECKING:
    from planner.runs.reading import StoredRun


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A plan that is given or found, and what the judge says of it."""

    plan: Plan
    score: Score


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A pack with the problem of its default rules and the networks it lists.

    `networks`: "today" and "proposal", as far as the pack has them.
    `tie_outs`: the model held against all that the pack has counted. `stamp`: of its files.
    """

    pack: Pack
    problem: PlanningProblem
    networks: Mapping[str, Network]
    scenarios: Mapping[str, Scenario]
    tie_outs: tuple[TieOut, ...] = ()
    stamp: str = ""

    @property
    def key(self) -> str:
        """Names the pack as its files were read: what is kept under it stays true."""
        return f"{self.pack.folder}:{self.stamp}"

    @property
    def first_scenario(self) -> str:
        """The scenario that a new visitor starts from."""
        first = self.pack.first_scenario
        return first if first in self.scenarios else next(iter(self.scenarios))

    def scenario_named(self, name: str) -> str | None:
        """The id of the ready scenario with a name."""
        return next((key for key, each in self.scenarios.items() if each.name == name), None)


def case() -> Case:
    """The pack that this visitor looks at, with its networks; read once for all visitors.

    Raises:
        InputError: The pack has faults: every one of them.
    """
    return case_of(pack_folder())


def case_of(folder: Path) -> Case:
    """A pack with its networks, whether it is shown or not; read once as its files are now.

    Raises:
        InputError: The pack has faults: every one of them.
    """
    found: Case = _kept_case(str(folder), _stamp(folder))
    return found


def case_of_visit(folder: Path) -> Case:
    """As `case_of`, but nobody else's: read anew, and kept by whoever asks for it.

    Raises:
        InputError: The pack has faults: every one of them.
    """
    return _read_case(str(folder), _stamp(folder))


def _read_case(folder: str, stamp: str) -> Case:
    fingerprint = print_of(Path(folder)).fingerprint
    pack = read_pack(Path(folder))
    rules = Scenario(name="today", pack=folder)
    travel = kept.times_of(pack, default_model(pack), rules.travel.mode, fingerprint)
    problem = scenario.build(pack, rules, travel=travel)
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
    held = tie_outs(pack, problem)
    memory.settle()
    return Case(pack, problem, networks, scenarios or {"plain": plain}, held, stamp)


_kept_case = st.cache_resource(_read_case, show_spinner=False, max_entries=8)


def case_key() -> str:
    """Names the pack that is shown, as its files are now: what is kept under it stays true."""
    folder = pack_folder()
    return f"{folder}:{_stamp(folder)}"


def _stamp(folder: Path) -> str:
    """Changes with any file of the pack, without reading them."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        state = file.stat()
        digest.update(f"{file}{state.st_mtime_ns}{state.st_size}".encode())
    return digest.hexdigest()


# -- which pack ----------------------------------------------------------------------------

_PACK, _LEFT = "pack.folder", "pack.left"
_OF_THE_VISITOR = ("language", "me.", "kept:me.", "guide", "keys", "app.", "pack.")  # all packs


def default_folder() -> Path:
    """The pack that a new visitor sees: the built-in one, or what UGATUZI_PACK names."""
    return find_pack(os.environ.get("UGATUZI_PACK", DEFAULT_PACK))


def pack_folder() -> Path:
    """The folder of the pack that this visitor looks at."""
    chosen = st.session_state.get(_PACK)
    return default_folder() if chosen is None else Path(chosen)


def choose_pack(folder_or_id: str | Path) -> None:
    """Let this visitor look at another pack; what was chosen on the pages begins afresh.

    What belongs to the pack that is left is there again when that is chosen again. On a page that
    has widgets of its own, call it from a widget's callback, or `st.rerun()` after it.

    Raises:
        InputError: There is no such pack.
    """
    if _change_to(find_pack(str(folder_or_id))):
        for name in set(st.query_params) - {"lang"}:
            del st.query_params[name]
    links.forget("pack")
    put_in_address("pack", None if is_default_pack() else pack_in_address())


def _change_to(folder: Path) -> bool:
    """Whether that was another pack than before."""
    state, before = st.session_state, pack_folder()
    if folder.resolve() == before.resolve():
        return False
    left = state.get(_LEFT, {})
    left[str(before)] = {n: v for n, v in state.items() if str(n).startswith("kept:")}
    for name in [each for each in state if not str(each).startswith(_OF_THE_VISITOR)]:
        del state[name]
    state.update(left.pop(str(folder), {}))
    state.update({_LEFT: left, _PACK: str(folder)})
    return True


def is_default_pack() -> bool:
    """Whether this visitor looks at the pack that every new visitor sees."""
    return pack_folder().resolve() == default_folder().resolve()


def pack_in_address() -> str | None:
    """What an address says of the pack that is shown (`?pack=`); None for one without an id."""
    name = name_of_pack(pack_folder())
    return name if _is_known(name) else None


def follow_pack() -> None:
    """Let the pack follow the address; once a run, before anything of the pack is shown.

    An address that asks for no pack, and a pack that somebody has put away since, are told.
    """
    state, asked = st.session_state, st.query_params.get("pack")
    if is_gone():
        _change_to(default_folder())
        put_in_address("pack", None)
        links.tell("pack", "data.gone")
    elif asked and not _is_known(asked):
        links.tell("pack", "people.pack_not_yours" if _is_hidden(asked) else "data.unknown")
    elif asked and asked != state.get("address:pack"):
        links.forget("pack")
        _change_to(find_pack(asked))
        state["address:pack"] = asked


def is_gone() -> bool:
    """Whether somebody has put away the pack that this visitor looks at."""
    is_chosen = st.session_state.get(_PACK) is not None
    return is_chosen and not (pack_folder() / "pack.toml").is_file()


def _is_known(name: str) -> bool:
    """Whether an address may ask for a pack by this: an id, never a folder of the disk."""
    return name in builtin_packs() or own_folder(own_root(), name) is not None


def _is_hidden(name: str) -> bool:
    """Whether an address asks for a pack that somebody else keeps private."""
    note = read_note(own_root() / name) if is_id(name) else None
    return note is not None and not may_see(note.owner, is_private=note.is_private)


# -- runs -----------------------------------------------------------------------------------


def run(run_id: str) -> StoredRun:
    """A run of the store, read once, on its pack as it was kept; runs never change.

    Raises:
        NotYoursError: It is somebody else's and private.
        PlannerError: There is no such run, or it cannot be read.
    """
    require_sight("run", run_id)
    found: StoredRun = _kept_run(run_id)
    return found


def _open_run(run_id: str) -> StoredRun:
    return store().runs.open(run_id)


_kept_run = st.cache_resource(_open_run, show_spinner=False, max_entries=8)


def time_limit_of(job_id: str) -> float | None:
    """The time limit of a job's scenario, None when it cannot be read."""
    rules = rules_of(job_id)
    return None if rules is None else rules.solve.time_limit_s


def rules_of(job_id: str) -> Scenario | None:
    """The rules that a job searches with; None where nothing is known of it."""
    found: Scenario | None = _kept_rules(str(home()), job_id)
    return found


def _rules_of(its_home: str, job_id: str) -> Scenario | None:
    spec = JobFolder(Path(its_home) / "jobs" / job_id).spec()
    return None if spec is None else scenario.parse_scenario(spec.scenario)


_kept_rules = st.cache_resource(_rules_of, show_spinner=False, max_entries=50)


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


def chosen_words() -> Words:
    """The words of the chosen language, before a pack is known."""
    return words(st.session_state.get("language") or "en")


def speak() -> Words:
    """The words of the chosen language, with what the pack calls its money and its areas."""
    return chosen_words().of_pack(case().pack)


# -- deep links ----------------------------------------------------------------------------


def asked_for(name: str, known: Mapping[str, object] | frozenset[str]) -> str | None:
    """What the address asks for under a name, when it is known; else that is told on the page."""
    value: str | None = st.query_params.get(name)
    if value in known:
        return value
    links.note(name, value)
    return None


def follow_address(name: str, key: str, known: Collection[str], otherwise: str | None) -> None:
    """Let a widget follow the address where that changed without it: by the browser's way back.

    Without this the page would write its choice again, and nobody could go back past it.
    """
    value = st.query_params.get(name)
    if key in st.session_state and value != st.session_state.get(f"address:{name}"):
        if value not in known:
            links.note(name, value)
        st.session_state[key] = value if value in known else otherwise


def put_in_address(name: str, value: str | None, *, default: str | None = None) -> None:
    """Write a choice into the address, so that it can be sent on.

    What the page shows by itself is not added: it would stand in the browser's way back.
    """
    if value == default and name not in st.query_params:
        value = None
    links.settle(name, value)
    st.session_state[f"address:{name}"] = value
    if value is None:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value
