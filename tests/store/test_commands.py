"""The commands scenario, note, notes, tag and store."""

from __future__ import annotations

import json

import pytest

from planner.runs.store import open_store
from planner.scenario import parse_scenario, read_scenario
from tests.command_line import run
from tests.runs import cases

RULES = "[rules.branches]\nmax = 24\n"


@pytest.fixture
def told(capsys):
    """The JSON of a command that goes well."""

    def asked(*argv):
        status, out, err = run(capsys, *argv, "--json")
        assert status == 0, err
        return json.loads(out)

    return asked


@pytest.fixture
def refused(capsys):
    """The words of a command that is refused, and its status."""

    def asked(*argv, status=1):
        found, out, err = run(capsys, *argv)
        assert found == status
        assert out == ""
        return err

    return asked


@pytest.fixture
def saved(told, tmp_path, pack_folder):
    """A scenario that is kept, from a file beside its pack."""
    file = tmp_path / "rules.toml"
    file.write_text(f'name = "A"\npack = "tiny"\n{RULES}')
    return told("scenario", "new", file)


def test_new_from_a_file_names_the_pack_by_its_full_path(saved, pack_folder):
    assert saved["scenario"]["name"] == "A"
    assert saved["pack"] == str(pack_folder)
    assert saved["based_on"] == ""
    assert (saved["revision"], saved["version"]) == (1, 1)


def test_new_from_a_file_is_refused_where_the_pack_lacks_what_it_names(
    refused, tmp_path, pack_folder
):
    file = tmp_path / "rules.toml"
    file.write_text('name = "A"\npack = "tiny"\n[sites]\nopen = ["nowhere"]\n')
    assert "sites.open: found nowhere" in refused("scenario", "new", file)


def test_new_from_a_built_in_one_from_a_kept_one_and_from_a_run(told, tmp_path):
    one = told("scenario", "new", "one-stop/as-planned", "--name", "Ours")
    assert one["based_on"] == "builtin:one-stop/as-planned"
    assert one["pack"] == "one-stop"
    assert one["scenario"]["name"] == "Ours"
    two = told("scenario", "new", f"scenario:{one['id'][:6]}")
    assert two["based_on"] == f"scenario:{one['id']}"
    assert two["id"] != one["id"]
    folder = cases.write_answer(tmp_path)
    with open_store() as store:
        run_id = store.runs.keep(folder)
    three = told("scenario", "new", f"run:{run_id[:8]}")
    assert three["based_on"] == f"run:{run_id}"
    assert (
        three["scenario"]["rules"]
        == json.loads(read_scenario(folder / "scenario.toml").model_dump_json(exclude_none=True))[
            "rules"
        ]
    )


def test_set_undo_redo_and_history(told, saved):
    name = saved["id"]
    changed = told("scenario", "set", name, "rules.branches.max=25", "duplicates.rule=cap")
    assert changed["scenario"]["rules"]["branches"] == {"max": 25}
    assert changed["scenario"]["duplicates"]["rule"] == "cap"
    emptied = told(
        "scenario", "set", name, "rules.branches.max=", "--expect", 2, "--what", "No limit"
    )
    assert emptied["scenario"]["rules"]["branches"] == {}
    assert told("scenario", "undo", name)["version"] == 2
    assert told("scenario", "undo", name)["version"] == 1
    assert told("scenario", "redo", name)["version"] == 2
    assert told("scenario", "go-to", name, 3)["version"] == 3
    history = told("scenario", "history", name)
    assert [each["what"] for each in history["versions"]] == [
        "made",
        'rules.branches.max 24 -> 25, duplicates.rule "price" -> "cap"',
        "No limit",
    ]
    assert (history["version"], history["revision"]) == (3, 7)
    again = told("scenario", "set", name, "duplicates.rule=cap")
    assert again["revision"] == 7  # nothing differs


def test_every_fault_of_what_is_set_at_once(refused, saved, told):
    err = refused(
        *("scenario", "set", saved["id"], "rules.branches.mx=3", "nonsense", "solve.gap=7"),
        *("a b=1", "name=B", "name=C"),
    )
    for words in ("Did you mean max?", "KEY=VALUE", "less than or equal to 1", "the key twice"):
        assert words in err
    assert told("scenario", "show", saved["id"])["revision"] == 1


def test_what_does_not_fit_the_pack_is_refused(refused, saved, told):
    err = refused("scenario", "set", saved["id"], 'sites.open=["zz"]', 'sites.closed=["yy"]')
    assert "sites.open" in err
    assert "sites.closed" in err
    assert "no-such-folder" in refused("scenario", "set", saved["id"], "pack=no-such-folder")
    assert told("scenario", "show", saved["id"])["revision"] == 1


def test_who_comes_second_is_told(refused, told, saved, monkeypatch):
    monkeypatch.setenv("UGATUZI_USER", "Baraka")
    told("scenario", "set", saved["id"], "rules.branches.max=25")
    for what in (("set", saved["id"], "rules.branches.max=26"), ("undo", saved["id"])):
        err = refused("scenario", *what, "--expect", 1)
        assert "Baraka did so on" in err


