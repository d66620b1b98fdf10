"""The guided start: three steps above every page that tick themselves; closed, and brought back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from planner.present import compare_keys
from planner.present.words import Words

Name = Literal["see", "open", "take"]

CLOSED = "ugatuzi_guide"  # the cookie in which a browser keeps that the steps are closed
ADDRESS = "guide"  # ?guide=on brings them, ?guide=off leaves them away
_SEEN = "guide.seen"
_IS_OPEN = "guide.is_open"
_SHOW_PLANS = ("plan", "why", "place")  # pages that show the plan of the address or of the visit


@dataclass(frozen=True, slots=True)
class Step:
    """A step, the page that it leads to, and whether it was done."""

    name: Name
    page: str
    is_done: bool


def noted(
    seen: Collection[str], page: str, state: Mapping[str, object], address: Collection[str]
) -> frozenset[str]:
    """What a visitor has seen, with what the page shows now.

    Args:
        seen: What was noted before.
        page: The name of the page that is shown.
        state: What was chosen on the pages, by name.
        address: The names that stand in the address.

    Returns:
        today (its page was shown), left (another page followed, or an area was chosen),
        plan (a plan was shown), compare (plans stood side by side), export (files were there).
    """
    new = set(seen)
    if "today" in new and (page != "today" or state.get("today.area")):
        new.add("left")
    if page == "today":
        new.add("today")
    if page in _SHOW_PLANS and ("run" in address or state.get("plan.run")):
        new.add("plan")
    compared = state.get(compare_keys.KEY)
    if page == "compare" and isinstance(compared, Collection):
        new |= {"compare"} if len(compared) >= compare_keys.LEAST else set()
    if page == "export" and state.get("export.run"):
        new.add("export")
    return frozenset(new)


def steps(seen: Collection[str], pages: Collection[str]) -> tuple[Step, Step, Step]:
    """The three steps and where each leads: look, open a plan, compare and take away.

    Args:
        seen: What was noted.
        pages: The names of the pages that are there.
    """
    take = "export" if "compare" in seen else "compare"
    return (
        Step("see", "today", "left" in seen),
        Step("open", "plans" if "plans" in pages else "plan", "plan" in seen),
        Step("take", take, {"compare", "export"} <= set(seen)),
    )


def label(w: Words, number: int, step: Step, *, is_next: bool) -> str:
    """A step's words: a tick where it is done, bold where it comes next."""
    sign = "✓" if step.is_done else f"{number}."
    text = f"{sign} {w(f'guide.{step.name}')}"
    return f"**{text}**" if is_next else text


def is_open() -> bool:
    """Whether the steps are shown: as the address asks, else as this browser left them."""
    state = st.session_state
    if _IS_OPEN not in state:
        asked = st.query_params.get(ADDRESS)
        kept = st.context.cookies.get(CLOSED)
        state[_IS_OPEN] = asked == "on" or (asked != "off" and kept != "closed")
    return bool(state[_IS_OPEN])


def kept() -> str:
    """What the browser keeps of the steps: open, or closed."""
    return "open" if is_open() else "closed"


def follow(page: str) -> bool:
    """Note what the page shows now; True where that ticked a step."""
    before = st.session_state.get(_SEEN, frozenset())
    now = noted(before, page, st.session_state, st.query_params.keys())
    st.session_state[_SEEN] = now
    return [each.is_done for each in steps(before, ())] != [each.is_done for each in steps(now, ())]


class Strip:
    """The steps above a page; `draw` once before the page, and again when one was ticked."""

    def __init__(self, w: Words, pages: Collection[str]) -> None:
        self._w, self._pages = w, pages
        with st.container(key="guide", horizontal=True, vertical_alignment="center"):
            with st.container(key="guide_steps"):  # named once, for it is drawn again
                self._links = st.empty()
            st.button(w("guide.close"), type="tertiary", key="guide_close", on_click=_close)

    def draw(self) -> None:
        """The links of the three steps."""
        found = steps(st.session_state.get(_SEEN, frozenset()), self._pages)
        next_one = next((each.name for each in found if not each.is_done), None)
        w = self._w
        with self._links.container(horizontal=True):
            for number, step in enumerate(found, 1):
                said = label(w, number, step, is_next=step.name == next_one)
                st.page_link(f"app_pages/{step.page}.py", label=said)
            if next_one is None:
                st.caption(w("guide.all_done"))


def bring_back(w: Words) -> None:
    """The button that shows the steps again."""
    st.button(w("guide.back"), type="tertiary", key="guide_back", on_click=_open)


def _close() -> None:
    st.session_state[_IS_OPEN] = False


def _open() -> None:
    st.session_state[_IS_OPEN] = True
    st.session_state[_SEEN] = frozenset()
