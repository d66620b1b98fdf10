"""Scenarios in the store: versions form a tree, nothing is lost, who comes second is told."""

from __future__ import annotations

import multiprocessing
import random
import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from planner.errors import PlannerError
from planner.runs.store import ConflictError, open_store, schema
from planner.scenario import parse_scenario
from planner.scenario.change import with_key, with_keys


def create(store, scenario):
    return store.scenarios.create(scenario, pack="one-stop", based_on="builtin:one-stop/x")


def branches(scenario, number):
    return with_key(scenario, "rules.branches.max", number)


def test_what_is_kept_is_what_was_given(store, scenario):
    before = datetime.now(UTC)
    saved = create(store, scenario)
    assert store.scenarios.get(saved.id) == saved
    assert store.scenarios.list() == (saved,)
    assert saved.scenario == scenario
    assert (saved.revision, saved.version, saved.pack) == (1, 1, "one-stop")
    assert (saved.author, saved.changed_by) == ("Amina", "Amina")
    assert before <= saved.created == saved.changed <= datetime.now(UTC)
    assert not saved.can_undo
    assert not saved.can_redo
    (first,) = store.scenarios.history(saved.id)
    assert (first.number, first.parent, first.scenario) == (1, None, scenario)
    assert first.what == "made from builtin:one-stop/x"


def test_every_kind_of_key_survives(store):
    scenario = parse_scenario(
        """
name = "Ñ “東” '''\\u0000\\"\\n{{7*7}}"
pack = "somewhere"
[rules]
formats = ["a", "b"]
[rules.capital_kes]
max = 1000000000000000
divisions = {"x.y z" = 1}
[[channels.where]]
areas = ["1"]
online = 0.25
[standards]
passport = 0.1234567890123456789
[sites.offer]
"a.b" = ["c"]
[[phases]]
name = "p"
[origin]
problem = "0123456789abcdef"
pack = "0123456789abcdef"
version = "0.1"
"""
    )
    saved = store.scenarios.create(scenario, pack="/data/somewhere")
    assert saved.scenario == scenario.model_copy(update={"pack": "/data/somewhere"})


def test_a_change_is_told_in_words(store, scenario):
    saved = create(store, scenario)
    saved = store.scenarios.save(saved.id, branches(scenario, 25), expected=1, author="Baraka")
    assert (saved.revision, saved.version, saved.changed_by) == (2, 2, "Baraka")
    changed = with_keys(saved.scenario, {"duplicates.rule": "cap", "description": "x" * 100})
    saved = store.scenarios.save(saved.id, changed, expected=2)
    named = with_key(changed, "name", "B")
    store.scenarios.save(saved.id, named, expected=3, what=" a better name ")
    told = [(each.what, each.author, each.parent) for each in store.scenarios.history(saved.id)]
    assert told[1:] == [
        ("rules.branches.max 24 -> 25", "Baraka", 1),
        (
            f'description "" -> "{"x" * 58}…, duplicates.rule "price" -> "cap"',
            "Amina",
            2,
        ),
        ("a better name", "Amina", 3),
    ]


def test_of_many_changes_at_once_the_first_five_are_told(store, scenario):
    saved = create(store, scenario)
    rules = {"rules.branches.min": 20, "rules.branches.new_max": 20, "solve.gap": 0.5}
    keys = {"name": "B", "description": "b", "duplicates.rule": "cap", **rules}
    store.scenarios.save(saved.id, with_keys(scenario, keys), expected=1)
    words = store.scenarios.history(saved.id)[1].what
    assert words.count(" -> ") == 5
    assert words.endswith(", and 1 more")
    keys.pop("solve.gap")
    other = create(store, scenario)
    store.scenarios.save(other.id, with_keys(scenario, keys), expected=1)
    assert store.scenarios.history(other.id)[1].what == words.removesuffix(", and 1 more")