def test_show_in_words_and_as_a_file(capsys, saved, pack_folder):
    run(capsys, "note", f"scenario:{saved['id']}", "Mind the lake")
    run(capsys, "tag", f"scenario:{saved['id']}", "draft")
    status, out, _ = run(capsys, "scenario", "show", saved["id"])
    assert status == 0
    for words in (f"A  (scenario:{saved['id']})", "by Amina", "Mind the lake", "tags: draft"):
        assert words in out
    status, out, _ = run(capsys, "scenario", "show", f"scenario:{saved['id']}", "--toml")
    assert parse_scenario(out).rules.branches.max == 24
    assert parse_scenario(out).pack == str(pack_folder)


def test_lists(capsys, told, saved):
    other = told("scenario", "new", "one-stop/as-planned")
    told("tag", f"scenario:{other['id']}", "paper")
    ids = [each["id"] for each in told("scenario", "list")["scenarios"]]
    assert set(ids) == {saved["id"], other["id"]}
    (found,) = told("scenario", "list", "--tag", "paper")["scenarios"]
    assert found["id"] == other["id"]
    told("scenario", "remove", other["id"][:8])
    (found,) = told("scenario", "list", "--removed")["scenarios"]
    assert found["id"] == other["id"]
    status, out, _ = run(capsys, "scenario", "list")
    assert status == 0
    assert other["id"] not in out
    assert saved["id"] in out
    told("scenario", "restore", other["id"])
    assert len(told("scenario", "list")["scenarios"]) == 2


def test_notes_and_tags(capsys, told, saved, refused):
    subject = f"scenario:{saved['id'][:6]}"
    note = told("note", subject, "First")
    told("note", subject, "Second")
    assert [each["text"] for each in told("notes", subject)["notes"]] == ["First", "Second"]
    assert note["subject"] == {"kind": "scenario", "id": saved["id"]}
    assert told("tag", subject, "b", "a")["tags"] == ["a", "b"]
    assert told("tag", subject, "b", "--remove")["tags"] == ["a"]
    assert "expected run:ID, scenario:ID or study:ID" in refused("note", "x", "y", status=2)
    assert "The store has no run" in refused("notes", "run:0000")
    _, out, _ = run(capsys, "notes", subject)
    assert out.startswith("20")
    assert "Amina:\nFirst\n" in out


@pytest.mark.parametrize("command", ["audit", "demand", "scorecard"])
def test_a_kept_scenario_goes_where_a_scenario_does(capsys, saved, command):
    status, out, err = run(capsys, command, f"scenario:{saved['id']}")
    assert status == 0, err
    assert out


def test_a_kept_scenario_is_solved_and_its_run_knows_it(capsys, told, saved, tmp_path):
    told("scenario", "set", saved["id"], "rules.branches.max=3")
    status, out, err = run(
        capsys, "solve", f"scenario:{saved['id']}", "--out", tmp_path / "out", "--keep", "--json"
    )
    assert status == 0, err
    with open_store() as store:
        kept = store.runs.get(json.loads(out)["kept"])
    assert (kept.scenario_id, kept.scenario_version) == (saved["id"], 2)


def test_what_no_scenario_is_called(refused, saved):
    assert "scenario:ID for one that is kept" in refused("solve", "nowhere", "--out", "x")
    assert "The store has no scenario" in refused("solve", "scenario:0000", "--out", "x")
    assert "is no id of a scenario" in refused("scenario", "show", "x y")


def test_the_store_itself(capsys, told, saved, home, tmp_path, refused):
    state = told("store", "--check", "--backup", tmp_path / "b.sqlite")
    assert state["place"] == str(home / "store.sqlite")
    assert state["kind"] == "SQLite"
    assert state["counts"]["scenarios"] == 1
    assert state["faults"] == []
    assert state["backup"] == str(tmp_path / "b.sqlite")
    told("scenario", "new", "one-stop/as-planned")
    file = home / "store.sqlite"
    file.write_bytes(b"\xa5" * file.stat().st_size)
    assert "--restore BACKUP" in refused("scenario", "list")
    restored = told("store", "--restore", tmp_path / "b.sqlite")
    assert restored["counts"]["scenarios"] == 1
    assert "store-replaced-" in restored["replaced"]
    assert "not both" in refused("store", "--restore", "a", "--backup", "b", status=2)
    status, out, _ = run(capsys, "store", "--check")
    assert status == 0
    assert "checked: all is well" in out


def test_a_check_that_finds_something_is_a_fault(capsys, saved, tmp_path):
    with open_store() as store, store.database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO contents (digest, size, content) VALUES ('ab', 1, 'x')"
        )
    status, out, _ = run(capsys, "store", "--check")
    assert status == 1
    assert "checked: damaged" in out
    assert "- the kept file ab is not what was kept" in out
    copy = tmp_path / "copy.sqlite"
    status, out, err = run(capsys, "store", "--backup", copy)
    assert status == 1
    assert "No backup was made" in err
    assert "- the kept file ab is not what was kept" in out
    assert not copy.exists()
