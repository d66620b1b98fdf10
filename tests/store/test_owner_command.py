"""The command that says whose a kept thing is, and gives it to somebody else."""

from __future__ import annotations

import json

import pytest

from planner.people import Person, acting_as
from planner.runs.store import open_store
from tests.command_line import run


@pytest.fixture
def hers(scenario):
    with open_store() as store, acting_as(Person("amina", "Amina W.")):
        return f"scenario:{store.scenarios.create(scenario, pack='one-stop').id}"


def test_it_tells_gives_hides_and_shows(hers, capsys):
    assert run(capsys, "owner", hers)[:2] == (0, "Amina W. (amina)\n")
    assert run(capsys, "owner", hers, "--private")[1] == "Amina W. (amina), private\n"
    given = run(capsys, "owner", hers, "--give", "baraka", "--name", "Baraka O.", "--json")
    told = {"id": "baraka", "name": "Baraka O.", "is_private": True}
    assert json.loads(given[1]) == {"subject": hers, "owner": told}
    assert run(capsys, "owner", hers, "--shown")[1] == "Baraka O. (baraka)\n"
    assert run(capsys, "owner", hers, "--give", "amina")[1] == "amina (amina)\n"
    assert run(capsys, "owner", hers, "--to-all")[1] == "everybody's\n"
    assert json.loads(run(capsys, "owner", hers, "--json")[1])["owner"] is None


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--give", ""], "1 to 200 characters"),
        (["--give", "a\nb"], "1 to 200 characters"),
        (["--give", "a", "--name", "x" * 201], "1 to 200 characters"),
        (["--name", "Amina"], "--name goes with --give"),
        (["--to-all", "--private"], "belongs to everybody"),
    ],
)
def test_what_makes_no_sense_is_refused(hers, capsys, options, told):
    status, _, said = run(capsys, "owner", hers, *options)
    assert status != 0
    assert told in said
