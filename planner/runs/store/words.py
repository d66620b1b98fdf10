"""What a database's refusals mean and what to do, in plain words without passwords or codes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, StatementError

from planner.errors import PlannerError
from planner.pack.place import home

_FILE = {
    "SQLITE_FULL": "the disk is full; nothing of this was kept. Free some space and try again",
    "SQLITE_READONLY": "it can only be read. Ask for permission to write there, or name another "
    "place in UGATUZI_STORE",
    "SQLITE_CANTOPEN": "it cannot be opened or made there. Check that its folder is one, that you "
    "may write in it, and that the disk is there; or name another place in UGATUZI_STORE",
    "SQLITE_BUSY": "another program has been writing to it for more than 30 seconds. Try again; "
    "if that does not help, end the other program",
    "SQLITE_LOCKED": "another program has been writing to it for more than 30 seconds. Try again",
    "SQLITE_PERM": "there is no permission. Ask for it, or name another place in UGATUZI_STORE",
    "SQLITE_IOERR": "the disk reported an error; nothing of this was kept. Check the disk and its "
    "free space",
    "SQLITE_PROTOCOL": "its disk does not let programs share a file safely, as is usual on network "
    "disks. Name a place on this machine's own disk in UGATUZI_STORE, or a database server",
    "SQLITE_TOOBIG": "a part of it is larger than the database takes (1 GB)",
    "SQLITE_NOMEM": "this machine has run out of memory. Try again later",
}
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
# Signs (the server's state, or a part of its words where it gives none) and what they mean.
_SERVER = {
    "it refused the password. Correct it in UGATUZI_STORE, or in the file that PGPASSFILE names": (
        "28P01",
        "password authentication failed",
        "no password supplied",
    ),
    "it does not let this user in. Ask whoever looks after the server": (
        "28000",
        "no pg_hba.conf entry",
        'role "',
    ),
    "it has no such database. Make it, or correct its name in UGATUZI_STORE": (
        "3D000",
        "does not exist",
    ),
    "this user may not do that. Ask whoever looks after the server": ("42501", "3F000"),
    "it can only be read now. Ask whoever looks after the server": ("25006",),
    "its disk is full; nothing of this was kept. Ask whoever looks after the server": ("53100",),
    "it has too many users at once. Try again later": ("53300", "too many clients"),
    "it is starting or stopping. Try again soon": ("57P03", "starting up", "shutting down"),
    "others wrote at the same moment; nothing of this was kept. Try again": (
        "40P01",
        "40001",
        "55P03",
    ),
    "it does not answer. Check that it runs, its name and port in UGATUZI_STORE, and the network": (
        "Connection refused",
        "timeout",
        "could not translate",
        "resolve",
        "No route",
        "No such file",
        "unreachable",
    ),
    "the connection was lost; what was not confirmed was not kept. Try again": (
        "57P01",
        "57P02",
        "08",
        "closed",
        "terminat",
        "lost",
        "reset",
        "consuming input",
        "EOF",
    ),
}


class DamagedError(PlannerError):
    """The file of the store is damaged, or no store at all; nothing was changed."""


@contextmanager
def plain_database_errors(place: str, file: Path | None = None) -> Iterator[None]:
    """Turn a refusal of the database into a sentence.

    Args:
        place: How the store is named to people; without a password.
        file: The file of the store; None for a server.

    Raises:
        DamagedError: The file is damaged.
        PlannerError: All other refusals.
    """
    try:
        yield
    except StatementError as error:  # all that the database or its driver says
        raise _told(error, place, file) from error
    except sqlite3.Error as error:  # from the file itself
        raise _of_file(error, place, file) from error


def _told(error: StatementError, place: str, file: Path | None) -> Exception:
    cause = error.orig
    if isinstance(cause, PlannerError):  # a value that was refused on its way in
        return cause
    if isinstance(cause, sqlite3.Error):
        return _of_file(cause, place, file)
    return _of_server(cause, place) if isinstance(error, DBAPIError) else error


def _of_file(error: sqlite3.Error, place: str, file: Path | None) -> PlannerError:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(_DAMAGED):
        return DamagedError(damaged_words(place, file, "a part of it cannot be read"))
    if name == "SQLITE_CONSTRAINT_TRIGGER":
        return PlannerError(f"The store refused: {error}.")
    for code, words in _FILE.items():
        if name.startswith(code):
            return PlannerError(f"The store {place} could not be used: {words}.")
    return PlannerError(f"The store {place} refused ({error}). Try again.")


def _of_server(error: BaseException | None, place: str) -> PlannerError:
    state = getattr(error, "sqlstate", None) or ""
    said = str(error)
    if state == "P0001":  # our own triggers
        return PlannerError(f"The store refused: {said.splitlines()[0]}.")
    for words, signs in _SERVER.items():
        if any(state.startswith(sign) if state else sign in said for sign in signs):
            return PlannerError(f"The database server of {place} was not usable: {words}.")
    return PlannerError(
        f"The database server of {place} refused (state {state or 'unknown'}). Try again, or ask "
        "whoever looks after the server."
    )


def damaged_words(place: str, file: Path | None, what: str) -> str:
    """That a store is damaged, which backups there are, and what to do."""
    todo = _after_damage_of_server() if file is None else _after_damage_of_file(file)
    return f"The store {place} is damaged: {what}. Nothing was changed. {todo}"


def _after_damage_of_file(file: Path) -> str:
    if found := backups():
        return (
            f"Backups, newest first: {_first(found)}. `planner store --restore BACKUP` puts one in "
            "place and keeps the damaged file beside it."
        )
    return (
        "There is no backup in the planner's folder. If you have one elsewhere, `planner "
        "store --restore BACKUP` puts it in place and keeps the damaged file beside it; "
        f"otherwise move {file.name} away, and a new store begins."
    )


def _after_damage_of_server() -> str:
    found = [path for path in backups() if path.suffix == ".zip"]
    there = f"Backups here, newest first: {_first(found)}. " if found else ""
    return (
        f"{there}Ask whoever looks after the server for an empty database beside this one, name "
        "it in UGATUZI_STORE, and `planner store --restore BACKUP.zip` fills it."
    )


def _first(found: list[Path]) -> str:
    more = f" and {len(found) - 3} older" if len(found) > 3 else ""
    return ", ".join(str(path) for path in found[:3]) + more


def backups() -> list[Path]:
    """The backups in the planner's folder, newest first."""
    try:
        found = [each for each in (home() / "backups").iterdir() if each.name.startswith("store-")]
        return sorted(found, key=lambda each: each.stat().st_mtime, reverse=True)
    except OSError:
        return []
