"""What stands in a run folder's `run.json` and tables, read strictly; the pack is not needed."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from planner.errors import Fault, InputError
from planner.pack.ordinary import NotOrdinaryError, read_ordinary
from planner.runs.files import MOST_BYTES
from planner.runs.schema import SCHEMA
from planner.runs.table import clean_text, unguard

_MOST_FAULTS = 50
_LARGEST = 2**63

Text = Annotated[str, Field(max_length=100_000)]
Amount = Annotated[float, Field(ge=0)]


class _Entry(BaseModel):
    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False)


class _Branch(_Entry):
    site: Text
    area: Text
    status: Literal["existing", "candidate", "proposed"]
    format: Text | None
    services: list[Text]
    counters: dict[str, Annotated[int, Field(ge=0, le=1_000_000)]] | None = None
    visits_per_year: Amount
    mean_min: Amount | None
    mean_km: Amount | None


class _Travel(_Entry):
    model: Text
    mode: Text
    error_share: Amount | None
    worst_share: Amount | None
    known_roads: Amount
    sources: list[Text]
    notes: list[Text]


class _Change(_Entry):
    what: Text
    values: dict[str, Text | float | bool]


class ClashTold(_Entry):
    """One of the rules that cannot hold together."""

    rule: Text
    text: Text
    repair: Text = ""
    changes: list[_Change] = []


class Info(_Entry):
    """The keys of `run.json` that are read; others may stand beside them."""

    schema_: int = Field(alias="schema")
    name: Text
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    created: Text
    version: Text
    status: Literal["optimal", "feasible", "infeasible", "unknown"]
    solver: Text
    seconds: Amount
    seconds_by_stage: dict[str, Amount]
    objective: float | None
    bound: float | None
    gap: float | None
    shortfall: Amount = 0.0
    shortfall_bound: Amount = 0.0
    peak_memory_mb: Amount
    demand: dict[Text, Amount] | None = None
    travel: _Travel | None = None
    branches: list[_Branch]
    baseline_branches: list[_Branch] = []
    kpis: dict[str, Any] | None
    baseline_kpis: dict[str, Any] | None
    violations: list[Text]
    clashes: list[ClashTold] = []
    notes: list[Text] = []


def read_info(path: Path) -> dict[str, Any]:
    """The content of a run folder's `run.json`, checked; cheap, the pack is not read.

    Raises:
        InputError: It is missing, damaged, or from another version.
    """
    content = _read_bytes(Path(path), "run.json")
    try:
        raw = json.loads(
            content, parse_constant=_refuse_constant, parse_int=_whole, parse_float=_finite
        )
    except (ValueError, RecursionError):
        raise InputError(
            [_damaged("run.json", "no valid JSON, or a number too large", "a JSON object")]
        ) from None
    if not isinstance(raw, dict):
        raise InputError([_damaged("run.json", _shown(raw), "a JSON object")])
    if raw.get("schema") != SCHEMA:
        found = f"schema {str(raw.get('schema'))[:20]}"
        message = "It was written by another version, or is no run of Ugatuzi Planner."
        raise InputError([Fault("run.json", None, "schema", found, str(SCHEMA), message)])
    try:
        info = Info.model_validate(raw)
    except ValidationError as error:
        raise InputError([_invalid(entry) for entry in error.errors()[:_MOST_FAULTS]]) from None
    try:
        moment = datetime.fromisoformat(info.created)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        fault = Fault("run.json", None, "created", info.created[:40], "a time with its zone", COPY)
        raise InputError([fault])
    return raw


COPY = "The run folder is damaged; solve again or take an undamaged copy."


def _shown(value: Any) -> str:
    """A value as it stands in the file, not endless."""
    return clean_text(json.dumps(value, ensure_ascii=False)[:60])


def _damaged(file: str, found: str, expected: str) -> Fault:
    return Fault(file, None, None, found, expected, COPY)


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _whole(text: str) -> int:
    value = int(text)
    if abs(value) > _LARGEST:
        raise ValueError(text)
    return value


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _invalid(entry: Any) -> Fault:
    place = ".".join(str(part) for part in entry["loc"])
    found = "nothing" if entry["type"] == "missing" else _shown(entry["input"])
    return Fault("run.json", None, place, found, _expected(entry), COPY)


_KINDS = {
    "missing": "a value",
    "string_type": "text",
    "float_type": "a number",
    "int_type": "a whole number",
    "finite_number": "a number that is not endless",
    "list_type": "a list",
    "dict_type": "keys with values in { }",
    "model_type": "keys with values in { }",
    "string_pattern_mismatch": "16 digits from 0 to 9 and a to f",
}


def _expected(entry: Any) -> str:
    """What should stand at a place of `run.json`, in words."""
    context = entry.get("ctx", {})
    if entry["type"] == "literal_error":
        return str(context["expected"]).replace("'", "")
    if entry["type"] == "greater_than_equal":
        return f"a number >= {context['ge']:g}"
    if entry["type"] == "string_too_long":
        return f"at most {context['max_length']:,} letters"
    return _KINDS.get(entry["type"], "another value")


def _read_bytes(folder: Path, name: str) -> bytes:
    try:
        content = read_ordinary(folder / name, MOST_BYTES)
    except PermissionError:
        message = "Ask its owner for permission to read it, and to open its folder."
        found = "a file that cannot be read: no permission"
        raise InputError([Fault(name, None, None, found, "", message)]) from None
    except NotOrdinaryError:
        message = "Pipes and devices are not read; give a file of a run."
        raise InputError([Fault(name, None, None, "no ordinary file", "", message)]) from None
    except (OSError, ValueError):
        message = f"{folder.name} is not a complete run folder; check the path."
        raise InputError([Fault(name, None, None, "no file", "", message)]) from None
    if len(content) > MOST_BYTES:
        raise InputError([_damaged(name, "a file too large for a run", "less than 512 MB")])
    return content


def read_csv(path: Path, name: str) -> list[list[str]]:
    """The cells of a table in a run folder, header first, guards taken off.

    Raises:
        InputError: The file is missing or is no CSV in UTF-8.
    """
    content = _read_bytes(path, name)
    try:
        text = content.decode("utf-8-sig")
        rows = [
            [unguard(cell) for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), strict=True)
            if row
        ]
    except UnicodeDecodeError:
        raise InputError([_damaged(name, "bytes that are not UTF-8", "UTF-8 text")]) from None
    except csv.Error:
        raise InputError([_damaged(name, "no valid CSV", "a table")]) from None
    if not rows:
        raise InputError([_damaged(name, "an empty file", "a table with a header")])
    wrong = next((n for n, row in enumerate(rows, 1) if len(row) != len(rows[0])), None)
    if wrong is not None:
        found = f"{len(rows[wrong - 1])} cells"
        fault = Fault(name, wrong, None, found, f"{len(rows[0])} cells", COPY)
        raise InputError([fault])
    return rows


def first_faults(faults: Sequence[Fault]) -> list[Fault]:
    """The first faults, and how many more there are."""
    if len(faults) <= _MOST_FAULTS:
        return list(faults)
    more = f"and {len(faults) - _MOST_FAULTS} more faults"
    return [*faults[:_MOST_FAULTS], Fault(faults[0].file, None, None, more, "", "")]


def unknown_id(file: str, row: int | None, column: str, found: str) -> Fault:
    """An id that the pack does not have."""
    message = "The pack does not have it; it was changed since, or the run belongs to another."
    return Fault(file, row, column, found[:80], "an id of the pack", message)
