"""The scenario that is open on the Plan page: chosen, saved, undone, and kept from others' saves.

A visit keeps the id and revision that it has seen, and the rules as they were then; what
`rules_draft` holds beyond that is not saved yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from planner.errors import PlannerError
from planner.pack import builtin_packs
from planner.pack.types import Pack
from planner.present import session
from planner.present.kept_store import store
from planner.present.saved import rules_draft
from planner.present.saved.saved_recorded import as_asked, differing_rules
from planner.present.saved.saved_shelf import PREFIX, free_name, own, pack_name
from planner.present.saved.saved_told import author, refuse, told
from planner.present.session import Case
from planner.runs.store import SavedScenario
from planner.scenario import Scenario
from planner.scenario.change import differing_keys

START = "plan.start"
UNLISTED = ""  # what is open comes from a run or a file
ID, BASE, VERSION = "plan.saved", "plan.base", "plan.version"
_REVISION, _ORIGIN, _LEFT = "plan.revision", "plan.based_on", "plan.left"


@dataclass(frozen=True, slots=True)
class Open:
    """What is open.

    Attributes:
        there: The saved scenario as the store has it now; None for one that is not saved.
        seen: The rules as this visit has seen them.
        mine: The rules as they are set now.
        is_behind: Somebody has saved the scenario since this visit has seen it.
    """

    there: SavedScenario | None
    seen: Scenario
    mine: Scenario
    is_behind: bool

    @property
    def is_changed(self) -> bool:
        """Whether the rules that are set differ from what was seen."""
        return bool(differing_keys(self.seen, self.mine))


def now() -> Open:
    """What is open, as the store has it at this moment."""
    state = st.session_state
    seen: Scenario = state[BASE]
    there = _there()
    is_behind = there is not None and there.revision != state[_REVISION]
    if there is not None and is_behind and not differing_keys(seen, there.scenario):
        state.update({_REVISION: there.revision, VERSION: there.version})
        is_behind = False
    return Open(there, seen, rules_draft.now(), is_behind)


def _there() -> SavedScenario | None:
    """The saved scenario that is open, as the store has it; None for none, and where it is gone."""
    state = st.session_state
    if not state.get(ID):
        return None
    try:
        return store().scenarios.get(state[ID])
    except PlannerError as error:
        refuse(error)
        state[ID] = None
        return None


# -- what is opened ------------------------------------------------------------------------


def choose(case: Case) -> None:
    """Open what was chosen; what was not saved can be brought back."""
    chosen = st.session_state[START]
    if chosen == UNLISTED:
        return
    with told():
        if chosen in case.scenarios:
            open_ready(case, chosen)
        else:
            open_saved(store().scenarios.get(chosen.removeprefix(PREFIX)))


def open_ready(case: Case, name: str) -> None:
    """Open one of the pack's ready scenarios."""
    is_builtin = pack_name(case) in builtin_packs()
    origin = f"builtin:{case.pack.id}/{name}" if is_builtin else ""
    _open(case.scenarios[name], name, origin)


def open_run(pack: Pack, scenario: Scenario, run_id: str | None) -> None:
    """A new scenario from a run's rules on its pack; None where the search is not over."""
    _open(as_asked(pack, scenario), UNLISTED, f"run:{run_id}" if run_id else "")


def open_saved(saved: SavedScenario) -> None:
    """Open a saved scenario as it stands."""
    _open(saved.scenario, f"{PREFIX}{saved.id}", f"{PREFIX}{saved.id}", saved)


def open_file(scenario: Scenario, case: Case) -> None:
    """A new scenario from a file that a visitor has shown, on the pack that is shown."""
    on_it = {"pack": pack_name(case), "origin": None}
    _open(scenario.model_copy(update=on_it), UNLISTED, "")


def _open(scenario: Scenario, choice: str, origin: str, saved: SavedScenario | None = None) -> None:
    state = st.session_state
    _leave()
    rules_draft.begin(scenario)
    state.update({START: choice, BASE: scenario, _ORIGIN: origin})
    _hold(saved)


