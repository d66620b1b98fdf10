"""Who acts: a person who is signed in, or nobody in particular, who may see and do everything.

The command line, workers of jobs without an owner and an app without a login act for nobody in
particular. Where the app has a login, everything that a page does is done by whoever is signed in,
and what is kept asks here before it shows or changes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from planner.errors import PlannerError

LONGEST = 200


class NotSignedInError(PlannerError):
    """There is a login, and nobody is signed in."""


class NotYoursError(PlannerError):
    """It belongs to somebody else, who alone may see or change it; nothing was done."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in.

    Attributes:
        id: By which whoever asks for names knows this person for good.
        name: What people call them.
    """

    id: str
    name: str


Who = Callable[[], Person | None]


def _nobody_in_particular() -> Person | None:
    return None


@dataclass
class _Process:
    """What this process knows of people, the same for all of its threads."""

    who: Who = _nobody_in_particular
    keeps_private: bool = False


_process = _Process()
_instead: ContextVar[tuple[Person | None, bool] | None] = ContextVar("instead", default=None)


def follow(who: Who, *, keeps_private: bool = False) -> None:
    """Let this process ask here who acts; once, when it starts.

    Args:
        who: Gives the person; None for nobody in particular. Raises `NotSignedInError` where
            somebody should be signed in and nobody is.
        keeps_private: What is kept from now on is for its owner alone.
    """
    _process.who, _process.keeps_private = who, keeps_private


def acting() -> Person | None:
    """Who acts now; None for nobody in particular, who may see and do everything.

    Raises:
        NotSignedInError: There is a login, and nobody is signed in.
    """
    instead = _instead.get()
    return _process.who() if instead is None else instead[0]


def keeps_private() -> bool:
    """Whether what is kept now is for its owner alone."""
    instead = _instead.get()
    return _process.keeps_private if instead is None else instead[1]


@contextmanager
def acting_as(person: Person | None, *, keeps_private: bool = False) -> Iterator[None]:
    """Within, this thread acts for somebody else: what it keeps is theirs, and perhaps private."""
    token = _instead.set((person, keeps_private))
    try:
        yield
    finally:
        _instead.reset(token)


def may_change(owner: str | None) -> bool:
    """Whether who acts may change what belongs to somebody; what belongs to nobody is everybody's.

    Args:
        owner: The id of a person; None or empty for nobody.
    """
    person = acting()
    return person is None or not owner or owner == person.id


def may_see(owner: str | None, *, is_private: bool) -> bool:
    """Whether who acts may see what belongs to somebody: all do, but for what is private."""
    return not is_private or may_change(owner)


def refuse_change(what: str, owner: str | None, owner_name: str) -> None:
    """Refuse to let anybody but its owner change something.

    Args:
        what: As people call it, "the run 12ab".
        owner: The id of its owner; None or empty for nobody.
        owner_name: What people call the owner.

    Raises:
        NotYoursError: Who acts is somebody else.
    """
    if not may_change(owner):
        message = (
            f"{what[0].upper()}{what[1:]} belongs to {owner_name}; nobody else changes it, stops "
            "it or puts it away. Nothing was done."
        )
        raise NotYoursError(message)


def refuse_sight(what: str, owner: str | None, owner_name: str, *, is_private: bool) -> None:
    """Refuse to show anybody but its owner what is private; arguments as in `refuse_change`.

    Raises:
        NotYoursError: It is private, and who acts is somebody else.
    """
    if not may_see(owner, is_private=is_private):
        message = (
            f"{what[0].upper()}{what[1:]} belongs to {owner_name}, who keeps it private. It is not "
            "yours."
        )
        raise NotYoursError(message)
