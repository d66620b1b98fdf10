"""The store: scenarios, runs, studies, packs and notes in one database."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

from planner.runs.store.beginning import begin
from planner.runs.store.check import check_log, check_opening
from planner.runs.store.database import Database, connect
from planner.runs.store.migrations import migrate
from planner.runs.store.notes import Notes
from planner.runs.store.owners import Owners
from planner.runs.store.scenarios import Scenarios
from planner.runs.store.types import (
    ConflictError,
    KeptPack,
    KeptRun,
    Note,
    Owner,
    SavedScenario,
    ScenarioVersion,
    Study,
    StudyPoint,
    Subject,
)

if TYPE_CHECKING:
    from planner.runs.store.packs import Packs
    from planner.runs.store.runs import Runs
    from planner.runs.store.studies import Studies

__all__ = [
    "ConflictError",
    "KeptPack",
    "KeptRun",
    "Note",
    "Owner",
    "SavedScenario",
    "ScenarioVersion",
    "Store",
    "Study",
    "StudyPoint",
    "Subject",
    "open_store",
]


class Store:
    """An open store; see `open_store`. Usable from several threads."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.scenarios = Scenarios(database)
        self.notes = Notes(database)
        self.owners = Owners(database)

    @cached_property
    def runs(self) -> Runs:
        """The runs."""
        from planner.runs.store.runs import Runs  # noqa: PLC0415 - reads run folders

        return Runs(self.database)

    @cached_property
    def packs(self) -> Packs:
        """The packs that something was solved on."""
        from planner.runs.store.packs import Packs  # noqa: PLC0415 - reads packs

        return Packs(self.database)

    @cached_property
    def studies(self) -> Studies:
        """The studies."""
        from planner.runs.store.studies import Studies  # noqa: PLC0415

        return Studies(self.database)

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    def __enter__(self) -> Self:
        """The store itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes it."""
        self.close()


def open_store(url: str | None = None) -> Store:
    """Open the store; make it where there is none; migrate an older one, with a backup first.

    Args:
        url: A path, `sqlite:///path` or `postgresql://user@server/database`. Left out: what
            UGATUZI_STORE names, else `store.sqlite` in our folder.

    Raises:
        PlannerError: It cannot be opened, is damaged, or was made by a newer planner; in words
            that say what to do. Nothing was changed.
    """
    database = connect(url)
    try:
        if database.file is not None:
            check_log(database.file)
            begin(database.file)
        migrate(database)
        check_opening(database)
    except BaseException:
        database.close()
        raise
    return Store(database)