def _hold(saved: SavedScenario | None) -> None:
    state = st.session_state
    state[ID] = None if saved is None else saved.id
    state[_REVISION] = 0 if saved is None else saved.revision
    state[VERSION] = 0 if saved is None else saved.version


def _leave() -> None:
    """Keep what is not saved, so that `bring_back` can."""
    state = st.session_state
    if BASE in state and differing_keys(state[BASE], rules_draft.now()):
        kept = {name: state.get(name) for name in (START, ID, _REVISION, VERSION, BASE, _ORIGIN)}
        state[_LEFT] = (kept, rules_draft.now())


def left() -> str | None:
    """The name of the scenario whose changes were left without a save; None for none."""
    kept = st.session_state.get(_LEFT)
    return None if kept is None else str(kept[1].name)


def bring_back() -> None:
    """Bring the changes back that were left without a save."""
    state = st.session_state
    kept, mine = state.pop(_LEFT)
    _leave()
    state.update(kept)
    rules_draft.begin(kept[BASE])
    rules_draft.turn(mine)


# -- what is changed -----------------------------------------------------------------------


def change(keys: Mapping[str, object], *, run_id: str | None = None) -> bool:
    """Set keys of the open scenario as one step, which `undo` takes back.

    Args:
        keys: By dotted key as the scenario file writes it (`rules.branches.max`); None leaves
            a key out, which is its default. See `planner.scenario.change.with_keys`.
        run_id: A run whose rules are opened first, unless they are those that are set already;
            what is left without a save can be brought back.

    Returns:
        Whether it was taken; what was refused is told by `refusal`, and nothing is changed then.
    """
    try:
        if run_id is not None:
            run = session.run(run_id)
            if BASE not in st.session_state or differing_rules(
                run.pack, run.scenario, rules_draft.now()
            ):
                open_run(run.pack, run.scenario, run_id)
        rules_draft.change(keys)
    except PlannerError as error:
        refuse(error)
        return False
    return True


def turn(scenario: Scenario) -> None:
    """Set all rules as one step; pack and origin stay."""
    mine = rules_draft.now()
    rules_draft.turn(scenario.model_copy(update={"pack": mine.pack, "origin": mine.origin}))


# -- what is saved -------------------------------------------------------------------------


def save(case: Case, *, is_new: bool) -> None:
    """Keep the rules: as a new scenario, or as the next version of the one that is open."""
    state = st.session_state
    with told():
        mine = rules_draft.now()
        if is_new or not state.get(ID):
            taken = {each.name for each in own(case).values()}
            taken |= {
                each.name
                for each in case.scenarios.values()
                if differing_rules(case.pack, each, mine)
            }
            mine = mine.model_copy(update={"name": free_name(mine.name, taken)})
            saved = store().scenarios.create(
                mine, pack=pack_name(case), based_on=state.get(_ORIGIN, ""), author=author()
            )
        else:
            saved = store().scenarios.save(
                state[ID], mine, expected=state[_REVISION], author=author()
            )
        _follow(saved)


def take_back() -> None:
    """Set the rules to what was seen; the changes can be brought back."""
    _leave()
    rules_draft.begin(st.session_state[BASE])


def take_theirs() -> None:
    """Set the rules to what others have saved; own changes can be brought back as they were."""
    with told():
        open_saved(store().scenarios.get(st.session_state[ID]))


def undo() -> None:
    """Back by one step; where nothing was changed since the save, to the version before."""
    if rules_draft.before() is not None:
        rules_draft.undo()
        return
    _step(lambda its_id, seen: store().scenarios.undo(its_id, expected=seen, author=author()))


def redo() -> None:
    """On by one step that was taken back, else to the version after."""
    if rules_draft.after() is not None:
        rules_draft.redo()
        return
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
    with told():
        _follow(move(state[ID], state[_REVISION]))


def _follow(saved: SavedScenario) -> None:
    """What has just been kept is what is open."""
    state = st.session_state
    rules_draft.begin(saved.scenario)
    state.update({BASE: saved.scenario, START: f"{PREFIX}{saved.id}"})
    state[_ORIGIN] = f"{PREFIX}{saved.id}"
    _hold(saved)
