"""How firm a plan is, in short sentences and small tables, from its plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from planner.insight.words import sites_words

HOW = {
    "always": "chosen always",
    "mostly": "mostly",
    "sometimes": "sometimes",
    "here": "only here",
}
FAMILIES = {
    "given": "the plan",
    "ties": "near ties",
    "figures": "figures low and high",
    "lost": "without a branch",
    "lost_today": "without a branch of today",
}
PLANS_LISTED = 8


def robust_lines(told: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    """Everything that was found, part by part."""
    yield from sites_lines(told, names)
    yield from loss_lines(told, names)
    yield from shock_lines(told, names)
    yield from regret_lines(told, names)
    yield from left_out_lines(told, names)


def sites_lines(told: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    """How often each site is chosen."""
    plans = told["plans"]
    parts = [f"{plans[key]} {words}" for key, words in FAMILIES.items() if plans.get(key)]
    yield f"How often a site is chosen, over {plans['all']} plans ({', '.join(parts)}):"
    forced = [site for site in told["sites"] if site["by_the_rules"]]
    if forced:
        yield f"  {len(forced)} branches are asked for by the rules."
    for site in told["sites"]:
        if site["by_the_rules"]:
            continue
        mark = "*" if site["in_plan"] else " "
        often = f"{HOW[site['how']]}, {site['plans']} of {site['of']}"
        families = "; ".join(
            f"{FAMILIES[family]} {count['plans']}/{count['of']}"
            for family, count in site["families"].items()
            if family != "given" and count["of"]
        )
        yield f"  {mark} {names.get(site['site'], site['site'])}: {often} ({families})"
    yield "  * in the plan; a plan that had to do without a site does not count for it"


def loss_lines(told: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    """The best plan without each branch."""
    if not told["losses"]:
        return
    now = told["mean_min"]
    yield f"Without a branch, everything else chosen anew (now {now:.1f} min a visit):"
    for loss in told["losses"]:
        name = names.get(loss["site"], loss["site"])
        today = " (a branch of today)" if loss["is_existing"] else ""
        if loss["mean_min"] is None:
            why = "no plan is possible: proved" if loss["status"] == "infeasible" else "none found"
            yield f"  {name}{today}: {why}"
            continue
        unsure = "" if loss["is_sure"] else "; cut short by time"
        opens, closes = sites_words(loss["opens"], names), sites_words(loss["closes"], names)
        yield (
            f"  {name}{today}: {loss['mean_min']:.1f} min a visit; opens {opens}; "
            f"closes {closes}{unsure}"
        )


def shock_lines(told: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    """What the loss of each branch means tomorrow."""
    yield "If a branch closes tomorrow and nothing is built in its place, worst first:"
    for shock in sorted_shocks(told["shocks"]):
        extra = shock["extra_min_per_visit"]
        text = f"  {names.get(shock['site'], shock['site'])}: "
        text += f"{shock['visits_per_year']:,.0f} visits a year"
        if extra is not None:
            text += f", {extra:,.0f} min more one way"
        if shock["worst_area"] is not None:
            area = shock["worst_area_name"]
            text += f"; {area} {shock['worst_area_extra_min']:,.1f} min more on the mean"
        if shock["stranded_visits_per_year"]:
            text += f"; {shock['stranded_visits_per_year']:,.0f} visits find no branch"
        if shock["services_lost"]:
            text += f"; nobody offers {', '.join(shock['services_lost'])} any more"
        if shock["overrun_visits_per_year"] > 0:
            text += f"; {shock['overrun_visits_per_year']:,.0f} visits find no room elsewhere"
        goes = ", ".join(f"{each['name']} {each['share']:.0%}" for each in shock["goes_to"][:3])
        yield f"{text}; to {goes}" if goes else text


def sorted_shocks(shocks: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that strand most visits first, then those that cost most travel."""
    return sorted(
        shocks,
        key=lambda each: (-round(each["stranded_visits_per_year"], 6), -each["extra_min_per_year"]),
    )


def regret_lines(told: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    """Which plan is safest, and by how much."""
    regret = told["regret"]
    if regret is None:
        return
    unit, visits = told["unit"], max(1.0, regret["visits_per_year"])
    plans, futures = regret["plans"], {each["key"]: each for each in regret["futures"]}
    yield (
        f"Regret of {len(plans)} plans in {len(futures)} futures "
        "(worse than the best known there, at least; at most by proof):"
    )
    for at in regret["order"][:PLANS_LISTED]:
        plan = plans[at]
        future = future_words(futures[plan["worst_future"]], names)
        mean = "" if plan["mean"] is None else f"; mean {plan['mean'] / visits:.2f} a visit"
        size = regret_words(plan["largest"], unit, visits)
        yield f"  {plan_words(plan, names)}: {size}, if {future}{mean}"
    if len(plans) > PLANS_LISTED:
        yield f"  and {len(plans) - PLANS_LISTED} more"
    safest = plans[regret["safest"]]
    says = {
        "same": "The plan itself is the safest of them: no other has a smaller largest regret.",
        "safer": f"Safer than the plan: {plan_words(safest, names)}.",
        "no_worse": f"As safe at its worst, and less regret on the mean: "
        f"{plan_words(safest, names)}.",
        "none": "None of them is safe: each breaks a rule in some future where another keeps it.",
    }
    yield says[regret["says"]]


def regret_words(cell: Mapping[str, Any], unit: str, visits: float) -> str:
    """A regret with its unit: at least, and at most where that is proved."""
    if cell["breaks_more"]:
        return "cannot keep the rules"
    if cell["missed_more"] > 0:
        return f"{cell['missed_more']:,.0f} more visits miss the rules"
    low = f"{cell['low'] / visits:.2f}"
    most = "" if cell["high"] is None else f", at most {cell['high'] / visits:.2f}"
    return f"at least {low}{most} {unit} a visit"


def plan_words(plan: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """A plan by where it comes from, and by how it differs from the given one."""
    where = where_words(plan["where"], names)
    if plan["is_given"]:
        return where
    opens, closes = sites_words(plan["opens"], names), sites_words(plan["closes"], names)
    if not plan["opens"] and not plan["closes"]:
        return f"{where} (the same sites, other services)"
    return f"{where} (opens {opens}; closes {closes})"


def where_words(where: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Where a plan comes from."""
    kind = where["kind"]
    if kind == "tie":
        return f"near tie {where['number']}"
    if kind == "run":
        return f"run {where['run']}"
    if kind in ("low", "high"):
        return f"best if {future_words(where, names)}"
    if kind == "lost":
        return f"best without {names.get(where['site'], where['site'])}"
    return "the plan" if kind == "given" else "all figures as they stand"


def future_words(future: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """A future as a condition."""
    if future["kind"] == "as_is":
        return "all figures are as they stand"
    if future["kind"] == "lost":
        return f"{names.get(future['site'], future['site'])} is lost"
    return f"{future['label']} is {future['value']:g} {future['unit']}".rstrip()


def left_out_lines(told: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    """What time did not suffice for."""
    left = told["left_out"]
    ends = [f"{each['label']} {each['end']}" for each in left["ends"]]
    if ends:
        yield f"Left out for time: {'; '.join(ends)}."
    if left["sites"]:
        yield f"Left out for time: the plan without {sites_words(left['sites'], names, 99)}."
    if left["futures"]:
        futures = "; ".join(future_words(each, names) for each in left["futures"])
        yield f"Left out of the regret for time: {futures}."
    if left["unsure"]:
        cut = "; ".join(where_words(each, names) for each in left["unsure"])
        yield f"Cut short too far from what is possible, so not counted: {cut}."
