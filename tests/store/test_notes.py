"""Notes and tags on scenarios, runs and studies."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from planner.errors import PlannerError
from planner.runs.store import Subject, schema
from planner.runs.store.ids import new_id, now


@pytest.fixture(params=["scenario", "run", "study"])
def subject(request, store, scenario) -> Subject:
    """One of each that can have notes."""
    if request.param == "scenario":
        return Subject("scenario", store.scenarios.create(scenario, pack="one-stop").id)
    row = {"id": new_id(), "name": "A", "created": now(), "author": "", "pack_id": "p"}
    row |= {"pack": "0" * 16, "status": "done"}
    with store.database.writing() as connection:
        if request.param == "run":
            row |= {"kept": now(), "source": "solve", "problem": "0" * 16, "solver": "", "seed": 0}
            row |= {"version": "1", "unit": "min", "seconds": 1.0}
            connection.execute(insert(schema.runs).values(row))
        else:
            row |= {"kind": "sweep", "scenario": "", "spec": {}, "changed": now()}
            connection.execute(insert(schema.studies).values(row))
    return Subject(request.param, row["id"])


def test_notes_are_added_edited_and_put_away(store, subject):
    first = store.notes.add(subject, "  Look at <b>the lake</b>.\n\nAgain. ")
    second = store.notes.add(subject, "Second", author="Baraka")
    assert store.notes.of(subject) == (first, second)
    assert first.text == "Look at <b>the lake</b>.\n\nAgain."
    assert (first.author, second.author) == ("Amina", "Baraka")
    assert first.subject == subject
    edited = store.notes.edit(first.id, "Better")
    assert (edited.id, edited.text, edited.made) == (first.id, "Better", first.made)
    assert store.notes.of(subject) == (edited, second)
    store.notes.remove(first.id)
    assert store.notes.of(subject) == (second,)
    assert store.notes.of(subject, removed=True) == (edited,)
    store.notes.restore(first.id)
    assert store.notes.of(subject) == (edited, second)


def test_tags_are_given_once_and_taken_away(store, subject):
    store.notes.tag(subject, " Cabinet paper ")
    store.notes.tag(subject, "Cabinet paper")
    store.notes.tag(subject, "e\u0301")  # in one form with the next
    store.notes.tag(subject, "\u00e9")
    assert store.notes.tags_of(subject) == ("Cabinet paper", "\u00e9")
    assert store.notes.tags() == {"Cabinet paper": 1, "\u00e9": 1}
    store.notes.untag(subject, "Cabinet paper")
    store.notes.untag(subject, "never given")
    assert store.notes.tags() == {"\u00e9": 1}


def test_tags_show_in_lists_and_choose_from_them(store, scenario):
    one, two = (store.scenarios.create(scenario, pack="one-stop") for _ in range(2))
    for each in (one, two):
        store.notes.tag(Subject("scenario", each.id), "both")
    store.notes.tag(Subject("scenario", two.id), "one")
    assert {each.id for each in store.scenarios.list(tag="both")} == {one.id, two.id}
    (found,) = store.scenarios.list(tag="one")
    assert (found.id, found.tags) == (two.id, ("both", "one"))
    assert store.scenarios.list(tag="none") == ()
    assert store.notes.tags() == {"both": 2, "one": 1}
    store.scenarios.remove(two.id)
    assert store.notes.tags() == {"both": 1}  # counted while in use


def test_tags_of_one_thing_come_in_their_order_without_those_of_others(store, scenario):
    one, two = (store.scenarios.create(scenario, pack="one-stop") for _ in range(2))
    for name in ("c", "a", "b"):
        store.notes.tag(Subject("scenario", one.id), name)
    store.notes.tag(Subject("scenario", two.id), "d")
    assert store.notes.tags_of(Subject("scenario", one.id)) == ("a", "b", "c")
    assert store.scenarios.get(one.id).tags == ("a", "b", "c")
    assert store.scenarios.get(two.id).tags == ("d",)


def test_a_short_id_is_enough(store, subject):
    note = store.notes.add(Subject(subject.kind, subject.id[:8]), "x")
    assert note.subject == subject
    assert store.notes.of(Subject(subject.kind, subject.id[:8])) == (note,)


def test_what_is_not_there_is_told(store, subject):
    away = Subject(subject.kind, "0" * 16)
    for asked in (
        lambda: store.notes.add(away, "x"),
        lambda: store.notes.of(away),
        lambda: store.notes.tag(away, "x"),
        lambda: store.notes.untag(away, "x"),
        lambda: store.notes.tags_of(away),
    ):
        with pytest.raises(PlannerError, match=f"The store has no {subject.kind}"):
            asked()
    with pytest.raises(PlannerError, match="The store has no note"):
        store.notes.edit("0" * 16, "x")


@pytest.mark.parametrize("text", ["", " \n ", "x" * 20_001, "a\0b"])
def test_notes_that_are_none(store, subject, text):
    with pytest.raises(PlannerError):
        store.notes.add(subject, text)
    assert store.notes.of(subject) == ()


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\tb", "x" * 61, "a\0"])
def test_tags_that_are_none(store, subject, name):
    with pytest.raises(PlannerError, match="is no tag"):
        store.notes.tag(subject, name)
    assert store.notes.tags() == {}
