"""A record as a member of a comparison: what heads its column."""

from __future__ import annotations

from datetime import UTC, datetime

from planner.compare.said import separation_said
from planner.compare.types import Clash, Member
from planner.runs.record import RunRecord


def member_of(record: RunRecord) -> Member:
    """What is told of a run, or of today's network, beside its figures."""
    info, pack = record.info, record.info["pack"]
    travel = info.get("travel")
    today = record.is_today
    return Member(
        name=pack["name"] if today else info["name"],
        kind="today" if today else "run",
        id=record.id,
        created=None if today else _moment(info["created"]),
        status=None if today else info["status"],
        has_figures=record.kpis is not None,
        pack=pack["id"],
        pack_name=pack["name"],
        year=pack.get("year"),
        pack_print=pack.get("fingerprint", ""),
        currency=pack.get("currency", ""),
        version=info["version"],
        solver="" if today else info["solver"],
        seed=None if today else info.get("seed", record.scenario.solve.seed),
        objective_unit="" if today else info.get("objective_unit", ""),
        bound=None if today else info["bound"],
        gap=None if today else info["gap"],
        travel_error=None if travel is None else travel["error_share"],
        duplicates_within=separation_said(record.scenario.duplicates),
        clashes=() if today else _clashes(record),
        missing=record.missing,
    )


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).isoformat()


def _clashes(record: RunRecord) -> tuple[Clash, ...]:
    return tuple(
        Clash(each["rule"], each["text"], each.get("repair", ""))
        for each in record.info.get("clashes", ())
    )