def test_a_value_is_told_whole_as_long_as_it_fits(store, scenario):
    saved = create(store, scenario)
    for number, length in enumerate((58, 59), 1):  # with quotes around it: 60 and 61
        changed = with_key(scenario, "description", str(number) * length)
        store.scenarios.save(saved.id, changed, expected=number)
    first, second = (each.what for each in store.scenarios.history(saved.id)[1:])
    assert first == f'description "" -> "{"1" * 58}"'
    assert second == f'description "{"1" * 58}" -> "{"2" * 58}…'


def test_what_is_the_same_is_no_version(store, scenario):
    saved = create(store, scenario)
    assert store.scenarios.save(saved.id, scenario, expected=1) == saved
    with pytest.raises(ConflictError):
        store.scenarios.save(saved.id, scenario, expected=2)


def test_undo_and_redo_walk_a_tree(store, scenario):
    scenarios = store.scenarios
    saved = create(store, scenario)
    for number in (25, 26):
        saved = scenarios.save(saved.id, branches(scenario, number), expected=saved.revision)
    saved = scenarios.undo(saved.id, expected=saved.revision)
    saved = scenarios.undo(saved.id, expected=saved.revision)
    assert (saved.revision, saved.version) == (5, 1)
    assert (saved.can_undo, saved.can_redo) == (False, True)
    saved = scenarios.save(saved.id, branches(scenario, 30), expected=5)  # beside 25, after it
    assert (saved.version, saved.can_undo, saved.can_redo) == (4, True, False)
    saved = scenarios.undo(saved.id, expected=6)
    saved = scenarios.redo(saved.id, expected=7)  # the newest child
    assert saved.scenario.rules.branches.max == 30
    saved = scenarios.go_to(saved.id, 2, expected=8)
    assert (saved.scenario.rules.branches.max, saved.can_undo, saved.can_redo) == (25, True, True)
    saved = scenarios.redo(saved.id, expected=9)
    assert saved.scenario.rules.branches.max == 26
    assert scenarios.go_to(saved.id, 3, expected=10) == saved  # it stands there
    parents = [each.parent for each in scenarios.history(saved.id)]
    assert parents == [None, 1, 2, 1]
    with pytest.raises(PlannerError, match="no later version"):
        scenarios.redo(saved.id, expected=10)
    with pytest.raises(PlannerError, match=r"no such \(9\) version"):
        scenarios.go_to(saved.id, 9, expected=10)
    saved = scenarios.go_to(saved.id, 1, expected=10)
    with pytest.raises(PlannerError, match="no earlier version"):
        scenarios.undo(saved.id, expected=11)


def test_who_comes_second_is_told_who_was_first(store, scenario):
    saved = create(store, scenario)
    first = store.scenarios.save(saved.id, branches(scenario, 25), expected=1, author="Baraka")
    for late in (
        lambda: store.scenarios.save(saved.id, branches(scenario, 26), expected=1),
        lambda: store.scenarios.undo(saved.id, expected=1),
        lambda: store.scenarios.redo(saved.id, expected=1),
        lambda: store.scenarios.go_to(saved.id, 1, expected=1),
    ):
        with pytest.raises(ConflictError) as told:
            late()
        assert "Baraka" in str(told.value)
        assert f"{first.changed.astimezone():%Y-%m-%d %H:%M}" in str(told.value)
    assert store.scenarios.get(saved.id) == first
    assert len(store.scenarios.history(saved.id)) == 2


def test_put_away_and_brought_back(store, scenario):
    saved, other = create(store, scenario), create(store, scenario)
    store.scenarios.remove(saved.id)
    store.scenarios.remove(saved.id)  # once more is no fault
    assert [each.id for each in store.scenarios.list()] == [other.id]
    (away,) = store.scenarios.list(removed=True)
    assert away.id == saved.id
    assert away.removed is not None
    assert store.scenarios.get(saved.id).removed == away.removed
    with pytest.raises(PlannerError, match="planner scenario restore"):
        store.scenarios.save(saved.id, branches(scenario, 2), expected=1)
    store.scenarios.restore(saved.id)
    assert store.scenarios.get(saved.id) == saved
    assert store.scenarios.list(removed=True) == ()


