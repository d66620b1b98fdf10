"""Stores that are changed from outside or left by a killed program, and how they are refused."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from planner.errors import PlannerError
from planner.runs.store import SavedScenario, Store, open_store
from planner.runs.store.database import Database
from planner.scenario import Scenario
from tests.store import postgres

FORK = multiprocessing.get_context("fork")


def refusal(url: str | None = None) -> str:
    """The words in which opening a store is refused: plain ones."""
    with pytest.raises(PlannerError) as told:
        open_store(url).close()
    text = str(told.value)
    for technical in ("sqlite3", "psycopg", "sqlalchemy", "Error", postgres.PASSWORD, "Background"):
        assert technical not in text
    return text


def keep(store: Store, scenario: Scenario) -> SavedScenario:
    return store.scenarios.create(scenario, pack="one-stop")


def change_from_outside(database: Database, table: str, statement: str) -> None:
    """Do something to a table whose rows never change."""
    with database.writing() as connection:
        if database.kind == "SQLite":
            for event in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER {table}_no_{event}")
        else:
            connection.exec_driver_sql(f"DROP TRIGGER {table}_guard ON {table}")
        connection.exec_driver_sql(statement)


def _keep_and_die(path: str, scenario: Scenario, ready: Event) -> None:
    store = open_store(path)
    for _ in range(5):
        keep(store, scenario)
    ready.set()
    time.sleep(60)


def killed_while_open(path: Path, scenario: Scenario) -> None:
    """Leave a store as a killed program does: its newest saves are in the log alone."""
    ready = FORK.Event()
    child = FORK.Process(target=_keep_and_die, args=(str(path), scenario, ready))
    child.start()
    assert ready.wait(60)
    os.kill(child.pid, signal.SIGKILL)
    child.join()
