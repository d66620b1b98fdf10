"""One budget for all levers: sentences, cards, what is bought, and the frontier as a chart."""

from __future__ import annotations

import math

import altair as alt
import numpy as np
import pandas as pd

from planner.insight.levers.menu import Menu
from planner.insight.levers.packages import BUYERS, Point
from planner.percent import NOISE
from planner.present.cards import Card
from planner.present.levers.levers import COLOURS, lever_name, ratio
from planner.present.view import View

LISTED = 3
PARTS = (0.0, 0.25, 0.5, 1.0, 2.0)  # of the budget
_CHOICES = 24  # of budgets to choose from


def budgets(menu: Menu) -> tuple[float, ...]:
    """Round sums of money to choose from, up to a quarter more than the dearest network costs."""
    most = 1.25 * float(max(menu.problem.network_kes.max(), menu.problem.campaign_kes.sum()))
    rough = max(1.0, most / _CHOICES)
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * each for each in (1, 2, 5, 10) if size * each >= rough)
    return tuple(step * n for n in range(1, max(2, math.ceil(most / step)) + 1))


def first_budget(choices: tuple[float, ...]) -> float:
    """What the page starts from: a third of the way."""
    return choices[len(choices) // 3]


def answer_sentences(view: View, point: Point) -> list[str]:
    """What the budget buys best, what is proved of it, and where the next money goes."""
    w, bought, following = view.words, point.bought, point.next
    spent = [
        w("levers.on", kes=w.money(kes), lever=lever_name(view, f"bought_{lever}"))
        for lever, kes in sorted(bought.spent.items(), key=lambda each: -each[1])
        if kes >= 0.5
    ]
    budget = w.money(bought.budget)
    if spent:
        lines = [w("levers.best", budget=budget, spent="; ".join(spent))]
        lines.append(w("levers.saves", saved=w.money(bought.kes), proof=_proof(view, point)))
    else:
        lines = [w("levers.best_nothing", budget=budget)]
    more = w.money(following.more)
    if following.lever is None:
        lines.append(w("levers.next_nothing", more=more))
    else:
        key = "levers.next" if following.ratio >= 1 else "levers.next_less"
        name = lever_name(view, f"bought_{following.lever}")
        currency = view.pack.currency
        told = ratio(view, following.ratio)
        lines.append(w(key, more=more, lever=name, ratio=told, currency=currency))
    return lines


def _proof(view: View, point: Point) -> str:
    w, gap = view.words, point.bought.package.gap
    if gap == float("inf"):
        return w("levers.proof_none")
    return w("levers.proof_all") if gap < NOISE else w("levers.proof_gap", gap=w.gap(gap))


def cards(view: View, point: Point) -> list[Card]:
    """The figures of a package."""
    w, bought = view.words, point.bought
    visits = bought.account.totals()
    plan = bought.network.plan
    base = visits["base"] or 1.0
    return [
        Card(
            w("levers.card_saved"),
            w.money(bought.kes),
            view.sure(w("levers.card_hours", n=w.count(bought.travel_min / 60))),
        ),
        Card(w("levers.card_spent"), w.money(bought.package.kes), w("levers.card_public")),
        Card(
            w("levers.card_branches"),
            w.count(int(plan.is_open.sum())),
            w("levers.card_new", n=len(bought.network.opens)),
        ),
        Card(
            w("levers.card_online"),
            w.share(visits["online"] / base),
            w("levers.card_visits", n=w.count(visits["online"])),
        ),
        Card(
            w("levers.card_assisted"),
            w.share(visits["assisted"] / base),
            w("levers.card_visits", n=w.count(visits["assisted"])),
        ),
        Card(
            w("levers.card_avoided"),
            w.share(visits["avoided"] / base),
            w("levers.card_visits", n=w.count(visits["avoided"])),
        ),
    ]


def bought_table(view: View, menu: Menu, point: Point) -> pd.DataFrame:
    """What is bought: lever, how far and where, money."""
    w, bought = view.words, point.bought
    rows = []
    for lever in BUYERS:
        kes = bought.spent[lever]
        if abs(kes) >= 0.5:
            rows.append(
                {
                    w("levers.column_lever"): lever_name(view, f"bought_{lever}"),
                    w("levers.column_what"): _what(view, menu, point, lever),
                    w("levers.column_cost"): w.money(kes),
                }
            )
    return pd.DataFrame(rows)


def _what(view: View, menu: Menu, point: Point, lever: str) -> str:
    w, bought = view.words, point.bought
    if lever == "branch":
        names = [view.site_name(j) for j in bought.network.opens]
        n = int(bought.network.plan.is_open.sum())
        return w("levers.what_branch", n=n, new="; ".join(names) or w("levers.no_new"))
    if lever == "counter":
        sites = np.flatnonzero(bought.more).tolist()
        return "; ".join(f"{view.site_name(j)} +{bought.more[j]}" for j in sites)
    now, then = (getattr(each, lever) for each in (menu.ground.adoption, bought.adoption))
    columns = [0] if lever == "information" else range(then.shape[1])
    parts = []
    for b in columns:
        raised = then[:, b] > now[:, b]
        for level in np.unique(then[raised, b]).tolist():
            where = _where(view, np.flatnonzero(raised & (then[:, b] == level)).tolist())
            told = w("levers.level", share=w.share(level), where=where)
            name = "" if lever == "information" else w.name(view.pack.visit_types[b]) + ": "
            parts.append(name + told)
    return "; ".join(parts)


def _where(view: View, areas: list[int]) -> str:
    if len(areas) > LISTED:
        return view.words("levers.of_areas", n=len(areas), all=len(view.pack.areas))
    return ", ".join(view.area_name(c) for c in areas)


# -- the frontier --------------------------------------------------------------------------


def frontier_frame(view: View, points: tuple[Point, ...]) -> pd.DataFrame:
    """Money by budget and lever, in millions."""
    return pd.DataFrame(
        [
            {
                "budget": view.words.money(point.bought.budget),
                "order": order,
                "lever": lever_name(view, f"bought_{lever}"),
                "spent": point.bought.spent[lever] / 1e6,
                "told": view.words.money(point.bought.spent[lever]),
            }
            for order, point in enumerate(points)
            for lever in BUYERS
        ]
    )


def frontier_chart(view: View, points: tuple[Point, ...]) -> alt.Chart:
    """What each budget is spent on."""
    w, frame = view.words, frontier_frame(view, points)
    names = {lever_name(view, f"bought_{key}"): COLOURS[key] for key in BUYERS}
    order = [view.words.money(point.bought.budget) for point in points]
    return (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            y=alt.Y(
                "budget:N",
                sort=order,
                title=w("levers.axis_budget"),
                axis=alt.Axis(labelOverlap=False, labelLimit=120),
            ),
            x=alt.X("spent:Q", title=w("levers.axis_spent", currency=view.pack.currency)),
            color=alt.Color(
                "lever:N",
                scale=alt.Scale(domain=list(names), range=list(names.values())),
                legend=alt.Legend(title=None, orient="top", columns=2, labelLimit=220),
            ),
            tooltip=[
                alt.Tooltip("budget:N", title=w("levers.axis_budget")),
                alt.Tooltip("lever:N", title=w("levers.column_lever")),
                alt.Tooltip("told:N", title=w("levers.column_cost")),
            ],
        )
        .properties(height=44 * len(points) + 40)
    )


def frontier_table(view: View, points: tuple[Point, ...]) -> pd.DataFrame:
    """Each budget: what customers save, what is spent on what, and where the next money goes."""
    w, currency, rows = view.words, view.pack.currency, []
    for point in points:
        bought, following = point.bought, point.next
        spent = {
            lever_name(view, f"bought_{lever}"): w.money(bought.spent[lever]) for lever in BUYERS
        }
        lever = following.lever
        name = "" if lever is None else lever_name(view, f"bought_{lever}")
        rows.append(
            {
                w("levers.column_budget"): w.money(bought.budget),
                w("levers.column_saved"): w.money(bought.kes),
                **spent,
                w("levers.column_next"): name,
                w("levers.column_next_ratio", currency=currency): ratio(view, following.ratio),
            }
        )
    return pd.DataFrame(rows)
