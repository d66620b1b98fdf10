"""The same service at two branches close by: what the load justifies, and what it does not."""

from __future__ import annotations

from planner.export.document.facts import Row, Told, count, grid, left, money, number, right
from planner.export.document.model import Block, Chapter, Fact, Facts, Grid, Paragraph, Section
from planner.present.results import separations


def duplicates(told: Told) -> Chapter:
    """How duplicates are counted, how many there are, and the evidence for each pair."""
    w = told.w
    rows = told.rows("duplicates")
    said = separations.counted(w, told.run.scenario, len(rows), None)
    blocks: list[Block] = [Paragraph(w("duplicates.explain")), *map(Paragraph, said)]
    blocks.append(_facts(told))
    sections = []
    for key, is_justified in (("unnecessary", False), ("justified", True)):
        own = [row for row in rows if bool(row["justified"]) is is_justified]
        if own:
            table = _pairs(told, own, key)
            sections.append(Section(w(f"document.pairs_{key}"), (table,)))
    return Chapter(
        "duplicates", w("document.duplicates"), tuple(blocks), tuple(sections), new_page=True
    )


def _facts(told: Told) -> Facts:
    w = told.w
    facts = []
    for name in ("pairs", "justified", "unnecessary"):
        plan, today = told.figure(name)
        note = "" if today is None else w("change.today", v=w.count(today))
        facts.append(Fact(w(f"document.count_{name}"), w.count(plan or 0), note))
    return Facts(tuple(facts))


def _pairs(told: Told, rows: list[Row], key: str) -> Grid:
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
