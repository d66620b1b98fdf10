"""The records in a workspace file: plain JSON, the same for the same content, read strictly."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from planner.errors import Fault
from planner.runs.store.ids import DIGITS
from planner.runs.store.notes import LONGEST_NOTE, LONGEST_TAG
from planner.runs.store.runs import SOURCES
from planner.runs.store.types import StudyKind

SCHEMA = 1
MANIFEST = "manifest.json"
ON_PACK = "pack:"  # and a fingerprint: how a version names a pack that is in the workspace
_LARGEST = 2_000_000_000
_MOST_FAULTS = 20
_MOST_LEVELS = 100


def _sayable(text: str) -> str:
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("text without characters that are none")
    return text


def _plain(value: Any) -> Any:
    """Plain values with finite numbers, and text that can be kept."""
    if isinstance(value, str):
        return _sayable(value)
    if isinstance(value, dict):
        return {_sayable(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a finite number")
    return value


Id = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Words = Annotated[str, Field(max_length=1_000_000), AfterValidator(_sayable)]
Number = Annotated[int, Field(ge=0, le=_LARGEST)]
Counting = Annotated[int, Field(ge=1, le=_LARGEST)]
Values = Annotated[dict[str, Any], AfterValidator(_plain)]
Moment = Annotated[AwareDatetime, Field(strict=False)]


class Record(BaseModel):
    """A record: frozen, and what is not known is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class NoteRecord(Record):
    """A note on the subject in whose record it stands."""

    id: Id
    text: Annotated[Words, Field(min_length=1, max_length=LONGEST_NOTE)]
    author: Words
    made: Moment
    removed: Moment | None = None


class Marks(Record):
    """What is on a subject and may differ from store to store: tags, notes, being put away."""

    tags: list[Annotated[Words, Field(min_length=1, max_length=LONGEST_TAG)]] = []
    notes: list[NoteRecord] = []
    removed: Moment | None = None
    removed_by: Words = ""


class VersionRecord(Record):
    """A version of a scenario: TOML, its pack as a built-in id, `pack:<fingerprint>` or a path."""

    number: Counting
    parent: Counting | None
    made: Moment
    author: Words
    what: Words
    scenario: Words


class ScenarioRecord(Record):
    """A scenario with all of its history."""

    id: Id
    revision: Counting
    version: Counting
    based_on: Words
    author: Words
    created: Moment
    changed: Moment
    changed_by: Words
    versions: list[VersionRecord]
    marks: Marks

    @model_validator(mode="after")
    def _is_a_history(self) -> Self:
        numbers = [each.number for each in self.versions]
        if numbers != sorted(set(numbers)) or self.version not in numbers:
            raise ValueError("versions in order, each once, and the present one among them")
        known = {*numbers}
        for each in self.versions:
            is_first = each.number == numbers[0]
            if (each.parent is None) != is_first:
                raise ValueError("a first version without a parent, and a parent for all others")
            if each.parent is not None and (each.parent not in known or each.parent >= each.number):
                raise ValueError("parents that are earlier versions")
        return self


class RunRecord(Record):
    """What the store knows of a run beyond its files."""

    id: Id
    author: Words
    source: Annotated[str, Field(pattern=f"^({'|'.join(SOURCES)})$")]
    scenario_id: Id | None
    scenario_version: Counting | None
    pack: Id
    marks: Marks


class PointRecord(Record):
    """A point of a study."""

    number: Number
    values: Values
    run_id: Id | None
    status: Annotated[Words, Field(max_length=16)]
    message: Words
    told: Values | None


class StudyRecord(Record):
    """A study with its points; one that was running is told as stopped."""

    id: Id
    kind: StudyKind
    name: Words
    pack_id: Words
    pack: Id
    scenario: Words
    spec: Values
    status: Literal["done", "stopped", "failed"]
    author: Words
    created: Moment
    changed: Moment
    told: Values | None
    points: list[PointRecord]
    marks: Marks

    @model_validator(mode="after")
    def _points_in_order(self) -> Self:
        if [each.number for each in self.points] != list(range(len(self.points))):
            raise ValueError("points numbered from 0, one after the other")
        return self


class PackFileRecord(Record):
    """A file of a pack: what stands in it is under `contents/`."""

    digest: Digest
    is_data: bool


class PackRecord(Record):
    """A pack: its files by their place as seen from its folder."""

    fingerprint: Id
    id: Words
    name: Words
    files: dict[str, PackFileRecord]


class MemberRecord(Record):
    """A member of the zip."""

    size: Annotated[int, Field(ge=0)]
    sha256: Digest


class ManifestRecord(Record):
    """What is in the zip."""

    kind: Literal["ugatuzi-planner workspace"]
    schema_: int = Field(alias="schema")
    version: Words
    counts: dict[str, Number]
    members: dict[str, MemberRecord]


R = TypeVar("R", bound=Record)


def written(record: Record) -> bytes:
    """A record as it stands in the zip: the same bytes for the same content."""
    return json_bytes(_dated(record.model_dump(by_alias=True)))


def json_bytes(data: Any) -> bytes:
    """Plain values as JSON, keys in order."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True)
    return text.encode("utf-8")


def _dated(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, dict):
        return {key: _dated(inner) for key, inner in value.items()}
    return [_dated(inner) for inner in value] if isinstance(value, list) else value


def content_of(record: ScenarioRecord | StudyRecord) -> bytes:
    """A record without its marks: what makes it the same or another one."""
    return written(record.model_copy(update={"marks": Marks()}))


def id_of_content(content: bytes) -> str:
    """An id that is made of the content, so that bringing it twice gives one."""
    return hashlib.sha256(content).hexdigest()[:DIGITS]


def read_record(kind: type[R], content: bytes, member: str, faults: list[Fault]) -> R | None:
    """A record read strictly; None where it cannot be, with every fault of it in `faults`."""
    try:
        data = json.loads(content.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        faults.append(Fault(member, None, None, "no valid JSON", "a JSON object", DAMAGED))
        return None
    if _is_deeper(data, _MOST_LEVELS):
        found, expected = "tables too deep to read", f"at most {_MOST_LEVELS} levels"
        faults.append(Fault(member, None, None, found, expected, DAMAGED))
        return None
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        faults.extend(_fault(member, each) for each in error.errors()[:_MOST_FAULTS])
        return None


DAMAGED = "The workspace is damaged or was changed by hand; export it again."


def _refuse(name: str) -> float:
    raise ValueError(name)


def _is_deeper(value: Any, levels: int) -> bool:
    """Whether lists and tables stand in each other more often than that."""
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(each, levels - 1) for each in inner)


def _fault(member: str, entry: Mapping[str, Any]) -> Fault:
    place = ".".join(str(part) for part in entry["loc"]) or None
    found = "nothing" if entry["type"] == "missing" else repr(entry["input"])[:60]
    expected = str(entry["msg"]).replace("Input should be ", "").replace("Value error, ", "")
    expected = expected.replace("Field required", "a value")
    return Fault(member, None, place, found, expected, DAMAGED)
