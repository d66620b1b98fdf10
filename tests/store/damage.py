"""Changes to a store from outside, past what guards it."""

from __future__ import annotations

from planner.runs.store.database import Database


def change_from_outside(database: Database, table: str, statement: str) -> None:
    """Do something to a table whose rows never change."""
    with database.writing() as connection:
        if database.kind == "SQLite":
            for event in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER {table}_no_{event}")
        else:
            connection.exec_driver_sql(f"DROP TRIGGER {table}_guard ON {table}")
        connection.exec_driver_sql(statement)
