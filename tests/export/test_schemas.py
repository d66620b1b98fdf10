"""The published schemas: made of the models, true of every built-in scenario and of runs."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from planner.errors import InputError
from planner.export import export_files
from planner.export.schemas import published, schema_text, schemas
from planner.pack import find_pack
from planner.runs import read_run
from planner.scenario import parse_scenario, read_scenario, scenario_from_dict
from tests.runs import cases

PACKS = ("immigration", "one-stop")


def validator(name):
    schema = json.loads(published()[f"{name}.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def built_in():
    return [
        pytest.param(path, id=f"{pack}-{path.stem}")
        for pack in PACKS
        for path in sorted((find_pack(pack) / "scenarios").glob("*.toml"))
    ]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    run = read_run(cases.write_answer(tmp_path_factory.mktemp("run")))
    made = export_files(run, "json")
    stem = next(iter(made)).removesuffix("-scenario.json")
    return run, {name.removeprefix(f"{stem}-"): content for name, content in made.items()}


def test_the_published_files_are_those_that_the_models_make():
    made = {name: schema_text(schema).encode() for name, schema in schemas().items()}
    assert published() == made, "write them anew: python -m planner.export.schemas"


@pytest.mark.parametrize("path", built_in())
def test_every_built_in_scenario_keeps_the_schema_as_written_and_complete(path: Path):
    text = path.read_text(encoding="utf-8")
    check = validator("scenario")
    check.validate(tomllib.loads(text))
    check.validate(parse_scenario(text).model_dump(mode="json"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"rules": {"branchs": {"max": 3}}},
        {"rules": {"branches": {"max": "many"}}},
        {"rules": {"formats": []}},
        {"standards": {"passport": 1.5}},
        {"objective": {"minimize": "beauty"}},
        {"name": ""},
    ],
)
def test_what_the_planner_refuses_the_schema_refuses_too(wrong):
    given = {"name": "Three", "pack": "tiny", **wrong}
    assert not validator("scenario").is_valid(given)
    with pytest.raises(Exception, match=r"."):
        scenario_from_dict(given)


def test_the_files_of_a_run_keep_their_schemas(files):
    _, made = files
    for name in ("scenario", "run", "tables"):
        validator(name).validate(json.loads(made[f"{name}.json"]))


def test_no_key_of_a_run_is_untold(files):
    _, made = files
    told = json.loads(published()["run.schema.json"])["properties"]
    assert {*json.loads(made["run.json"])} == {*told}
    assert all(each.get("description") for each in told.values())


def test_the_scenario_comes_back_as_it_was_and_says_where_it_is_from(files, tmp_path):
    run, made = files
    path = tmp_path / "scenario.json"
    path.write_bytes(made["scenario.json"])
    assert read_scenario(path) == run.scenario
    assert json.loads(made["scenario.json"])["export"]["run_id"] == run.id


@pytest.mark.parametrize("text", ['{"name": ', "[1]", '{"name": "a", "pack": "b", "more": 1}'])
def test_a_scenario_in_json_that_is_none_is_refused_in_words(text, tmp_path):
    path = tmp_path / "scenario.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"scenario\.json"):
        read_scenario(path)


def test_the_run_comes_back_as_it_was(files):
    run, made = files
    back = json.loads(made["run.json"])
    assert back.pop("export")["run_id"] == run.id
    assert back == run.info


@pytest.mark.parametrize(
    ("key", "value"),
    [("status", "fine"), ("fingerprint", "xyz"), ("gap", "small"), ("branches", None)],
)
def test_a_damaged_run_does_not_keep_the_schema(files, key, value):
    given = json.loads(files[1]["run.json"]) | {key: value}
    assert not validator("run").is_valid(given)
