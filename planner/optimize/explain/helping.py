"""What would help a clash: in words, and as changes that can be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.optimize.explain.proofs import Holds
from planner.plan import CHANGES, Change

OR = " Or: "
NOT_ALONE = "this alone does not help, because other rules clash as well"


@dataclass(frozen=True, slots=True)
class Help:
    """What would help, in words, with the changes that are known to be enough."""

    text: str
    changes: tuple[Change, ...] = ()


def either(helps: Sequence[Help], otherwise: str = "") -> Help:
    """Any one of some helps."""
    text = OR.join(each.text for each in helps if each.text)
    return Help(text or otherwise, tuple(change for each in helps for change in each.changes))


def change(what: str, **values: str | float) -> tuple[Change, ...]:
    """One change, to go with its words."""
    if what not in CHANGES:
        raise ValueError(what)
    return (Change(what, values),)


def alone(holds: Holds, text: str, changes: tuple[Change, ...]) -> Help:
    """A help that was tried by itself: it is enough, is not, or nothing is known."""
    if holds == "no":
        return Help(f"{text}; {NOT_ALONE}.")
    return Help(f"{text}.", changes if holds == "yes" else ())
