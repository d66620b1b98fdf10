"""Answers that were solved for, in words: proved prices, near ties, the worth of limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from planner.insight.words import MONEY
from planner.percent import percent_down, percent_up
from planner.present.markup import keyed
from planner.present.view import View
from planner.present.why.why import LISTED

Told = Mapping[str, Any]


def price_sentence(view: View, told: Told, unit: str) -> str:
    """What a change costs or saves, from at least to at most, as far as it is proved."""
    w = view.words
    if told["impossible"]:
        return w("why.price_impossible")
    low, high = told["low"], told["high"]
    if low is None and high is None:
        missed = (told["shortfall_low"], told["shortfall_high"])
        if any(missed):
            return w("why.price_missed", low=w.count(missed[0]), high=w.count(missed[1]))
        return w("why.price_unknown")
    if low is not None and high is not None and high < 0:
        shares = (-told["high_share"], -told["low_share"])
        size = _size(view, -high, -low, unit)
        return w("why.price_saves", size=size, share=_share(view, *shares))
    if low is not None and low > 0:
        share = _share(view, told["low_share"], told["high_share"])
        return w("why.price_costs", size=_size(view, low, high, unit), share=share)
    if high is None:
        return w("why.price_unknown")
    if low is not None and low < 0 and high <= 0:
        return w("why.price_saves_most", size=_figure(view, -low, unit))
    return w("why.price_most", size=_figure(view, high, unit)) if high else w("why.price_nothing")


def _size(view: View, low: float, high: float | None, unit: str) -> str:
    if high is None:
        return view.words("why.at_least", size=_figure(view, low, unit))
    first, last = _figure(view, low, unit), _figure(view, high, unit)
    return first if first == last else view.words("why.from_to", low=first, high=last)


def _share(view: View, low: float, high: float | None) -> str:
    w = view.words
    if low == high:
        return w.unit("percent", v=f"{100 * low:.2f}")
    first = w.unit("percent", v=percent_down(low, 2))
    if high is None:
        return w("why.at_least", size=first)
    return w("why.from_to", low=first, high=w.unit("percent", v=percent_up(high, 2)))


def _figure(view: View, value: float, unit: str) -> str:
    """A figure a year in the unit of what is made least: hours of travel, km, or money."""
    w = view.words
    plain = unit.removeprefix("weighted ")
    if plain == "min":
        text = w("why.unit_hours", v=w.number(round(value / 60, 1 if value < 6000 else None)))
    elif plain == "km":
        text = w("why.unit_km", v=w.count(value))
    else:
        text = w("why.unit_money", v=w.money(value))
    return w("why.weighted", size=text) if plain != unit else text


def answer_sentences(view: View, told: Told) -> list[str]:
    """The answer about a site or a service: its price, and what changes with it."""
    w, unit = view.words, told["unit"]
    is_here = told["in_plan"]
    price = told["price_of_forcing_out" if is_here else "price_of_forcing_in"]
    key = "why.price_out" if is_here else "why.price_in"
    lines = [w(key, price=price_sentence(view, price, unit))]
    if is_here and told["asked_for"]:
        lines.append(w("why.asked_for"))
    if not is_here and told["ruled_out"]:
        lines.append(w("why.ruled_out"))
    if price["opens"] or price["closes"]:
        opens, closes = sites(view, price["opens"]), sites(view, price["closes"])
        lines.append(w("why.changes", opens=opens, closes=closes))
    return lines


def sites(view: View, names: Sequence[str], most: int = LISTED) -> str:
    """The names of some sites, and how many more there are."""
    w = view.words
    if not names:
        return w("why.nothing")
    ids = view.problem.site_ids
    listed = ", ".join(
        view.site_name(ids.index(name)) if name in ids else name for name in names[:most]
    )
    more = len(names) - most
    return w("why.and_more", names=listed, n=more) if more > 0 else listed


# -- near ties -----------------------------------------------------------------------------


def ties_sentences(view: View, told: Told) -> list[str]:
    """What the near ties share."""
    w, plans = view.words, told["plans"]
    within = w.unit("percent", v=f"{100 * told['tolerance']:g}")
    if len(plans) == 1:
        return [w("why.ties_none", within=within)]
    chosen = [each["site"] for each in told["sites"] if each["in_all"] and not each["by_the_rules"]]
    kept = sum(each["in_all"] and each["by_the_rules"] for each in told["sites"])
    proved = [each["site"] for each in told["sites"] if each["proved"] and not each["by_the_rules"]]
    lines = [w("why.ties", n=len(plans), within=within)]
    lines.append(w("why.ties_shared", names=sites(view, chosen, 99), n=kept))
    if proved:
        lines.append(w("why.ties_proved", names=sites(view, proved, 99)))
    return lines


def ties_table(view: View, told: Told) -> pd.DataFrame:
    """Each near tie: how much worse, and what it opens and closes instead."""
    w = view.words
    return pd.DataFrame(
        [
            {
                w("column.number"): number,
                w("why.column_worse"): w.unit("percent", v=w.signed(100 * plan["excess"], 2)),
                w("why.column_opens"): sites(view, plan["opens"]),
                w("why.column_closes"): sites(view, plan["closes"]),
            }
            for number, plan in enumerate(told["plans"][1:], 1)
        ]
    )


def ties_sites_table(view: View, told: Told) -> pd.DataFrame:
    """How often each site is in a near tie, where the rules leave it open."""
    w, n = view.words, len(told["plans"])
    free = [each for each in told["sites"] if not each["by_the_rules"]]
    return pd.DataFrame(
        [
            {
                w("column.branch"): sites(view, [each["site"]]),
                w("why.column_in"): w("why.of", k=each["plans"], n=n),
                w("why.column_proved"): w("why.yes") if each["proved"] else "",
            }
            for each in free
        ],
        index=keyed(site=(each["site"] for each in free)),
    )


# -- the worth of limits -------------------------------------------------------------------


def worth_table(view: View, told: Told) -> pd.DataFrame:
    """What a step of each limit is worth."""
    w = view.words
    rows = []
    for each in told["limits"]:
        show = w.money if each["limit"] in MONEY else w.count
        rows.append(
            {
                w("why.column_limit"): w(f"why.limit_{each['limit']}"),
                w("why.column_now"): show(each["now"]),
                w("why.column_then"): show(each["then"]),
                w("why.column_price"): price_sentence(view, each, told["unit"]),
                w("why.column_opens"): sites(view, each["opens"]),
                w("why.column_closes"): sites(view, each["closes"]),
            }
        )
    return pd.DataFrame(rows)
