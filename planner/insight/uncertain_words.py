"""Uncertainty in short sentences, from its plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from planner.insight.uncertain import Measure
from planner.insight.uncertain_told import SOFT_MARKS
from planner.percent import percent_down

MEASURED: Mapping[Measure, str] = {
    "mean_min": "mean travel",
    "objective": "the objective",
    "saved_min": "travel saved against today",
    "within_standard": "visits within the standard",
    "kes_per_hour_saved": "yearly cost of an hour saved",
}
VERDICTS = {
    "same": "the same sites",
    "services": "the same sites, but other services or formats",
    "tie": "other sites that are no better within the gap: a tie",
    "change": "other sites",
    "broken": "the plan cannot keep the rules",
    "impossible": "no plan can keep the rules",
    "unknown": "no plan was found in the time given",
}
_TOP = 3
_LISTED = 12


def said(measure: Measure, value: float | None, unit: str, currency: str) -> str:
    """A value of a measure with its unit."""
    if value is None:
        return "no data"
    texts: Mapping[Measure, str] = {
        "mean_min": f"{value:,.1f} min",
        "objective": f"{value:,.0f} {unit} a year",
        "saved_min": f"{value / 60:,.0f} hours a year",
        "within_standard": f"{value:.1%}",
        "kes_per_hour_saved": f"{currency} {value:,.0f}",
    }
    return texts[measure]


def tornado_lines(told: Mapping[str, Any], unit: str, currency: str) -> Iterator[str]:
    """Which figures matter most, what they would change, and what to measure first."""
    measure: Measure = told["measure"]

    def text(outcome: Mapping[str, Any]) -> str:
        return said(measure, outcome[measure], unit, currency)

    moving = [entry for entry in told["figures"] if entry["swing"] > 0]
    yield (
        f"{len(moving)} uncertain figures move {MEASURED[measure]}, now {text(told['now'])}. "
        "Each at its low and high end, all others as they are:"
    )
    for entry in moving[:_LISTED]:
        yield (
            f"  {entry['label']} {_figure(entry)}: "
            f"{text(entry['at_low'])} to {text(entry['at_high'])} [{entry['confidence']}]"
        )
        broken = [end for end in ("low", "high") if not entry[f"at_{end}"]["keeps_rules"]]
        if broken and told["now"]["keeps_rules"]:
            yield f"    the plan no longer keeps the rules at its {' and '.join(broken)} end"
    if len(moving) > _LISTED:
        yield f"  and {len(moving) - _LISTED} that move it less."
    if told["left_out"]:
        yield f"Time did not suffice for {len(told['left_out'])} figures (--time-limit)."
    if not moving:
        if not told["left_out"]:
            yield "  No figure behind this question is given with a range that moves it."
        return
    top = ", ".join(entry["label"] for entry in moving[:_TOP])
    yield f"What matters most: {top}."
    soft = [entry for entry in moving if entry["confidence"] in SOFT_MARKS]
    if soft:
        yield (
            f"Measure first: {soft[0]['label']}. Of the figures that nobody has counted yet, it "
            f"moves {MEASURED[measure]} the most."
        )
    if told["without_effect"]:
        yield f"{len(told['without_effect'])} other figures change nothing in this question."


def samples_lines(
    told: Mapping[str, Any], label: Mapping[str, str], measure: Measure, unit: str, currency: str
) -> Iterator[str]:
    """All figures at once: bands, shares of the draws, and what the measure follows."""
    if not told["draws"]:
        yield "Time did not suffice for a single draw of all figures at once (--time-limit)."
        return
    fewer = "" if told["draws"] == told["asked"] else f" of {told['asked']} asked for (time)"
    yield (
        f"All of them at once, {told['draws']} draws{fewer}: 10 % of them lie below the first "
        "figure, half below the second, 90 % below the third."
    )
    for name, words in MEASURED.items():
        band = told["bands"][name]
        if band is not None:
            ends = [said(name, band[p], unit, currency) for p in ("p10", "median", "p90")]
            yield f"  {words}: {ends[0]} | {ends[1]} | {ends[2]}"
    if told["better_than_today"] is not None:
        yield f"Less travel than today in {told['better_than_today']:.0%} of the draws."
    if told["keeps_rules"] is not None:
        yield f"Every rule is kept in {told['keeps_rules']:.0%} of them."
    clear = [e for e in told["follows"] if abs(e["rank_correlation"]) > told["noise"]]
    if clear:
        listed = (f"{label[e['key']]} ({e['rank_correlation']:+.2f})" for e in clear[:_TOP])
        yield f"{MEASURED[measure].capitalize()} follows {', '.join(listed)} (rank correlation)."


def resolved_lines(
    told: Mapping[str, Any], label: Mapping[str, str], names: Mapping[str, str], unit: str
) -> Iterator[str]:
    """Which figures would change the sites, and which sites stay whatever they are."""
    yield f"Solved again at {len(told['solved'])} ends of figures; the best plan there has"
    same = 0
    for entry in told["solved"]:
        if entry["verdict"] == "same":
            same += 1
            continue
        exchange = ""
        if entry["opens"] or entry["closes"]:
            exchange = f"; {_listed(entry['opens'], names)} for {_listed(entry['closes'], names)}"
        words = f"{VERDICTS[entry['verdict']]}{exchange}{_regret(entry, unit)}"
        yield f"  {label[entry['key']]} at {entry['value']:,g}: {words}"
    yield f"  and at the other {same}: {VERDICTS['same']}."
    if told["left_out"]:
        yield f"Time did not suffice for {told['left_out']} more ends (--time-limit)."
    robust = _listed(told["robust"], names)
    yield f"Chosen in all {told['answers']} answers, without the rules asking for it: {robust}"
    count = {entry["site"]: entry["answers"] for entry in told["sites"]}
    for site in sorted(told["swing"], key=lambda site: -count[site]):
        yield f"  in {count[site]} of {told['answers']}: {names.get(site, site)}"


def _regret(entry: Mapping[str, Any], unit: str) -> str:
    if entry["shortfall_more"] > 0:
        return f"; keeping the plan misses soft rules by {entry['shortfall_more']:,.0f} visits more"
    low, high = entry["regret_low"], entry["regret_high"]
    if low is None or entry["verdict"] == "broken":
        return ""
    if low == 0:
        return "" if high is None else f"; keeping the plan costs at most {high:,.0f} {unit} a year"
    most = "" if high is None else f" to {high:,.0f}"
    kept = entry["kept_objective"]
    share = f" ({percent_down(low / kept, 2)}% or more)" if kept else ""
    return f"; keeping the plan costs {low:,.0f}{most} {unit} a year{share}"


def _figure(entry: Mapping[str, Any]) -> str:
    return f"{entry['low']:,g} to {entry['high']:,g} {entry['unit']} (now {entry['mode']:,g})"


def _listed(sites: Sequence[str], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(site, site) for site in sites) or "nothing"
