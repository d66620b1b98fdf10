"""Formats held against the sites that take them and the services that they may offer."""

from __future__ import annotations

from collections.abc import Mapping

from planner.pack.faults import Findings, listed, shown
from planner.pack.manifest import FILE, Manifest
from planner.pack.tables import Row, Table

_OWN_FIGURES = ("capital_kes", "annual_cost_kes", "counters", "capacity_visits_per_year")


def check_formats(
    sites: Table | None,
    formats: Table | None,
    services: Table | None,
    findings: Findings,
    *,
    is_format_file_there: bool,
) -> None:
    """What sites say of formats must fit `formats.csv`, and the services of today the format.

    Args:
        sites: The `sites` table, None when it could not be read; likewise the others.
        formats: The `formats` table.
        services: The `services` table.
        findings: Takes faults and warnings.
        is_format_file_there: Whether the pack brings a table of formats, sound or not.
    """
    if sites is None:
        return
    if not is_format_file_there:
        _refuse_unknown_formats(sites, findings)
    offered = {row.text("id"): row.ids("services") for row in formats.rows} if formats else {}
    guessed: list[str] = []
    costed: list[str] = []
    idle_closing: list[str] = []
    for row in sites.rows:
        today, own = row.text("format_today"), row.ids("formats")
        existing = row.text("status") == "existing"
        if today:
            _check_today(sites.file, row, findings)
        elif existing and own:
            today = own[0]
            guessed.append(f"{shown(row.text('name'))} as {today}")
        if existing and offered.get(today):
            _check_offered(sites.file, row, today, offered, findings)
        if own and any(row.number_or_none(name) for name in _OWN_FIGURES):
            costed.append(row.text("name"))
        if not existing and row.number_or_none("closing_kes"):
            idle_closing.append(row.text("name"))
    if guessed:
        findings.warn(
            f"{sites.file}: format_today not given, taken as the first of formats:"
            f" {listed(guessed)}"
        )
    if costed:
        findings.warn(
            f"{sites.file}: sites with formats have the costs and counters of the format; their"
            f" own costs, counters and capacity count only without formats: {listed(costed)}"
        )
    if idle_closing:
        findings.warn(
            f"{sites.file}: closing_kes counts for existing sites only: {listed(idle_closing)}"
        )
    _warn_idle(sites, formats, findings)
    _warn_minutes(sites, formats, services, findings)


def warn_counter_minutes(
    manifest: Manifest, sites: Table | None, formats: Table | None, findings: Findings
) -> None:
    """Says that the planner's figure stands in where the pack counts counters without its own."""
    if manifest.is_counter_figure_given or not _has_counters(sites, formats):
        return
    figure = manifest.counter_minutes_per_year
    findings.warn(
        f"{FILE}: no [capacity] {figure.name}: the planner's default {figure.value:,g} is used, an"
        " assumption"
    )


def _refuse_unknown_formats(sites: Table, findings: Findings) -> None:
    for row in sites.rows:
        for name in ("formats", "format_today"):
            if row.values.get(name):
                findings.fault(
                    sites.file, row.number, name, "a format, but the pack has no formats.csv",
                    "formats.csv with id and name", "Add the table, or leave the cell blank",
                )  # fmt: skip


def _check_today(file: str, row: Row, findings: Findings) -> None:
    today = row.text("format_today")
    if row.text("status") != "existing":
        findings.fault(
            file, row.number, "format_today", today, "blank",
            "Only an existing site has a format today; list it in formats",
        )  # fmt: skip
    elif today not in row.ids("formats"):
        findings.fault(
            file, row.number, "format_today", today,
            " or ".join(row.ids("formats")) or "a format that the site lists in formats",
            "Today's format must be one that the site may take; add it to formats",
        )  # fmt: skip


def _check_offered(
    file: str,
    row: Row,
    today: str,
    offered: Mapping[str, tuple[str, ...]],
    findings: Findings,
) -> None:
    beyond = [each for each in row.ids("services_today") if each not in offered[today]]
    if beyond:
        findings.fault(
            file, row.number, "services_today", listed(beyond),
            f"services that format {today} may offer",
            f"It may offer {listed(offered[today], 30)}; correct the services or the format",
        )  # fmt: skip


def _warn_idle(sites: Table, formats: Table | None, findings: Findings) -> None:
    """Names the formats that no site takes, where sites say what they take."""
    taken = {each for row in sites.rows for each in row.ids("formats")}
    if formats is None or not taken:
        return
    idle = [row.text("id") for row in formats.rows if row.text("id") not in taken]
    if idle:
        findings.warn(f"{formats.file}: formats that no site lists: {listed(idle)}")


def _has_counters(sites: Table | None, formats: Table | None) -> bool:
    return any(
        row.number_or_none("counters") is not None
        for table in (sites, formats)
        if table is not None
        for row in table.rows
    )


def _warn_minutes(
    sites: Table, formats: Table | None, services: Table | None, findings: Findings
) -> None:
    """Names the services without counter minutes, where counters are given."""
    if services is None or not _has_counters(sites, formats):
        return
    at_fault = findings.rows_of(services.file, "counter_min_per_visit")
    silent = [
        row.text("name")
        for row in services.rows
        if row.number_or_none("counter_min_per_visit") is None and row.number not in at_fault
    ]
    if silent:
        findings.warn(
            f"{services.file}: no counter_min_per_visit, so counters cannot limit capacity:"
            f" {listed(silent)}"
        )
