"""Insights in short sentences, from their plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from planner.percent import percent_down, percent_up

LIMITS = {
    "annual_kes": "yearly budget",
    "capital_kes": "capital budget",
    "branches": "branches",
    "new_branches": "new branches",
    "duplicates": "duplicates",
}
MONEY = ("annual_kes", "capital_kes")
LISTED = 6


def price_words(told: Mapping[str, Any], unit: str) -> str:
    """A price as an interval: what it costs (or saves) by visit and in percent."""
    if told["impossible"]:
        return "no plan is possible then: proved"
    if told["low"] is None and told["high"] is None:
        low, high = told["shortfall_low"], told["shortfall_high"]
        if low or high:
            return f"{low:,.0f} to {high:,.0f} more visits a year miss soft rules"
        return "nothing was found in the time given"
    low, high = told["low_per_visit"], told["high_per_visit"]
    if low is not None and high is not None and high < 0:
        return f"saves {_span(-high, -low, unit)} ({_shares(told, saves=True)})"
    if low is not None and low > 0:
        return f"costs {_span(low, high, unit)} ({_shares(told)})"
    if high is None:
        return "what it costs was not found in the time given"
    if low is not None and low < 0 and high <= 0:
        return (
            f"saves at most {figure_words(-low)} {unit} a visit; less, or nothing, is not ruled out"
        )
    within = "nothing more can be said within the gap"
    return f"costs at most {figure_words(high)} {unit} a visit; {within}"


def _span(low: float, high: float | None, unit: str) -> str:
    if high is None:
        return f"at least {figure_words(low)} {unit} a visit"
    if figure_words(low) == figure_words(high):
        return f"{figure_words(low)} {unit} a visit"
    return f"{figure_words(low)} to {figure_words(high)} {unit} a visit"


def _shares(told: Mapping[str, Any], *, saves: bool = False) -> str:
    low, high = told["low_share"], told["high_share"]
    if saves:
        low, high = -high, -low
    if high is None:
        return f"at least {percent_down(low, 2)}%"
    if low == high:
        return f"{low:.2%}"
    return f"{percent_down(low, 2)}% to {percent_up(high, 2)}%"


def figure_words(value: float) -> str:
    """A figure with three digits that count, or one after the point from 10 on."""
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:.3g}"


def use_words(told: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """What a branch or an offering does for people."""
    people = "" if told["people"] is None else f", {told['people']:,.0f} people behind them"
    where = f"{told['demand_points']} demand points"
    text = f"{_what(told, names)}: {told['visits_per_year']:,.0f} visits a year, {where}{people}"
    if told["stranded_visits_per_year"]:
        stranded = told["stranded_visits_per_year"]
        text += f"; without it {stranded:,.0f} visits would find no branch"
    saved = told["minutes_saved_per_year"]
    if saved is None:
        return f"{text}; the other branches alone cannot serve all of them under these rules"
    return f"{text}; it saves {saved / 60:,.0f} hours of travel a year, one way, all else the same"


def why_lines(told: Mapping[str, Any], names: Mapping[str, str], unit: str) -> Iterator[str]:
    """Why something is, or is not, in a plan."""
    if told["in_plan"]:
        yield use_words(told, names)
        if told["asked_for"]:
            yield "  The rules ask for it, whatever it is worth."
        price = told["price_of_forcing_out"]
        yield f"  Forced out: {price_words(price, unit)}."
    else:
        yield f"{_what(told, names)}: not in the plan."
        if told["ruled_out"]:
            yield "  The scenario locks it out, whatever it is worth."
        price = told["price_of_forcing_in"]
        yield f"  Forced in: {price_words(price, unit)}."
    if price["opens"] or price["closes"]:
        opened, closed = sites_words(price["opens"], names), sites_words(price["closes"], names)
        yield f"  The plan then opens {opened} and closes {closed}."
    for clash in told["clashes"]:
        yield f"  {clash}"


def ties_lines(told: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    """What near ties share, and how they differ."""
    plans = told["plans"]
    yield (
        f"{len(plans)} plans within {told['tolerance']:.2%} of the best that is known, "
        "as different as were found:"
    )
    for number, plan in enumerate(plans[1:], 2):
        opened, closed = sites_words(plan["opens"], names), sites_words(plan["closes"], names)
        yield f"  plan {number}: {plan['excess']:+.2%}; opens {opened}; closes {closed}"
    shared = [entry for entry in told["sites"] if entry["in_all"]]
    chosen = [entry for entry in shared if not entry["by_the_rules"]]
    proved = [entry for entry in chosen if entry["proved"]]
    kept = len(shared) - len(chosen)
    yield f"In all of them, start there: {sites_words([e['site'] for e in chosen], names, 99)}"
    if kept:
        yield f"  and {kept} that the rules ask for."
    if proved:
        sites = sites_words([entry["site"] for entry in proved], names, 99)
        yield f"  Proved for every plan within the tolerance: {sites}"
    some = [entry for entry in told["sites"] if not entry["in_all"]]
    for entry in some:
        yield f"  in {entry['plans']} of {len(plans)}: {names.get(entry['site'], entry['site'])}"


def worth_lines(told: Sequence[Mapping[str, Any]], unit: str, currency: str) -> Iterator[str]:
    """What each step of a limit is worth."""
    if not told:
        yield "The rules set no limit on money, branches or duplicates."
    for entry in told:
        money = entry["limit"] in MONEY
        now, then = f"{entry['now']:,}", f"{entry['then']:,}"
        figures = f"{currency} {then} instead of {now}" if money else f"{then} instead of {now}"
        words = price_words(entry, unit)
        yield f"{LIMITS[entry['limit']]}, {figures}: {words}."


def _what(told: Mapping[str, Any], names: Mapping[str, str]) -> str:
    site = names.get(told["site"], told["site"])
    return site if told["service"] is None else f"{told['service']} at {site}"


def sites_words(sites: Sequence[str], names: Mapping[str, str], most: int = LISTED) -> str:
    """The names of some sites, and how many more there are."""
    if not sites:
        return "nothing"
    listed = [names.get(site, site) for site in sites[:most]]
    more = f" and {len(sites) - most} more" if len(sites) > most else ""
    return ", ".join(listed) + more
