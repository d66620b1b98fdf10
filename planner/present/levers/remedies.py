"""Remedies of flagged branches as sentences and a table."""

from __future__ import annotations

import pandas as pd

from planner.insight.remedies import BranchRemedies
from planner.present.levers.levers import left_out, ratio, step_name
from planner.present.view import View


def remedy_sentences(view: View, found: BranchRemedies) -> list[str]:
    """Why a branch is flagged, what it lacks, and what has no figure."""
    w = view.words
    flags = "; ".join(
        w(
            f"levers.flag_{flag.rule}",
            value=_value(view, flag.rule, flag.value),
            limit=_value(view, flag.rule, flag.limit),
        )
        for flag in found.flags
    )
    lines = [w("levers.flagged", visits=w.count(found.visits), flags=flags)]
    if found.missing:
        lines.append(w("levers.lacks", n=found.missing))
    lines += left_out(view, [each for each in found.left_out if each.lever != "branch"])
    if any(each.lever == "branch" for each in found.left_out):
        lines.append(w("levers.none_nearer"))
    if found.weak:
        what = "; ".join(what for what, _ in found.weak)
        lines.append(w("levers.without_figure", what=what))
    return lines


def _value(view: View, rule: str, value: float) -> str:
    if rule == "rating":
        return f"{value:.2f}"
    return view.words.minutes(value) if rule == "wait" else view.words.share(value)


def remedy_table(view: View, found: BranchRemedies) -> pd.DataFrame:
    """What would help a branch, the best for the money first."""
    w, currency = view.words, view.pack.currency
    rows = []
    for each in found.remedies:
        effect, likely = each.effect, each.effect.likely
        name = step_name(view, effect)
        if effect.lever == "minutes":
            name = w("levers.step_minutes_here")
        elif effect.lever == "branch" and not each.is_new and effect.site is not None:
            name = w("levers.step_services", where=view.site_name(effect.site))
        rows.append(
            {
                w("levers.column_step"): name,
                w("levers.column_ratio", currency=currency): ratio(view, likely.ratio),
                w("levers.column_saved"): w.money(likely.kes),
                w("levers.column_cost"): w.money(likely.cost),
                w("levers.column_visits"): w.count(likely.visits),
                w("levers.column_verdict"): w(f"levers.verdict_{each.verdict}"),
            }
        )
    return pd.DataFrame(rows)