def test_the_one_changed_last_comes_first(store, scenario):
    one, two, three = (create(store, scenario) for _ in range(3))
    store.scenarios.save(one.id, branches(scenario, 3), expected=1)
    assert [each.id for each in store.scenarios.list()] == [one.id, three.id, two.id]


def test_ids_may_be_short_but_clear(store, scenario):
    saved = create(store, scenario)
    assert store.scenarios.get(saved.id[:4]).id == saved.id
    for said, words in (
        ("", "is no id of a scenario"),
        (saved.id[:3], "at least the first 4"),
        ("xyz1", "is no id of a scenario"),
        ("%%%%", "is no id of a scenario"),
        (saved.id + "0", "is no id of a scenario"),
        ("0000" if saved.id[:4] != "0000" else "1111", "no scenario whose id begins with"),
    ):
        with pytest.raises(PlannerError, match=words):
            store.scenarios.get(said)


def test_several_that_begin_alike(store, scenario):
    saved = create(store, scenario)
    alike = [f"{saved.id[:6]}{number:010x}" for number in range(4)]
    with store.database.writing() as connection:
        head = dict(connection.execute(select(schema.scenarios)).mappings().one())
        for each in alike:
            connection.execute(insert(schema.scenarios).values(head | {"id": each}))
    with pytest.raises(PlannerError) as told:
        store.scenarios.get(saved.id[:6])
    assert "More than one scenario begins with" in str(told.value)
    assert "and others" in str(told.value)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_of_a_few_that_begin_alike_all_are_named(store, scenario, count):
    saved = create(store, scenario)
    alike = [f"{saved.id[:6]}{number:010x}" for number in range(count - 1)]
    with store.database.writing() as connection:
        head = dict(connection.execute(select(schema.scenarios)).mappings().one())
        for each in alike:
            connection.execute(insert(schema.scenarios).values(head | {"id": each}))
    if count == 1:
        assert store.scenarios.get(saved.id[:6]).id == saved.id
        return
    with pytest.raises(PlannerError) as told:
        store.scenarios.get(saved.id[:6])
    named = ", ".join(sorted([*alike, saved.id]))
    assert f"begins with {saved.id[:6]}: {named}. Give more digits" in str(told.value)


def test_what_is_no_id_is_told_by_its_beginning(store):
    with pytest.raises(PlannerError) as told:
        store.scenarios.get("z" * 100)
    assert str(told.value).startswith(f"'{'z' * 40}' is no id")


def test_a_long_name_of_an_author_is_cut(store, scenario, monkeypatch):
    saved = store.scenarios.create(scenario, pack="one-stop", author="a" * 201)
    assert saved.author == "a" * 200


def test_what_was_put_away_comes_back_alone(store, scenario):
    one, two = (create(store, scenario) for _ in range(2))
    for each in (one, two):
        store.scenarios.remove(each.id)
    store.scenarios.restore(one.id)
    assert [each.id for each in store.scenarios.list()] == [one.id]
    assert [each.id for each in store.scenarios.list(removed=True)] == [two.id]


@pytest.mark.parametrize("pack", ["../pack", "unknown", "./x"])
def test_a_pack_that_others_cannot_find_is_refused(store, scenario, pack):
    with pytest.raises(PlannerError, match="full path of a folder"):
        store.scenarios.create(scenario, pack=pack)
    assert store.scenarios.list() == ()


def test_versions_never_change_in_the_database_itself(store, scenario):
    create(store, scenario)
    table = schema.scenario_versions
    row = {"scenario_id": "0" * 16, "number": 1, "made": datetime.now(UTC), "author": ""}
    for statement in (update(table).values(what="x"), delete(table)):
        with (
            pytest.raises(PlannerError, match="versions of a scenario never change"),
            store.database.writing() as connection,
        ):
            connection.execute(statement)
    with pytest.raises(PlannerError), store.database.writing() as connection:
        connection.execute(insert(table).values(row | {"what": "", "scenario": ""}))  # no head


