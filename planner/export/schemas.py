"""JSON Schemas (draft 2020-12) of what an export tells machines: a scenario, a run, its tables.

The first two are made from the models that read scenarios and runs; the published files in
`schema/` are these, and a test holds them to it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from planner.export.columns import KINDS
from planner.runs.info import Info
from planner.scenario import Scenario
from planner.scenario.file import EXPORT_KEY

FOLDER = Path(__file__).parent / "schema"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: dict[str, Any] = {"type": "string"}
_MARKS: dict[str, Any] = {
    "description": "What every file of an export carries.",
    "type": "object",
    "required": ["run_id", "created", "version", "fingerprint", "attribution"],
    "additionalProperties": _TEXT,
}
_FIGURE: dict[str, Any] = {"type": ["number", "null"]}

# What each key of a run tells; those that a reader does not need have their type here alone.
_RUN: dict[str, tuple[str, dict[str, Any]]] = {
    "schema": ("Version of this format.", {}),
    "name": ("The scenario's name.", {}),
    "fingerprint": ("Hash of the question: the rules and all data that the answer rests on.", {}),
    "inputs": ("Hash of each part of the question.", {"type": "object"}),
    "created": ("When the run was written, with its zone.", {}),
    "version": ("Version of Ugatuzi Planner.", {}),
    "made_with": (
        "Versions of Python and of the libraries that bear on the answer.",
        {"type": "object"},
    ),
    "pack": (
        "The data pack: id, name, year, currency, and the hashes of its files.",
        {"type": "object"},
    ),
    "status": (
        "optimal: proved within the gap asked for; feasible: a plan, not proved so far.",
        {},
    ),
    "solver": ("What searched.", {}),
    "seed": ("Of the search.", {"type": "integer"}),
    "seconds": ("Time taken.", {}),
    "seconds_by_stage": ("Time taken by each stage.", {}),
    "objective_unit": ("Unit of objective and bound, a year.", _TEXT),
    "objective": ("What is made least.", {}),
    "objective_parts": ("Its parts.", {"type": ["object", "null"]}),
    "bound": ("No plan under these rules has an objective below this.", {}),
    "gap": ("How far at most a plan could be better, as a share of the objective.", {}),
    "shortfall": ("Visits by which soft rules are missed, a year.", {}),
    "shortfall_bound": ("No plan can miss them by less.", {}),
    "peak_memory_mb": ("Most memory used, MB.", {}),
    "demand": ("Yearly visits by what levers made of them.", {}),
    "travel": ("The travel model with its error on roads of known length, as shares.", {}),
    "branches": ("The plan's open branches.", {}),
    "baseline_branches": ("Today's branches, judged alike.", {}),
    "kpis": ("The plan's figures.", {}),
    "baseline_kpis": ("Today's figures.", {}),
    "violations": ("Rules that the plan breaks.", {}),
    "clashes": ("Rules that cannot hold together, where there is no plan.", {}),
    "notes": ("Remarks of the solver.", {}),
    "export": (
        "What every file of an export carries: run, date, version, licences.",
        {"type": "object"},
    ),
}


def schemas() -> dict[str, dict[str, Any]]:
    """Every schema by the name of its file."""
    return {
        "scenario.schema.json": _scenario(),
        "run.schema.json": _run(),
        "tables.schema.json": _tables(),
    }


def schema_text(schema: dict[str, Any]) -> str:
    """A schema as its file holds it."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def published() -> dict[str, bytes]:
    """The files in `schema/` by name."""
    return {path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.schema.json"))}


def _headed(name: str, title: str, told: str, schema: dict[str, Any]) -> dict[str, Any]:
    head = {"$schema": _DRAFT, "$id": f"urn:ugatuzi-planner:schema:{name}", "title": title}
    return {**head, **schema, "title": title, "description": told}


def _scenario() -> dict[str, Any]:
    schema = Scenario.model_json_schema(mode="validation")
    rule = schema["$defs"]["StandardRule"]
    schema["$defs"]["StandardRule"] = {
        "description": rule.pop("description"),
        "anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, rule],
    }
    schema["$defs"]["RulesSection"]["properties"]["formats"] = {
        "default": None,
        "anyOf": [
            {"const": "off"},
            {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True},
            {"type": "null"},
        ],
    }
    schema["properties"][EXPORT_KEY] = _MARKS
    told = (
        "The rules of a plan, as scenario.toml and scenario.json hold them. Keys left out have "
        "their defaults. Some rules between keys are not told here; the planner checks them all. "
        "Only scenario.json has the key export; it is no rule."
    )
    return _headed("scenario:1", "Scenario of Ugatuzi Planner", told, schema)


def _run() -> dict[str, Any]:
    schema = Info.model_json_schema(by_alias=True, mode="validation")
    properties = schema["properties"]
    for key, (meaning, kind) in _RUN.items():
        properties[key] = {**kind, **properties.get(key, {}), "description": meaning}
    told = "A finished run: the question's fingerprint, the answer, what is proved, and figures."
    return _headed("run:1", "Run of Ugatuzi Planner", told, schema)


def _tables() -> dict[str, Any]:
    column = {
        "type": "object",
        "required": ["key", "label", "unit", "kind", "meaning"],
        "properties": {
            **dict.fromkeys(("key", "label", "unit", "meaning"), _TEXT),
            "kind": {"enum": list(KINDS)},
        },
    }
    cell = {"type": ["string", "number", "boolean", "null"]}
    table = {
        "type": "object",
        "required": ["key", "title", "columns", "rows"],
        "properties": {
            **dict.fromkeys(("key", "title"), _TEXT),
            "columns": {"type": "array", "items": column},
            "rows": {
                "description": "A cell for each column, in their order; null: not known.",
                "type": "array",
                "items": {"type": "array", "items": cell},
            },
        },
    }
    schema = {
        "type": "object",
        "required": ["language", "export", "tables"],
        "properties": {
            "language": {"description": "Of labels, units and sentences.", "enum": ["en", "sw"]},
            EXPORT_KEY: _MARKS,
            "tables": {"type": "array", "items": table},
        },
    }
    told = "Every table of a plan, with its columns explained: the cells of the CSV files."
    return _headed("tables:1", "Tables of a plan of Ugatuzi Planner", told, schema)


if __name__ == "__main__":
    for name, schema in schemas().items():
        (FOLDER / name).write_text(schema_text(schema), encoding="utf-8")
