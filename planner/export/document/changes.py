"""What to open, close and change, with formats and services; what stays; branches by service."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from string import ascii_uppercase

from planner.export.document.facts import (
    DASH,
    Row,
    Told,
    count,
    grid,
    left,
    money,
    number,
    right,
)
from planner.export.document.model import Block, Chapter, Column, Grid, Paragraph, Section


def changes(told: Told) -> Chapter:
    """Every branch of the plan, and every one that closes, by what happens to it."""
    w = told.w
    by_site = {str(row["site"]): row for row in told.rows("branches")}
    actions = ("open", "add services", "end services", "close", "keep")
    found = {
        action: [row for row in told.rows("changes") if row["action"] == action]
        for action in actions
    }
    sections = (
        Section(w("document.open"), _or_none(told, _opened(told, found["open"], by_site))),
        Section(w("document.change"), _or_none(told, _changed(told, found, by_site))),
        Section(w("document.close"), _or_none(told, _closed(told, found["close"]))),
        Section(w("document.keep"), _or_none(told, _kept(told, found["keep"], by_site))),
        Section(w("document.services"), (_services(told),)),
    )
    return Chapter("changes", w("document.changes"), (_mix_table(told),), sections, new_page=True)


def _or_none(told: Told, found: Grid | None) -> tuple[Block, ...]:
    return (Paragraph(told.w("document.none_such")),) if found is None else (found,)


def _mixes(told: Told) -> dict[str, str]:
    """A short name for each set of services that branches offer, the commonest first: A, B."""
    found = Counter(str(row["services"]) for row in told.rows("branches"))
    return {mix: _letters(n) for n, (mix, _) in enumerate(found.most_common())}


def _letters(n: int) -> str:
    """A to Z, then AA."""
    more, rest = divmod(n, len(ascii_uppercase))
    return (_letters(more - 1) if more else "") + ascii_uppercase[rest]


def _mix_table(told: Told) -> Grid:
    w = told.w
    found = Counter(str(row["services"]) for row in told.rows("branches"))
    columns = (
        left(w("document.mix")),
        left(w("column.services")),
        right(w("column.branches")),
    )
    rows = (
        (letter, told.services(mix), w.count(found[mix])) for mix, letter in _mixes(told).items()
    )
    return grid(w("document.mix_table"), columns, rows, note=w("document.mix_note"))


def _has_formats(told: Told) -> bool:
    return any(row["format"] for row in told.rows("branches"))


def _heads(told: Told) -> tuple[Column, Column]:
    w = told.w
    return left(w("column.branch")), left(w("column.area"))


def _opened(told: Told, found: list[Row], by_site: Mapping[str, Row]) -> Grid | None:
    w, formats, mixes = told.w, _has_formats(told), _mixes(told)
    if not found:
        return None
    rows = [by_site[str(each["site"])] for each in found]
    columns = (
        *_heads(told),
        *((left(w("column.format")),) if formats else ()),
        left(w("document.mix")),
        right(w("column.visits")),
        right(told.sure(w("column.per_visit"))),
        right(w("column.capital")),
        right(w("column.annual")),
    )
    cells = (
        (
            *(str(row["name"]), str(row["area_name"])),
            *((told.format(row["format"]),) if formats else ()),
            mixes[str(row["services"])],
            count(w, row["visits_per_year"]),
            w.minutes(number(row["mean_min"])),
            money(w, row["capital_kes"]),
            money(w, row["annual_kes"]),
        )
        for row in rows
    )
    return grid(w("document.open_table"), columns, cells)


def _changed(told: Told, found: Mapping[str, list[Row]], by_site: Mapping[str, Row]) -> Grid | None:
    """Branches of today that stay and add or end services, or take another format."""
    w = told.w
    added = {str(row["site"]): row for row in found["add services"]}
    ended = {str(row["site"]): row for row in found["end services"]}
    other = dict(_other_formats(told))
    sites = [site for site in by_site if site in added or site in ended or site in other]
    if not sites:
        return None
    columns = (
        *_heads(told),
        left(w("document.adds")),
        left(w("document.ends")),
        *((left(w("column.format")),) if other else ()),
        right(w("column.capital")),
    )
    rows = (
        (
            *(str(by_site[site]["name"]), str(by_site[site]["area_name"])),
            told.service_names(added[site]["services"]) if site in added else DASH,
            told.service_names(ended[site]["services"]) if site in ended else DASH,
            *((other.get(site, DASH),) if other else ()),
            money(w, by_site[site]["capital_kes"]),
        )
        for site in sites
    )
    return grid(w("document.change_table"), columns, rows)


def _other_formats(told: Told) -> Iterator[tuple[str, str]]:
    """Branches of today whose format changes, with both formats."""
    problem, plan = told.run.problem, told.plan
    for j, site in enumerate(problem.site_ids):
        then, now = int(problem.today_format[j]), int(plan.format[j])
        if problem.existing[j] and plan.is_open[j] and then not in (-1, now):
            ids = problem.format_ids
            yield site, f"{told.format(ids[then])} → {told.format(ids[now])}"


def _closed(told: Told, found: list[Row]) -> Grid | None:
    w = told.w
    if not found:
        return None
    spent = {told.run.problem.site_ids[each.site]: each for each in told.score.closed}
    columns = (*_heads(told), left(w("document.until_now")), right(w("column.capital")))
    rows = (
        (
            *(str(row["name"]), str(row["area_name"]), told.services(row["services"])),
            money(w, spent[str(row["site"])].capital_kes),
        )
        for row in found
    )
    return grid(w("document.close_table"), columns, rows)


def _kept(told: Told, found: list[Row], by_site: Mapping[str, Row]) -> Grid | None:
    w, mixes = told.w, _mixes(told)
    if not found:
        return None
    columns = (
        *_heads(told),
        left(w("document.mix")),
        right(w("column.visits")),
        right(told.sure(w("column.per_visit"))),
        right(w("column.annual")),
    )
    rows = (
        (
            *(str(row["name"]), str(row["area_name"]), mixes[str(row["services"])]),
            count(w, by_site[str(row["site"])]["visits_per_year"]),
            w.minutes(number(by_site[str(row["site"])]["mean_min"])),
            money(w, by_site[str(row["site"])]["annual_kes"]),
        )
        for row in found
    )
    return grid(w("document.keep_table"), columns, rows)


def _services(told: Told) -> Grid:
    w = told.w
    columns = (
        left(w("column.service")),
        right(w("document.branches_today")),
        right(w("document.branches_plan")),
        right(w("column.visits")),
        right(told.sure(w("column.per_visit"))),
    )
    rows = (
        (
            told.service(row["service"]),
            count(w, row["branches_today"]),
            count(w, row["branches"]),
            count(w, row["visits_per_year"]),
            w.minutes(number(row["mean_min"])),
        )
        for row in told.rows("services")
    )
    note = w("document.services_note")
    return grid(w("document.services_table"), columns, rows, note=note)
