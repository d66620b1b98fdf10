"""Rules of a scenario and inputs of a problem in short English, by their keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from planner.compare.asked import Plain
from planner.scenario.change import key_parts
from planner.scenario.schema import DuplicatesSection

NO_RULE = "today's network: no rule"
OWN_SEPARATION = "within each service's own separation"

PARTS: Mapping[str, str] = {
    "point_ids": "the demand points",
    "site_ids": "the sites",
    "service_ids": "the services",
    "visit_type_ids": "the reasons to travel",
    "area_codes": "the areas",
    "point_area": "the areas of demand points",
    "site_area": "the areas of sites",
    "visits": "the visits a year",
    "needs": "what a visit needs at the branch",
    "does": "which services a visit is for",
    "minutes": "the travel times",
    "km": "the travel distances",
    "impedance": "what a trip counts in the objective",
    "site_km": "the distances between sites",
    "separation_km": "the separations in km",
    "near_km": "what counts as near, in km",
    "standard_min": "the standards of travel",
    "existing": "which branches are there today",
    "proposed": "which branches are proposed",
    "today": "the services listed at sites",
    "branch_annual_kes": "the yearly cost of branches",
    "offering_annual_kes": "the yearly cost of services",
    "capital_kes": "the capital of branches",
    "capacity_visits": "the capacity of branches",
    "rules": "the rules",
    "format_ids": "the formats",
    "format_allowed": "which formats sites may take",
    "format_services": "which services formats may offer",
    "today_format": "today's formats",
    "counters": "the counters",
    "counter_minutes_per_year": "how long counters are open",
    "service_counter_min": "the counter minutes of services",
    "offering_capital_kes": "the capital of services",
    "closing_kes": "the cost of closing a branch",
    "offering_closing_kes": "the cost of ending a service",
    "site_min": "the minutes between sites",
    "separation_min": "the separations in minutes",
    "near_min": "what counts as near, in minutes",
    "division_ids": "the divisions",
    "service_division": "the divisions of services",
}


def rule_said(key: str, value: Plain, currency: str) -> str:
    """A rule as a planner would say it: `At most 24 branches`; an unknown key as it is written.

    Args:
        key: Dotted, as in the scenario file.
        value: None where it is left out.
        currency: What the pack calls its money.
    """
    if key in _WHOLE:
        return _WHOLE[key](value, currency)
    parts = key_parts(key)
    for beginning, say in _NAMED.items():
        if parts[: len(beginning)] == list(beginning) and len(parts) == len(beginning) + 1:
            return say(parts[-1], value, currency)
    if len(parts) > 2 and parts[0] == "standards":
        return f"{parts[1]}: {_standard(parts[2:], value)}"
    return f"{key} not set" if value is None else f"{key} = {_shown(value)}"


def separation_said(own: DuplicatesSection) -> str:
    """Which separation makes two branches duplicates: `within 60 km`, or each service's own."""
    for unit in ("km", "min"):
        far, dense = getattr(own, f"separation_{unit}"), getattr(own, f"separation_dense_{unit}")
        if far is not None:
            near = "" if dense is None else f" ({_shown(dense)} {unit} in dense areas)"
            return f"within {_shown(far)} {unit}{near}"
    return OWN_SEPARATION


Say = Callable[[Plain, str], str]
SayNamed = Callable[[str, Plain, str], str]


def _shown(value: Plain) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return f"{value:,.12g}" if isinstance(value, int | float) else str(value)


def _percent(value: Plain) -> str:
    return f"{100 * value:.4g} %" if isinstance(value, int | float) else _shown(value)


def _money(value: Plain, currency: str) -> str:
    if not isinstance(value, int | float):
        return _shown(value)
    amount = f"{value / 1e6:,.6g} M" if abs(value) >= 1e6 else f"{value:,}"
    return f"{currency} {amount}".strip()


def _counted(value: Plain, one: str, many: str) -> str:
    return f"{_shown(value)} {one if value == 1 else many}"


def _branches(before: str, nothing: str, kind: str = "") -> Say:
    one, many = f"{kind}branch", f"{kind}branches"
    return lambda value, _: nothing if value is None else f"{before} {_counted(value, one, many)}"


def _budget(after: str, nothing: str) -> Say:
    return lambda value, currency: (
        nothing if value is None else f"{_money(value, currency)} {after} at most"
    )


def _choice(words: Mapping[Plain, str]) -> Say:
    return lambda value, _: words.get(value, _shown(value))


def _with(text: str, nothing: str) -> Say:
    return lambda value, _: nothing if value is None else text.format(_shown(value))


def _share(text: str) -> Say:
    return lambda value, _: text.format(_percent(value))


def _names(text: str, nothing: str) -> Say:
    return lambda value, _: text.format(_shown(value)) if value else nothing


def _standard(rest: list[str], value: Plain) -> str:
    last = rest[-1]
    if rest[0] == "areas" and len(rest) == 2:
        return f"no own share in {last}" if value is None else f"{_percent(value)} in {last}"
    if last == "share":
        return "no share asked" if value is None else f"{_percent(value)} within the standard"
    if last == "within_min":
        return "the service's own standard" if value is None else f"within {_shown(value)} minutes"
    if last == "mode":
        return {"hard": "must be kept", "soft": "may be missed"}.get(str(value), "no standard")
    if last == "scope":
        words = {"national": "over all areas together", "area": "in every area by itself"}
        return words.get(str(value), "no standard")
    return f"{'.'.join(rest)} = {_shown(value)}"


