"""The sheets of an export: every table of a run, built once, whatever the format."""

from __future__ import annotations

from dataclasses import dataclass

from planner.export import summary, tables
from planner.export.columns import Column, columns
from planner.export.summary import Row, unbroken
from planner.present import travel
from planner.present.words import LANGUAGES, Language, Words, words
from planner.runs import StoredRun
from planner.runs.content import run_tables
from planner.runs.table import Cell, Table


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table with its columns explained; `key` names a CSV file, `title` a sheet."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def column(self, key: str) -> list[Cell]:
        """The cells of one column."""
        at = [column.key for column in self.columns].index(key)
        return [row[at] for row in self.rows]


def sheet_of(table: Table, run: StoredRun, w: Words) -> Sheet:
    """A table with its columns explained."""
    title = w(f"export.sheet.{table.name}")
    return Sheet(table.name, title, _columns(table.columns, run, w), table.rows)


@dataclass(frozen=True, slots=True)
class Imprint:
    """What every file of an export carries."""

    run_id: str
    created: str
    version: str
    fingerprint: str
    attribution: str
    travel: str

    def as_dict(self) -> dict[str, str]:
        """Plain values, in order."""
        return {
            "run_id": self.run_id,
            "created": self.created,
            "version": self.version,
            "fingerprint": self.fingerprint,
            "attribution": self.attribution,
            "travel": self.travel,
        }


def words_for(run: StoredRun, language: Language) -> Words:
    """The words of a language with what a run's pack calls its money and its areas."""
    return words(language).of_pack(run.pack)


def imprint(run: StoredRun, w: Words) -> Imprint:
    """What every file of a run's export carries."""
    return Imprint(
        run_id=run.id,
        created=str(run.info["created"]),
        version=str(run.info["version"]),
        fingerprint=str(run.info["fingerprint"]),
        attribution="; ".join(run.pack.attribution),
        travel=unbroken(travel.source_line(w, run.problem.travel, run.pack)),
    )


def plan_sheets(run: StoredRun, w: Words) -> tuple[Sheet, ...]:
    """Every table of a run that has a plan, in the order of the workbook.

    Args:
        run: The run.
        w: The words of the export's language; see `words_for`. Keys of columns, codes and all
            figures are the same in every language.
    """
    plan, judged = run.report.plan, run.score
    if plan is None or judged is None:
        raise ValueError(run.report.status)
    stored = {
        table.name: table for table in run_tables(plan, run.problem, judged, run.baseline, run.pack)
    }
    made = [
        summary.summary(run, judged, w),
        summary.changes(run, plan),
        stored["branches"],
        stored["offerings"],
        tables.assignment(run, plan, stored["assignment"]),
        stored["areas"],
        stored["points"],
        tables.services(run, plan, judged),
        *([stored["standards"]] if stored["standards"].rows else []),
        stored["duplicates"],
        *tables.audit(run, plan, judged),
        tables.rules(run, w),
        tables.sources(run.pack, run.scenario),
    ]
    sheets = [sheet_of(table, run, w) for table in made]
    return (*sheets, _dictionary(sheets, run, w))


def table_keys(run: StoredRun) -> tuple[str, ...]:
    """The keys of the sheets that `plan_sheets` makes of a run with a plan, in their order."""
    without = set()
    if run.score is None or not run.score.standards:
        without.add("standards")
    if not tables.can_audit(run):
        without |= {"audit", "groups"}
    return tuple(key for key in _KEYS if key not in without)


_KEYS = (
    *("summary", "changes", "branches", "offerings", "assignment", "areas", "points"),
    *(
        "services",
        "standards",
        "duplicates",
        "audit",
        "groups",
        "rules",
        "sources",
        "dictionary",
    ),
)


def _columns(keys: tuple[str, ...], run: StoredRun, w: Words) -> tuple[Column, ...]:
    error = unbroken(travel.error_text(w, run.problem.travel))
    return columns(keys, w, error)


def _dictionary(sheets: list[Sheet], run: StoredRun, w: Words) -> Sheet:
    """Every column in the export's language and in the other one."""
    other = words_for(run, next(each for each in LANGUAGES if each != w.language))
    rows: list[Row] = []
    for sheet in sheets:
        keys = tuple(column.key for column in sheet.columns)
        for own, also in zip(sheet.columns, _columns(keys, run, other), strict=True):
            told = (own.key, own.header, own.unit, own.meaning, also.header, also.meaning)
            rows.append((sheet.title, f"{sheet.key}.csv", *told))
    keys = (
        *("table", "file", "column", "label", "unit", "meaning"),
        *("label_other", "meaning_other"),
    )
    return Sheet("dictionary", w("export.sheet.dictionary"), _columns(keys, run, w), tuple(rows))
