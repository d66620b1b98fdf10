"""Which uncertain figures would change the sites, as sentences and tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from planner.insight.assumptions import Assumption
from planner.insight.resolved import Verdict
from planner.present.uncertain.uncertain import names_of, objective_unit
from planner.present.view import View

Told = Mapping[str, Any]  # as `planner.insight.uncertain_told.resolved_told` tells it
_ORDER: tuple[Verdict, ...] = (
    "impossible",
    "broken",
    "change",
    "tie",
    "unknown",
    "services",
    "same",
)


def resolved_sentences(view: View, told: Told) -> list[str]:
    """In how many answers the sites stay, and which are chosen whatever the figures."""
    w = view.words
    verdicts = [each["verdict"] for each in told["solved"]]
    same = sum(verdict in ("same", "services") for verdict in verdicts)
    tie = verdicts.count("tie")
    change = sum(verdict in ("change", "broken") for verdict in verdicts)
    asked = len(verdicts) + told["left_out"]
    lines = [
        w("uncertain.resolved_lead", n=len(verdicts), all=asked, same=same, tie=tie, change=change)
    ]
    if told["robust"]:
        lines.append(
            w(
                "uncertain.core",
                n=len(told["robust"]),
                new=sum(not each["by_the_rules"] for each in told["sites"]),
                answers=told["answers"],
                names=_sites(view, told["robust"]),
            )
        )
    else:
        lines.append(w("uncertain.core_none"))
    return lines


def resolved_table(view: View, told: Told, figures: Sequence[Assumption]) -> pd.DataFrame:
    """What the best plan at each end does, and what keeping the plan costs; changes first.

    `figures` are those that were asked about, and perhaps others.
    """
    w = view.words
    by_key = {each.key: each for each in figures}
    asked = [by_key[each["key"]] for each in told["solved"] if each["key"] in by_key]
    names = names_of(view, list(dict.fromkeys(asked)))
    ordered = sorted(told["solved"], key=lambda each: _ORDER.index(each["verdict"]))
    return pd.DataFrame(
        [
            {
                w("column.figure"): names[each["key"]],
                w("uncertain.column_end"): (
                    f"{w.number(each['value'])} {by_key[each['key']].unit}"
                ),
                w("uncertain.column_verdict"): w(f"uncertain.verdict_{each['verdict']}"),
                w("uncertain.column_opens"): _sites(view, each["opens"]),
                w("uncertain.column_closes"): _sites(view, each["closes"]),
                w("uncertain.column_regret"): _regret(view, each),
            }
            for each in ordered
            if each["key"] in by_key
        ]
    )


def sites_table(view: View, told: Told) -> pd.DataFrame:
    """The sites that some answers choose and others do not, the most often chosen first."""
    w, swing = view.words, set(told["swing"])
    return pd.DataFrame(
        [
            {
                w("column.site"): _sites(view, [each["site"]]),
                w("uncertain.column_chosen"): w(
                    "uncertain.chosen", k=each["answers"], n=told["answers"]
                ),
            }
            for each in told["sites"]
            if each["site"] in swing
        ]
    )


def _sites(view: View, sites: Iterable[str]) -> str:
    ids = view.problem.site_ids
    return ", ".join(view.site_name(ids.index(site)) for site in sites)


def _regret(view: View, told: Told) -> str:
    w, low, high = view.words, told["regret_low"], told["regret_high"]
    if (told["shortfall_more"] or 0) > 0:
        return w("uncertain.regret_visits", n=w.count(told["shortfall_more"]))
    if low is None or told["verdict"] == "broken":
        return ""
    unit = objective_unit(view)
    if high is None:  # nothing is proved
        return w("uncertain.regret_least", low=w.count(low), unit=unit)
    if low == 0:
        return w("uncertain.regret_most", high=w.count(high), unit=unit)
    return w("uncertain.regret", low=w.count(low), high=w.count(high), unit=unit)
