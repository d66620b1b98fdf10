"""From an empty database or an older one to today's tables, one step after the other."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from planner.errors import PlannerError
from planner.runs.store import backup, schema
from planner.runs.store.database import Database
from planner.runs.store.ids import now
from planner.runs.store.number import note, schema_of

Step = Callable[[Connection], None]

# Each step makes the next schema of the one before; the first begins with nothing. A step that has
# been in use is never changed: where a table changes, the steps before keep it as it was.
STEPS: tuple[Step, ...] = (schema.create, schema.add_owners)

_ANY_NUMBER = 7_361_905_142  # names the lock on a server under which stores are migrated


def migrate(database: Database, steps: tuple[Step, ...] = STEPS) -> None:
    """Bring a database to the last schema, with a backup of an older one first.

    All steps are one transaction: an error leaves everything as it was. Of two programs that
    come at once, the second waits and finds it done.

    Raises:
        PlannerError: The database is of a newer planner, or is not the planner's; it was not
            touched.
    """
    with database.reading() as connection:
        if schema_of(connection, database) == len(steps):
            return
    with database.writing() as connection:
        if database.file is None:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ANY_NUMBER})")
        found = schema_of(connection, database)  # again: somebody may have been quicker
        if found > len(steps):
            message = (
                f"The store {database.place} was made by a newer planner (schema {found}; this "
                f"one knows {len(steps)}). Install the newer planner; the store was not touched."
            )
            raise PlannerError(message)
        if 0 < found < len(steps):
            backup.before_migration(database, connection, found)
        for step in steps[found:]:
            step(connection)
        if found < len(steps):
            note(connection, "schema", str(len(steps)))
            if found == 0:
                note(connection, "made", now().isoformat())
