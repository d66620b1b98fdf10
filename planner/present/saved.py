"""The scenario that is open on the Plan page: chosen, saved, undone, and kept from others' saves.

A visit keeps the id and revision that it has seen, and the rules as they were then; what the form
says beyond that is not saved yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from planner.errors import PlannerError
from planner.pack import builtin_packs, find_pack
from planner.present import plan_form, session
from planner.present.kept_store import store
from planner.present.session import Case
from planner.runs.store import ConflictError, SavedScenario
from planner.scenario import Scenario, read_scenario
from planner.scenario.change import differing_keys

START, AUTHOR = "plan.start", "me.name"
_ID, _REVISION, _VERSION = "plan.saved", "plan.revision", "plan.version"
_BASE, _ORIGIN, _LEFT = "plan.base", "plan.based_on", "plan.left"
_FAULT = "saved.fault"
_PREFIX = "scenario:"


@dataclass(frozen=True, slots=True)
class Open:
    """What is open.

    Attributes:
        there: The saved scenario as the store has it now; None for one that is not saved.
        seen: The rules as this visit has seen them.
        mine: The rules as the form has them.
        is_behind: Somebody has saved the scenario since this visit has seen it.
    """

    there: SavedScenario | None
    seen: Scenario
    mine: Scenario
    is_behind: bool

    @property
    def is_changed(self) -> bool:
        """Whether the form says more than what was seen."""
        return bool(differing_keys(self.seen, self.mine))


def pack_name(case: Case) -> str:
    """How a saved scenario names the pack that is shown: a built-in id, or its folder."""
    folder, its_id = case.pack.folder.resolve(), case.pack.id
    is_builtin = its_id in builtin_packs() and find_pack(its_id).resolve() == folder
    return its_id if is_builtin else str(folder)


def own(case: Case) -> dict[str, SavedScenario]:
    """The saved scenarios on the pack that is shown, by what the choice calls them."""
    here, folder = pack_name(case), case.pack.folder.resolve()
    return {
        f"{_PREFIX}{each.id}": each
        for each in store().scenarios.list()
        if each.pack == here or (Path(each.pack).is_absolute() and Path(each.pack) == folder)
    }


def start(case: Case, run_id: str | None) -> None:
    """Open what the address asks for, else what was open, else a run's rules or a ready scenario.

    Args:
        case: The pack that is shown, with its ready scenarios.
        run_id: The run that the page shows; None for none.
    """
    state = st.session_state
    asked = st.query_params.get("scenario")
    if asked and asked != state.get("address:scenario"):
        with _told():
            open_saved(store().scenarios.get(asked))
    if _BASE not in state:
        if run_id is None:
            open_ready(case, case.first_scenario)
        else:
            open_run(session.run(run_id).scenario, run_id)
    session.put_in_address("scenario", state.get(_ID))


def now() -> Open:
    """What is open, as the store has it at this moment."""
    state = st.session_state
    seen = Scenario.model_validate_json(state[_BASE])
    there = _there()
    is_behind = there is not None and there.revision != state[_REVISION]
    if there is not None and is_behind and not differing_keys(seen, there.scenario):
        state.update({_REVISION: there.revision, _VERSION: there.version})
        is_behind = False
    return Open(there, seen, plan_form.scenario_of(seen), is_behind)


def _there() -> SavedScenario | None:
    """The saved scenario that is open, as the store has it; None for none, and where it is gone."""
    state = st.session_state
    if not state.get(_ID):
        return None
    try:
        return store().scenarios.get(state[_ID])
    except PlannerError as error:
        _refused(error)
        state[_ID] = None
        return None


def version_solved(opened: Open) -> dict[str, str | int]:
    """The saved scenario that a job begins from; nothing where the form is not what was saved."""
    if opened.there is None or opened.is_changed:
        return {}
    return {
        "scenario_id": opened.there.id,
        "scenario_version": int(st.session_state[_VERSION]),
    }


# -- what is opened ------------------------------------------------------------------------


def choose(case: Case) -> None:
    """Open what was chosen; what was not saved can be brought back."""
    chosen = st.session_state[START]
    if chosen is None:
        return
    with _told():
        if chosen in case.scenarios:
            open_ready(case, chosen)
        else:
            open_saved(store().scenarios.get(chosen.removeprefix(_PREFIX)))


def open_ready(case: Case, name: str) -> None:
    """Open one of the pack's ready scenarios."""
    is_builtin = pack_name(case) in builtin_packs()
    origin = f"builtin:{case.pack.id}/{name}" if is_builtin else ""
    _open(case.scenarios[name], name, origin)


def open_run(scenario: Scenario, run_id: str) -> None:
    """A new scenario from a run's rules."""
    _open(scenario, None, f"run:{run_id}")


def open_saved(saved: SavedScenario) -> None:
    """Open a saved scenario as it stands."""
    _open(saved.scenario, f"{_PREFIX}{saved.id}", f"{_PREFIX}{saved.id}", saved)


