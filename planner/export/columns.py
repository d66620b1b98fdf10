"""What each column of an export means: its label, unit, format and one sentence, in a language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from planner.present.words import Words

Kind = Literal["text", "code", "count", "number", "share", "money", "degrees", "flag"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `key` heads it in CSV whatever the language, `header` in a spreadsheet."""

    key: str
    label: str
    unit: str
    kind: Kind
    meaning: str

    @property
    def header(self) -> str:
        """The label with its unit."""
        return f"{self.label} ({self.unit})" if self.unit else self.label


# All others are text. The cells of `code` are the same in every language in CSV and GeoJSON; a
# workbook says them in words.
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(
        (
            *("status", "action", "rule", "confidence", "section"),
            *("verdict", "reason", "alone", "advice"),
        ),
        "code",
    ),
    **dict.fromkeys(("lat", "lon"), "degrees"),
    **dict.fromkeys(("offered_today", "justified", "is_in_all"), "flag"),
    **dict.fromkeys(
        (
            *("share", "within_standard", "utilisation", "share_asked", "share_reached"),
            *("share_to_this_branch", "load_after", "overlap", "backup_now", "backup_after"),
        ),
        "share",
    ),
    **dict.fromkeys(
        (
            *("branches", "branches_today", "demand_points", "group"),
            *("needed_by_load", "needed_at_most"),
            *("duplicate_pairs", "duplicate_justified", "duplicate_unnecessary"),
        ),
        "count",
    ),
    **dict.fromkeys(
        (
            *("capital_kes", "annual_kes", "annual_cost_kes", "merged_saved_kes_per_year"),
            *("customers_kes", "saved_kes", "move_saved_kes"),
        ),
        "money",
    ),
    **dict.fromkeys(
        (
            *("x_m", "y_m", "visits_per_year", "unserved_visits_per_year", "minutes", "km"),
            *("mean_min", "mean_km", "worst_min", "capacity_visits_per_year", "counters"),
            *("counter_min_per_year", "within_min", "visits_short", "standard_min"),
            *("separation_km", "separation_dense_km", "minutes_apart", "separation_min"),
            *("merged_visits_per_year", "merged_stranded_per_year", "merged_extra_min_per_year"),
            *("merged_extra_min_per_visit", "load_visits_per_year"),
            *("plan", "today", "change", "value", "low", "high", "population", "people"),
            *("visits_stops", "visits_stays", "capacity_stops", "capacity_stays"),
            *("extra_min_mean", "extra_min_p90", "stranded_visits", "visits", "capacity_visits"),
            *("days_a_week", "move_saved_min"),
        ),
        "number",
    ),
}

# What the travel model measures, and sums and differences of it.
OF_TRAVEL = frozenset(
    {"minutes", "km", "mean_min", "mean_km", "worst_min", "minutes_apart"}
    | {"merged_extra_min_per_year", "merged_extra_min_per_visit"}
    | {"extra_min_mean", "extra_min_p90", "move_saved_min"}
)


def columns(keys: tuple[str, ...], w: Words, error: str) -> tuple[Column, ...]:
    """The columns of a table; money in the pack's currency, `today_` columns explained.

    Args:
        keys: Of the columns.
        w: The words of a language, with what the pack calls its money.
        error: How far figures of travel may be off, in words; it stands with their unit.
    """
    return tuple(_column(key, w, error) for key in keys)


def _column(key: str, w: Words, error: str) -> Column:
    if key.startswith("today_"):
        now = _column(key.removeprefix("today_"), w, error)
        label = w("export.today_label", label=now.label)
        return replace(
            now, key=key, label=label, meaning=w("export.today_meaning", meaning=now.meaning)
        )
    unit = w(f"columns.{key}.unit") if f"columns.{key}.unit" in w.texts else ""
    if key in OF_TRAVEL:
        unit = f"{unit}, {error}"
    label, meaning = w(f"columns.{key}.label"), w(f"columns.{key}.meaning")
    return Column(key, label, unit, _KINDS.get(key, "text"), meaning)


_ALIKE = {"alone": "reason"}  # columns whose codes are those of another


def code_words(w: Words, column: str, code: str) -> str:
    """A code in words; itself where it has none."""
    key = f"export.code_{_ALIKE.get(column, column)}.{code.replace(' ', '_')}"
    return w(key) if key in w.texts else code