_WHOLE: Mapping[str, Say] = {
    "objective.minimize": _choice(
        {
            "travel_time": "Least travel time",
            "travel_distance": "Least travel distance",
            "travel_cost": "Least cost of travel",
            "total_cost": "Least cost of travel and branches together",
        }
    ),
    "objective.tail_share": _share("{} of the weight on those who travel longest"),
    "objective.tail_beta": _share("Those who travel longest: {} of the visits"),
    "rules.branches.min": _branches("At least", "No least number of branches"),
    "rules.branches.max": _branches("At most", "No most number of branches"),
    "rules.branches.exactly": _branches("Exactly", "No exact number of branches"),
    "rules.branches.new_max": _branches("At most", "Any number of new branches", "new "),
    "rules.capital_kes.max": _budget("of capital", "No limit on capital"),
    "rules.annual_kes.max": _budget("a year", "No limit on yearly cost"),
    "rules.existing": _choice(
        {
            "keep": "Today's branches stay with their services",
            "may_change": "Today's branches stay, their services may change",
            "may_close": "Today's branches may close",
        }
    ),
    "rules.mix": _choice(
        {"free": "Any services at any branch", "as_listed": "Services as listed for each site"}
    ),
    "rules.formats": lambda value, _: (
        "Formats as the pack lists them"
        if value is None
        else "No formats: every branch is plain"
        if value == "off"
        else f"Formats: {_shown(value)}"
    ),
    "rules.branches_per_area.min": _branches("In every area at least", "No floor in areas"),
    "rules.capacity": _choice(
        {
            "off": "Capacity limits nothing",
            "soft": "Capacity may be exceeded, as little as can be",
            "hard": "Capacity is kept",
        }
    ),
    "rules.counters": _choice(
        {"pooled": "Counters serve every service", "by_service": "Counters by service"}
    ),
    "rules.assignment": _choice(
        {
            "split": "People of a place may go to several branches",
            "single": "People of a place go to one branch",
        }
    ),
    "duplicates.rule": _choice(
        {
            "forbid": "No duplicates",
            "cap": "A limited number of duplicates",
            "price": "Duplicates have a price",
            "allow": "Duplicates are allowed",
        }
    ),
    "duplicates.max": _with("At most {} unnecessary duplicates", "No most number of duplicates"),
    "duplicates.price_min_per_visit": _with(
        "A duplicate weighs {} minutes for each visit", "No price of duplicates"
    ),
    "duplicates.separation_km": _with(
        "The same service within {} km is a duplicate", "The pack's own separations"
    ),
    "duplicates.separation_dense_km": _with(
        "In dense areas within {} km", "Dense areas as all others"
    ),
    "duplicates.separation_min": _with(
        "The same service within {} minutes is a duplicate", "The pack's own separations"
    ),
    "duplicates.separation_dense_min": _with(
        "In dense areas within {} minutes", "Dense areas as all others"
    ),
    "duplicates.justified_by_load": _choice(
        {True: "Load may justify a duplicate", False: "Load justifies no duplicate"}
    ),
    "demand.year": lambda value, _: (
        "Visits of the pack's year" if value is None else f"Visits of the year {value}"
    ),
    "demand.level": _choice(
        {
            "mode": "Visits as they most likely are",
            "low": "Visits at their low end",
            "high": "Visits at their high end",
        }
    ),
    "demand.records": _choice({True: "Recorded visits are used", False: "Records are not used"}),
    "demand.need_weights": _names("Visits weighted by {}", "All visits count alike"),
    "demand.choice": _choice(
        {
            "nearest": "Recorded visits came from nearby",
            "huff": "Recorded visits came from where people choose the branch",
        }
    ),
    "channels.online": _share("Online pulled to {}"),
    "channels.assisted": _share("Assisted points pulled to {}"),
    "channels.information": _share("Information pulled to {}"),
    "channels.minutes": lambda value, _: f"{_percent(value)} of the counter minutes are left",
    "channels.where": lambda value, _: (
        f"Other levers for some: {value}" if value else "The same levers everywhere"
    ),
    "sites.open": _names("Locked open: {}", "No site locked open"),
    "sites.closed": _names("Locked closed: {}", "No site locked closed"),
    "travel.model": _with("Travel by the {} model", "The pack's own travel model"),
    "travel.mode": _with("Travel by mode {}", "Door to door, no mode"),
    "travel.impedance": _with("The objective counts {}", "The objective counts what it says"),
    "phases": lambda value, _: f"Phases: {value}" if value else "No phases",
}
_NAMED: Mapping[tuple[str, ...], SayNamed] = {
    ("rules", "capital_kes", "divisions"): lambda name, value, currency: (
        f"{name}: no limit on capital"
        if value is None
        else f"{name}: {_money(value, currency)} of capital at most"
    ),
    ("rules", "annual_kes", "divisions"): lambda name, value, currency: (
        f"{name}: no limit on yearly cost"
        if value is None
        else f"{name}: {_money(value, currency)} a year at most"
    ),
    ("rules", "branches_per_area", "areas"): lambda name, value, _: (
        f"{name}: the floor of all areas"
        if value is None
        else f"{name}: at least {_counted(value, 'branch', 'branches')}"
    ),
    ("rules", "branches_per_area", "services"): lambda name, value, _: (
        f"{name}: no floor in areas"
        if value is None
        else f"{name}: in every area at {_counted(value, 'branch', 'branches')} or more"
    ),
    ("sites", "offer"): lambda name, value, _: (
        f"{name} must offer {_shown(value)}" if value else f"{name}: no service must be offered"
    ),
    ("sites", "withhold"): lambda name, value, _: (
        f"{name} must not offer {_shown(value)}" if value else f"{name}: no service is withheld"
    ),
    ("sites", "formats"): lambda name, value, _: (
        f"{name}: any format" if value is None else f"{name}: format {_shown(value)}"
    ),
}