def _open(
    scenario: Scenario, choice: str | None, origin: str, saved: SavedScenario | None = None
) -> None:
    state = st.session_state
    _leave()
    plan_form.fill(scenario)
    state.update({START: choice, _BASE: scenario.model_dump_json(), _ORIGIN: origin})
    _hold(saved)


def _hold(saved: SavedScenario | None) -> None:
    state = st.session_state
    state[_ID] = None if saved is None else saved.id
    state[_REVISION] = 0 if saved is None else saved.revision
    state[_VERSION] = 0 if saved is None else saved.version


def _leave() -> None:
    """Keep what is not saved, so that `bring_back` can."""
    state = st.session_state
    if _BASE not in state:
        return
    mine = plan_form.scenario_of(Scenario.model_validate_json(state[_BASE]))
    if differing_keys(Scenario.model_validate_json(state[_BASE]), mine):
        kept = {name: state.get(name) for name in (START, _ID, _REVISION, _VERSION, _BASE, _ORIGIN)}
        state[_LEFT] = (kept, mine.model_dump_json())


def left() -> str | None:
    """The name of the scenario whose changes were left without a save; None for none."""
    kept = st.session_state.get(_LEFT)
    return None if kept is None else Scenario.model_validate_json(kept[1]).name


def bring_back() -> None:
    """Bring the changes back that were left without a save."""
    state = st.session_state
    kept, mine = state.pop(_LEFT)
    _leave()
    state.update(kept)
    plan_form.fill(Scenario.model_validate_json(mine))


# -- what is saved -------------------------------------------------------------------------


def save(case: Case, *, is_new: bool) -> None:
    """Keep the form: as a new scenario, or as the next version of the one that is open."""
    state = st.session_state
    with _told():
        seen = Scenario.model_validate_json(state[_BASE])
        mine = plan_form.scenario_of(seen)
        if is_new or not state.get(_ID):
            taken = {each.name for each in own(case).values()}
            mine = mine.model_copy(update={"name": free_name(mine.name, taken)})
            saved = store().scenarios.create(
                mine, pack=pack_name(case), based_on=state.get(_ORIGIN, ""), author=author()
            )
        else:
            saved = store().scenarios.save(
                state[_ID], mine, expected=state[_REVISION], author=author()
            )
        _follow(saved)


def free_name(name: str, taken: set[str]) -> str:
    """A name that no other scenario has: `Name`, else `Name (2)`."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name} ({number})"
    return found


def take_back() -> None:
    """Set the form to what was seen; the changes can be brought back."""
    state = st.session_state
    _leave()
    plan_form.fill(Scenario.model_validate_json(state[_BASE]))


def take_theirs() -> None:
    """Set the form to what others have saved; own changes can be brought back as they were."""
    with _told():
        open_saved(store().scenarios.get(st.session_state[_ID]))


def undo() -> None:
    """Back to the version before."""
    _step(lambda its_id, seen: store().scenarios.undo(its_id, expected=seen, author=author()))


def redo() -> None:
    """On to the version after."""
    _step(lambda its_id, seen: store().scenarios.redo(its_id, expected=seen, author=author()))


def go_to(version: int) -> None:
    """To any version of the history."""
    _step(
        lambda its_id, seen: store().scenarios.go_to(
            its_id, version, expected=seen, author=author()
        )
    )


def _step(move: Callable[[str, int], SavedScenario]) -> None:
    state = st.session_state
    with _told():
        _follow(move(state[_ID], state[_REVISION]))


def _follow(saved: SavedScenario) -> None:
    """The form shows what has just been kept."""
    state = st.session_state
    plan_form.fill(saved.scenario)
    state.update({_BASE: saved.scenario.model_dump_json(), START: f"{_PREFIX}{saved.id}"})
    state[_ORIGIN] = f"{_PREFIX}{saved.id}"
    _hold(saved)


def author() -> str | None:
    """Who saves, as the visitor says; None for the user that the server runs as."""
    return str(st.session_state.get(AUTHOR) or "").strip() or None


@contextmanager
def _told() -> Iterator[None]:
    """What the store refuses is told on the page."""
    try:
        yield
    except ConflictError:
        st.session_state[_FAULT] = session.speak()("saved.refused")
    except PlannerError as error:
        _refused(error)


def _refused(error: PlannerError) -> None:
    lines = session.speak().in_english(str(error).splitlines())
    st.session_state[_FAULT] = "\n".join(lines)


def refusal() -> str:
    """What the store refused of the last action; told once."""
    return str(st.session_state.pop(_FAULT, ""))


# -- where it comes from -------------------------------------------------------------------


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


def names(case: Case, found: Mapping[str, SavedScenario]) -> dict[str, str]:
    """Everything that can be opened, by what the choice calls it: ready ones, then one's own."""
    w, state = session.speak(), st.session_state
    listed = {name: each.name for name, each in case.scenarios.items()}
    listed |= {name: w("saved.own", name=each.name) for name, each in found.items()}
    chosen = state.get(START)
    if chosen is not None and chosen not in listed:
        listed[chosen] = w("saved.own", name=Scenario.model_validate_json(state[_BASE]).name)
    return listed
