"""What is doubled: three readings, groups of branches close by, services and pairs, judged."""

from __future__ import annotations

from collections.abc import Iterator

from planner.errors import PlannerError
from planner.export.document.facts import (
    DASH,
    Row,
    Told,
    count,
    fact_of,
    grid,
    left,
    money,
    number,
    right,
)
from planner.export.document.model import (
    Block,
    Chapter,
    Fact,
    Facts,
    Grid,
    Paragraph,
    Points,
    Section,
)
from planner.insight.duplicates import DuplicateAudit, audit_duplicates
from planner.insight.duplicates.types import GroupAudit
from planner.present.audit.audit import (
    advice,
    cards,
    group_sentences,
    lead,
    number_said,
    readings,
    title_of,
)
from planner.present.results import separations

_MOST_GROUPS = 6  # told branch by branch


def duplicates(told: Told, given: DuplicateAudit | None) -> Chapter:
    """How duplicates are counted, how many there are, and what speaks for and against each.

    Args:
        told: The plan.
        given: Its audit; by the pack's thresholds where it is left out.
    """
    w = told.w
    rows = told.rows("duplicates")
    said = separations.counted(w, told.run.scenario, len(rows), None)
    blocks: list[Block] = [Paragraph(w("duplicates.explain")), *map(Paragraph, said)]
    audit = given or audited(told)
    sections: tuple[Section, ...]
    if audit is None:  # nothing to judge by: what the plan's own score says
        blocks.append(_facts(told))
        sections = tuple(_by_load(told))
    else:
        shown = (fact_of(each) for each in cards(told.view, audit))
        blocks += [Paragraph(lead(told.view, audit)), Facts(tuple(shown))]
        sections = tuple(_judged(told, audit))
    return Chapter("duplicates", w("document.duplicates"), tuple(blocks), sections, new_page=True)


def audited(told: Told) -> DuplicateAudit | None:
    """The plan's audit by the pack's thresholds; None where travel is told in money alone."""
    run = told.run
    try:
        return audit_duplicates(run.problem, told.plan, told.score, run.pack)
    except PlannerError:
        return None


# -- judged ---------------------------------------------------------------------------------


def _judged(told: Told, audit: DuplicateAudit) -> Iterator[Section]:
    w, view = told.w, told.view
    lines = tuple(f"{question} {answer}" for question, answer in readings(view, audit))
    about = (Paragraph(w("audit.readings_words")), Points(lines), _thresholds(told, audit))
    yield Section(w("audit.readings"), about)
    if audit.groups:
        yield Section(w("document.groups"), (_overview(told, audit), *_groups(told, audit)))
    yield Section(
        w("audit.services"), (Paragraph(w("audit.services_words")), _services(told, audit))
    )
    if audit.pairs:
        yield Section(w("audit.pairs"), (Paragraph(w("audit.pairs_words")), _pairs(told, audit)))


def _groups(told: Told, audit: DuplicateAudit) -> Iterator[Block]:
    """The groups with most to tell: first what is not needed somewhere, then the largest."""
    ordered = sorted(
        audit.groups, key=lambda each: (not each.sites("unnecessary"), -len(each.members))
    )
    for group in ordered[:_MOST_GROUPS]:
        yield _members(told, group)
        yield Points(tuple(group_sentences(told.view, audit, group)))


def _thresholds(told: Told, audit: DuplicateAudit) -> Grid:
    """From when on doubling is needed."""
    w = told.w
    columns = (left(w("document.threshold")), right(w("column.value")))
    rows = [
        (w(f"audit.threshold_{name}"), DASH if value is None else w.number(value))
        for name, value in audit.thresholds.numbers.items()
    ]
    note = w("audit.thresholds_words")
    return grid(w("document.thresholds_table"), columns, rows, note=note)


def _overview(told: Told, audit: DuplicateAudit) -> Grid:
    """Each group with how many of its branches the load needs, and which are not needed."""
    w, view = told.w, told.view
    columns = (
        left(w("document.group")),
        right(w("column.branches")),
        right(w("document.needed_by_load")),
        left(w("document.not_needed")),
        right(w("audit.column_saved")),
    )
    rows = (
        (
            title_of(view, group),
            w.count(len(group.members)),
            number_said(view, group),
            ", ".join(view.site_name(j) for j in group.sites("unnecessary")) or DASH,
            w.money(group.saved_kes),
        )
        for group in audit.groups
    )
    rest = len(audit.groups) - _MOST_GROUPS
    note = w.counted("document.more_groups", rest) if rest > 0 else ""
    return grid(w("document.groups_of_branches"), columns, rows, note=note)


