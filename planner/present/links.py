"""What a link asks for that is not here: told above the page until a choice or the page changes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from planner.errors import PlannerError
from planner.people import NotYoursError
from planner.present.kept_store import require_sight
from planner.present.widgets import sentences
from planner.present.words import Words

_TOLD = "app.links"
_RUNS = frozenset({"run", "base"})
_LONGEST = 40  # characters of what was asked for


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of the language files about a name of the address.

    `page`: where it was shown first; None before that. `instead`: what the page chose, as it
    stands in the address; `is_settled` tells whether it has chosen.
    """

    key: str
    value: str = ""
    page: str | None = None
    instead: str | None = None
    is_settled: bool = False


def note(name: str, value: str | None) -> None:
    """Remember that the address asks for something that is not here.

    What the app wrote into the address itself is no demand of a link.
    """
    if value and value != st.session_state.get(f"address:{name}"):
        tell(name, "people.not_yours" if _is_hidden(name, value) else "link.missing", value)


def tell(name: str, key: str, value: str = "") -> None:
    """Have a sentence said about a name of the address; said once, however often it is noted."""
    found = _told()
    before = found.get(name)
    if before is None or (before.key, before.value) != (key, value):
        found[name] = Told(key, value)


def _is_hidden(name: str, value: str) -> bool:
    """Whether the address asks for something that somebody else keeps private."""
    try:
        if name in _RUNS:
            require_sight("run", value)
        elif name == "study":
            require_sight("study", value)
    except NotYoursError:
        return True
    except PlannerError:
        pass
    return False


def settle(name: str, value: str | None) -> None:
    """Learn what the page shows under a name; another choice after that ends what is told."""
    found = _told()
    told = found.get(name)
    if told is None:
        return
    if not told.is_settled:
        found[name] = replace(told, instead=value, is_settled=True)
    elif told.instead != value:
        del found[name]


def forget(name: str) -> None:
    """Say no more about a name of the address."""
    _told().pop(name, None)


def show(w: Words, page: str) -> None:
    """Tell it; what was told on another page has had its time."""
    found = _told()
    for name, told in list(found.items()):
        if told.page in (None, page):
            found[name] = replace(told, page=page)
        else:
            del found[name]
    sentences([_sentence(w, name, told) for name, told in found.items()], kind="warning")


def _sentence(w: Words, name: str, told: Told) -> str:
    if not told.value:
        return w(told.key)
    short = told.value if len(told.value) <= _LONGEST else f"{told.value[:_LONGEST]}…"
    return w(told.key, what=w(f"link.{name}"), value=short)


def _told() -> dict[str, Told]:
    found: dict[str, Told] = st.session_state.setdefault(_TOLD, {})
    return found
