"""`planner packs`: built-in packs and one's own, by folder, by zip, away and back."""

import json

import pytest
from pack import tiny

from planner.pack.draft import zip_pack
from tests.command_line import run


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))


def test_a_pack_is_added_listed_put_away_and_brought_back(capsys, tmp_path):
    folder = tiny.write(tmp_path / "tiny")
    status, out, err = run(capsys, "packs", "--add", folder, "--name", "My own")
    assert status == 0
    assert "Kept as my-own" in err
    assert "immigration" in out
    assert "My own" in out
    assert run(capsys, "check", "my-own")[0] == 0
    assert run(capsys, "packs", "--put-away", "my-own")[0] == 0
    told = json.loads(run(capsys, "packs", "--json")[1])
    assert (told["own"], [each["id"] for each in told["away"]]) == ([], ["my-own"])
    status, out, _ = run(capsys, "check", "my-own")
    assert status == 1
    assert "of your own" in out
    assert run(capsys, "packs", "--bring-back", "my-own")[0] == 0
    told = json.loads(run(capsys, "packs", "--json")[1])
    assert [(each["id"], each["name"]) for each in told["own"]] == [("my-own", "My own")]
    assert {"id": "immigration", "name": told["built_in"][0]["name"]} in told["built_in"]


def test_a_zip_is_added_and_a_pack_made_from_another_says_so(capsys, tmp_path):
    zip_pack(tiny.write(tmp_path / "tiny"), tmp_path / "tiny.zip")
    assert run(capsys, "packs", "--add", tmp_path / "tiny.zip", "--name", "Zipped")[0] == 0
    assert run(capsys, "packs", "--add", "zipped", "--name", "Second")[0] == 0
    told = json.loads(run(capsys, "packs", "--json")[1])["own"]
    assert [(each["id"], each["based_on"]) for each in told] == [
        ("second", "zipped"),
        ("zipped", ""),
    ]


def test_its_ready_scenarios_are_named_after_it_and_read_its_own_tables(capsys, tmp_path):
    folder = tiny.write(tmp_path / "tiny")
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "plain.toml").write_text(f'name = "Plain"\npack = "{folder}"\n')
    assert run(capsys, "packs", "--add", folder, "--name", "Own")[0] == 0
    assert run(capsys, "scenarios", "own")[0] == 0
    (folder / "sites.csv").unlink()
    status, out, _ = run(capsys, "audit", "own/plain", "--json")
    assert status == 0
    assert json.loads(out)
    for name in ("own/none", "own/../plain", "own/", "none/plain"):
        assert run(capsys, "audit", name)[0] == 1


def test_every_fault_is_told_and_nothing_is_kept(capsys, tmp_path):
    folder = tiny.write(tmp_path / "tiny", sites_csv="id\n", services_csv="id\n")
    status, _, err = run(capsys, "packs", "--add", folder, "--name", "Bad")
    assert status == 1
    assert "sites.csv" in err
    assert "services.csv" in err
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04")
    status, _, err = run(capsys, "packs", "--add", tmp_path / "bad.zip", "--name", "Bad")
    assert status == 1
    assert "bad.zip" in err
    assert json.loads(run(capsys, "packs", "--json")[1])["own"] == []


@pytest.mark.parametrize(
    "argv",
    [
        ("--add", "immigration"),
        ("--name", "x"),
        ("--put-away", "a", "--bring-back", "b"),
    ],
)
def test_wrong_usage(capsys, argv):
    assert run(capsys, "packs", *argv)[0] == 2


def test_what_is_not_there_names_what_is(capsys):
    status, _, err = run(capsys, "packs", "--put-away", "immigration")
    assert status == 1
    assert "No pack of your own called immigration is in use: none." in err