def _members(told: Told, group: GroupAudit) -> Grid:
    w, view = told.w, told.view
    columns = (
        left(w("audit.column_branch")),
        left(w("audit.column_verdict")),
        left(w("audit.column_advice")),
        right(w("audit.column_visits")),
        right(told.sure(w("document.merge_longer"))),
        right(w("audit.column_saved")),
    )
    ordered = sorted(group.members, key=lambda each: (each.verdict == "unnecessary", -each.visits))
    rows = (
        (
            view.site_name(each.site),
            f"{w(f'audit.verdict_{each.verdict}')}: {w(f'audit.reason_{each.reason}')}",
            advice(view, each),
            w.count(each.visits),
            w.minutes(each.stop.extra_min_mean),
            w.money(each.stop.saved_kes),
        )
        for each in ordered
    )
    return grid(title_of(view, group), columns, rows)


def _services(told: Told, audit: DuplicateAudit) -> Grid:
    w, view = told.w, told.view
    columns = (
        left(w("audit.column_service")),
        right(w("audit.column_branches")),
        right(w("audit.column_needed_load")),
        right(w("audit.column_needed_standard")),
        right(w("audit.column_index")),
        right(w("audit.column_second")),
    )
    rows = (
        (
            view.service_name(each.service),
            w.count(each.branches),
            w("audit.too_few") if each.by_load is None else w.count(each.by_load),
            _by_standard(told, each.by_standard, is_proved=each.is_proved),
            DASH if each.index is None else f"{each.index:.2f}",
            w.share(each.second),
        )
        for each in audit.services
    )
    return grid(w("document.index_table"), columns, rows)


def _by_standard(told: Told, least: int | None, *, is_proved: bool) -> str:
    w = told.w
    if least is None:
        return DASH
    return w.count(least) if is_proved else w("audit.at_most", n=w.count(least))


def _pairs(told: Told, audit: DuplicateAudit) -> Grid:
    w, view = told.w, told.view
    columns = (
        left(w("audit.column_service")),
        left(w("audit.column_stops")),
        left(w("audit.column_stays")),
        right(told.sure(w("audit.column_km"))),
        right(w("audit.column_overlap")),
        right(w("audit.column_load")),
        right(w("document.merge_longer")),
        right(w("audit.column_stranded")),
        right(w("audit.column_saved")),
        left(w("audit.column_verdict")),
    )
    rows = (
        (
            view.service_name(each.service),
            view.site_name(each.stop.site),
            view.site_name(each.stays),
            w.km(each.km),
            w.share(each.overlap),
            DASH if each.load_after is None else w.share(each.load_after),
            w.minutes(each.stop.extra_min_mean),
            w.count(each.stop.stranded),
            w.money(each.saved_kes),
            w(f"audit.verdict_{each.verdict}"),
        )
        for each in audit.pairs
    )
    return grid(w("document.pairs_table"), columns, rows)


# -- by the score alone ---------------------------------------------------------------------


def _facts(told: Told) -> Facts:
    w = told.w
    facts = []
    for name in ("pairs", "justified", "unnecessary"):
        plan, today = told.figure(name)
        note = "" if today is None else w("change.today", v=w.count(today))
        facts.append(Fact(w(f"document.count_{name}"), w.count(plan or 0), note))
    return Facts(tuple(facts))


def _by_load(told: Told) -> Iterator[Section]:
    for key, is_justified in (("unnecessary", False), ("justified", True)):
        own = [row for row in told.rows("duplicates") if bool(row["justified"]) is is_justified]
        if own:
            table = _merged(told, own, key)
            yield Section(told.w(f"document.count_{key}"), (table,))


def _merged(told: Told, rows: list[Row], key: str) -> Grid:
    w = told.w
    columns = (
        left(w("column.service")),
        left(w("column.branch_a")),
        left(w("column.branch_b")),
        right(told.sure(w("column.road_km"))),
        right(w("column.load")),
        right(w("column.room")),
        left(w("column.ends_at")),
        right(w("column.stranded")),
        right(w("document.merge_longer")),
        right(w("column.merge_saved")),
    )
    names = {site.id: site.name for site in told.run.pack.sites}
    cells = (
        (
            told.service(row["service"]),
            str(row["site_a_name"]),
            str(row["site_b_name"]),
            w.km(number(row["km"])),
            count(w, row["load_visits_per_year"]),
            count(w, row["capacity_visits_per_year"]),
            names[str(row["merged_away"])],
            count(w, row["merged_stranded_per_year"]),
            w.minutes(number(row["merged_extra_min_per_visit"])),
            money(w, row["merged_saved_kes_per_year"]),
        )
        for row in rows
    )
    note = w("document.pairs_note")
    return grid(w(f"document.pairs_{key}_table"), columns, cells, note=note)
