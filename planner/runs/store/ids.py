"""Ids, authors and moments of what is kept, and how an id is found from its first digits."""

from __future__ import annotations

import getpass
import os
import re
import secrets
from datetime import UTC, datetime

from sqlalchemy import Column, Connection, select

from planner.errors import PlannerError
from planner.people import acting

DIGITS = 16
LEAST_DIGITS = 4
_TOLD = 3


def new_id() -> str:
    """An id that nothing else has: 16 digits from 0 to 9 and a to f."""
    return secrets.token_hex(DIGITS // 2)


def author_name(given: str | None = None) -> str:
    """Who writes: whoever is signed in.

    Where there is no login: as given, else UGATUZI_USER, else the name this system knows the user
    by.
    """
    person = acting()
    if person is not None:
        return person.name[:200]
    name = (given or os.environ.get("UGATUZI_USER") or "").strip()
    if not name:
        try:
            name = getpass.getuser()
        except (OSError, KeyError, ImportError):  # a user without a name
            name = "unknown"
    return name[:200]


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def moment_words(moment: datetime) -> str:
    """A moment as people of this machine's place read it."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def find_id(connection: Connection, column: Column[str], prefix: str, what: str) -> str:
    """The one id that begins with these digits; `what` names such a thing, as "run".

    Raises:
        PlannerError: None begins so, or several do, or the digits are too few or none.
    """
    if not re.fullmatch(rf"[0-9a-f]{{{LEAST_DIGITS},{DIGITS}}}", prefix, re.ASCII):
        message = (
            f"{prefix[:40]!r} is no id of a {what}: expected {DIGITS} digits from 0 to 9 and a to "
            f"f, or at least the first {LEAST_DIGITS} of them."
        )
        raise PlannerError(message)
    query = select(column).where(column.startswith(prefix)).order_by(column).limit(_TOLD + 1)
    found = connection.execute(query).scalars().all()
    if not found:
        message = f"The store has no {what} whose id begins with {prefix}."
        raise PlannerError(message)
    if len(found) > 1:
        more = " and others" if len(found) > _TOLD else ""
        named = ", ".join(found[:_TOLD])
        message = f"More than one {what} begins with {prefix}: {named}{more}. Give more digits."
        raise PlannerError(message)
    return found[0]
