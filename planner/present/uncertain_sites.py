"""Which uncertain figures would change the sites, as sentences and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from planner.insight.resolved import Core, Resolved, Verdict
from planner.present.today import View
from planner.present.uncertain import names_of, objective_unit

_ORDER: tuple[Verdict, ...] = (
    "impossible",
    "broken",
    "change",
    "tie",
    "unknown",
    "services",
    "same",
)


def resolved_sentences(view: View, found: Sequence[Resolved], core: Core, asked: int) -> list[str]:
    """In how many answers the sites stay, and which are chosen whatever the figures."""
    w = view.words
    verdicts = [each.verdict for each in found]
    same = sum(verdict in ("same", "services") for verdict in verdicts)
    tie = verdicts.count("tie")
    change = sum(verdict in ("change", "broken") for verdict in verdicts)
    lines = [
        w("uncertain.resolved_lead", n=len(found), all=asked, same=same, tie=tie, change=change)
    ]
    robust = np.flatnonzero(core.robust).tolist()
    if robust:
        free = int(((core.count > 0) & ~core.fixed).sum())
        lines.append(
            w(
                "uncertain.core",
                n=len(robust),
                new=free,
                answers=core.answers,
                names=_sites(view, robust),
            )
        )
    else:
        lines.append(w("uncertain.core_none"))
    return lines


def resolved_table(view: View, found: Sequence[Resolved]) -> pd.DataFrame:
    """What the best plan at each end does, and what keeping the plan costs; changes first."""
    w = view.words
    figures = {each.question.assumption.key: each.question.assumption for each in found}
    names = names_of(view, list(figures.values()))
    ordered = sorted(found, key=lambda each: _ORDER.index(each.verdict))
    return pd.DataFrame(
        [
            {
                w("column.figure"): names[each.question.assumption.key],
                w("uncertain.column_end"): (
                    f"{w.number(each.question.value)} {each.question.assumption.unit}"
                ),
                w("uncertain.column_verdict"): w(f"uncertain.verdict_{each.verdict}"),
                w("uncertain.column_opens"): _sites(view, each.opens),
                w("uncertain.column_closes"): _sites(view, each.closes),
                w("uncertain.column_regret"): _regret(view, each),
            }
            for each in ordered
        ]
    )


def sites_table(view: View, core: Core) -> pd.DataFrame:
    """The sites that some answers choose and others do not, the most often chosen first."""
    w = view.words
    swing = sorted(np.flatnonzero(core.swing).tolist(), key=lambda j: -int(core.count[j]))
    return pd.DataFrame(
        [
            {
                w("column.site"): view.site_name(j),
                w("uncertain.column_chosen"): w(
                    "uncertain.chosen", k=int(core.count[j]), n=core.answers
                ),
            }
            for j in swing
        ]
    )


def _sites(view: View, sites: Iterable[int]) -> str:
    return ", ".join(view.site_name(j) for j in sites)


def _regret(view: View, found: Resolved) -> str:
    w, low, high = view.words, found.regret_low, found.regret_high
    if found.shortfall_more > 0:
        return w("uncertain.regret_visits", n=w.count(found.shortfall_more))
    if low is None or high is None or found.verdict == "broken":
        return ""
    unit = objective_unit(view)
    if not np.isfinite(high):
        return w("uncertain.regret_least", low=w.count(low), unit=unit)
    if low == 0:
        return w("uncertain.regret_most", high=w.count(high), unit=unit)
    return w("uncertain.regret", low=w.count(low), high=w.count(high), unit=unit)
