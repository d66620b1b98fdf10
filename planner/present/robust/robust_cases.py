"""Lost branches and tried figures, from the kept values: tables; and a look under way in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from planner.insight.robust_words import sorted_shocks
from planner.pack.figures import Mark
from planner.present.method import mark_name, source_text
from planner.present.robust.robust import Seen

# -- losses --------------------------------------------------------------------------------


def shock_table(seen: Seen) -> pd.DataFrame:
    """What the loss of each branch means tomorrow, the worst first."""
    w = seen.view.words
    return pd.DataFrame(
        [
            {
                w("column.branch"): seen.site(each["site"]),
                w("column.visits"): round(each["visits_per_year"]),
                w("robust.column_extra"): w.minutes(each["extra_min_per_visit"]),
                w("robust.column_worst_area"): _worst_area(seen, each),
                w("robust.column_goes"): _goes(seen, each),
                w("robust.column_stranded"): round(each["stranded_visits_per_year"]),
                w("robust.column_services"): "; ".join(map(seen.service, each["services_lost"])),
                w("robust.column_overrun"): round(each["overrun_visits_per_year"]),
            }
            for each in sorted_shocks(seen.told["shocks"])
        ]
    ).pipe(_without_idle_columns)


def _without_idle_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """The table without columns that say nothing of any row."""
    idle = [name for name in frame.columns if frame[name].isin(["", 0]).all()]
    return frame.drop(columns=idle)


def _worst_area(seen: Seen, each: Mapping[str, Any]) -> str:
    w = seen.view.words
    if each["worst_area"] is None:
        return ""
    more = w.minutes(each["worst_area_extra_min"])
    return w("robust.area_more", area=each["worst_area_name"], more=more)


def _goes(seen: Seen, each: Mapping[str, Any]) -> str:
    w = seen.view.words
    parts = [f"{seen.site(to['site'])} {w.share(to['share'])}" for to in each["goes_to"][:3]]
    more = len(each["goes_to"]) - 3 + each["goes_to_others"]
    said = ", ".join(parts)
    return w("robust.and_more", names=said, n=more) if more > 0 else said


def loss_table(seen: Seen) -> pd.DataFrame:
    """The best plan without each branch."""
    w = seen.view.words
    return pd.DataFrame(
        [
            {
                w("column.branch"): seen.site(each["site"]),
                w("robust.column_today"): w("robust.yes") if each["is_existing"] else "",
                w("column.per_visit"): _loss_minutes(seen, each),
                w("robust.column_opens"): seen.sites(each["opens"]),
                w("robust.column_closes"): seen.sites(each["closes"]),
            }
            for each in seen.told["losses"]
        ]
    ).pipe(_without_idle_columns)


def _loss_minutes(seen: Seen, each: Mapping[str, Any]) -> str:
    w = seen.view.words
    if each["mean_min"] is None:
        return w("robust.impossible" if each["status"] == "infeasible" else "robust.not_found")
    text = minutes(seen, each["mean_min"])
    return text if each["is_sure"] else w("robust.cut_short", minutes=text)


def minutes(seen: Seen, value: float | None) -> str:
    """Minutes with one digit after the point: plans differ by less than one."""
    w = seen.view.words
    return w.unit("none") if value is None else w.unit("minutes", m=f"{value:.1f}")


# -- figures -------------------------------------------------------------------------------


def figures_table(seen: Seen) -> pd.DataFrame:
    """Each figure at its ends: what is best there, with its mark and source."""
    w = seen.view.words
    return pd.DataFrame(
        [
            {
                w("column.figure"): seen.figure(each),
                w("robust.column_verdict"): w(f"uncertain.verdict_{each['verdict']}"),
                w("robust.column_opens"): seen.sites(each["opens"]),
                w("robust.column_closes"): seen.sites(each["closes"]),
                w("column.mark"): mark_name(seen.view, _mark(seen, each)),
                w("column.source"): source_text(_mark(seen, each)),
            }
            for each in seen.told["ends"]
        ]
    )


def _mark(seen: Seen, each: Mapping[str, Any]) -> Mark:
    figure = seen.figures.get(each["figure"])
    return figure.mark if figure is not None else Mark(each["source"], each["confidence"])


# -- the job -------------------------------------------------------------------------------