def test_a_text_that_is_none_is_refused_in_words(store, scenario):
    with pytest.raises(PlannerError, match="holds a character that is none"):
        store.scenarios.create(scenario, pack="one-stop", author="a\0b")
    for character in ("\ud800", "\udfff"):
        with pytest.raises(PlannerError, match="holds a character that is none"):
            store.scenarios.create(scenario, pack="one-stop", based_on=character)
    assert store.scenarios.list() == ()
    saved = store.scenarios.create(scenario, pack="one-stop", author="\ud7ff\ue000")
    assert saved.author == "\ud7ff\ue000"


def test_a_reader_cannot_write(store, scenario):
    create(store, scenario)
    with pytest.raises(PlannerError), store.database.reading() as connection:
        connection.execute(delete(schema.scenarios))
    assert len(store.scenarios.list()) == 1


def test_a_reader_sees_one_state(store, scenario):
    create(store, scenario)
    with store.database.reading() as connection:
        seen = len(connection.execute(select(schema.scenarios)).all())
        create(store, scenario)
        assert len(connection.execute(select(schema.scenarios)).all()) == seen == 1
    assert len(store.scenarios.list()) == 2


def _edit(url: str, scenario_id: str, worker: int, rounds: int) -> None:
    with open_store(url) as store:
        for number in range(rounds):
            while True:
                seen = store.scenarios.get(scenario_id)
                changed = with_key(seen.scenario, "description", f"{worker}:{number}")
                try:
                    store.scenarios.save(scenario_id, changed, expected=seen.revision)
                except ConflictError:
                    time.sleep(random.uniform(0, 0.8))
                    continue
                break


def test_eight_writers_lose_no_update(url, scenario):
    with open_store(url) as store:
        saved = store.scenarios.create(scenario, pack="one-stop")
    fork = multiprocessing.get_context("fork")
    workers = [fork.Process(target=_edit, args=(url, saved.id, worker, 50)) for worker in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * 8
    with open_store(url) as store:
        history = store.scenarios.history(saved.id)
        assert [each.number for each in history] == list(range(1, 402))
        assert [each.parent for each in history] == [None, *range(1, 401)]
        told = {each.scenario.description for each in history[1:]}
        assert told == {f"{worker}:{number}" for worker in range(8) for number in range(50)}
        assert store.scenarios.get(saved.id).revision == 401


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(["save", "undo", "redo", "go_to"]), max_size=12))
def test_any_walk_keeps_every_version(tmp_path_factory, scenario, steps):
    with open_store(str(tmp_path_factory.mktemp("walk") / "s.sqlite")) as store:
        saved = create(store, scenario)
        parents, texts, at = {1: None}, {1: scenario}, 1
        for turn, step in enumerate(steps):
            children = [number for number, parent in parents.items() if parent == at]
            assert saved.can_undo == (parents[at] is not None)
            assert saved.can_redo == bool(children)
            if step == "save":
                new = len(parents) + 1
                parents[new], texts[new] = at, branches(scenario, 100 + turn)
                saved = store.scenarios.save(saved.id, texts[new], expected=saved.revision)
                at = new
            elif step == "undo" and saved.can_undo:
                saved, at = store.scenarios.undo(saved.id, expected=saved.revision), parents[at]
            elif step == "redo" and saved.can_redo:
                saved, at = store.scenarios.redo(saved.id, expected=saved.revision), max(children)
            elif step == "go_to":
                at = turn % len(parents) + 1
                saved = store.scenarios.go_to(saved.id, at, expected=saved.revision)
            assert (saved.version, saved.scenario) == (at, texts[at])
        history = store.scenarios.history(saved.id)
        assert {each.number: each.parent for each in history} == parents
        assert {each.number: each.scenario for each in history} == texts
