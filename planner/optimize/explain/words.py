"""What each rule of a clash asks for, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from planner.optimize.explain import repairs, repairs_sites, repairs_standards
from planner.optimize.explain.arithmetic import floor_of, out_of_reach
from planner.optimize.explain.case import Case, of_standards
from planner.optimize.explain.groups import DIVISIONS, division_of, service_of
from planner.optimize.explain.helping import Help
from planner.optimize.explain.phrases import money, names, percent
from planner.optimize.sets import model_sets
from planner.problem import Standard

Words = tuple[str, Help]  # what is asked for, and what would help


def words_of(case: Case, group: str) -> Words:
    """A group of rules in words, with the least change of it that helps."""
    if of_standards(group):
        return _standard_words(case, group)
    if any(group.startswith(before) for before in DIVISIONS):
        return _division_words(case, group)
    return _WORDS[group](case)


def _count_words(case: Case) -> Words:
    rules = case.problem.rules
    parts = []
    if rules.branches_min is not None and rules.branches_min == rules.branches_max:
        parts.append(f"exactly {rules.branches_min}")
    else:
        parts += [f"at least {rules.branches_min}"] if rules.branches_min else []
        parts += [f"at most {rules.branches_max}"] if rules.branches_max is not None else []
    parts += [f"at most {rules.new_max} new"] if rules.new_max is not None else []
    return f"Number of branches: {', '.join(parts)}.", repairs.count(case)


def _annual_words(case: Case) -> Words:
    text = f"At most {_money(case, case.problem.rules.annual_max_kes)} a year."
    return text, repairs.budget(case, "rules.annual_kes", "annual")


def _capital_words(case: Case) -> Words:
    text = f"At most {_money(case, case.problem.rules.capital_max_kes)} of capital."
    return text, repairs.budget(case, "rules.capital_kes", "capital")


def _money(case: Case, amount: int | None) -> str:
    return money(amount or 0, case.problem.currency)


def _division_words(case: Case, group: str) -> Words:
    key, division = division_of(case.problem, group)
    limit = getattr(case.problem.rules, key)[division]
    when = "a year" if key == "division_annual_max_kes" else "of capital"
    text = f"At most {_money(case, limit)} {when} for {case.problem.division_ids[division]}."
    return text, repairs.budget(case, group, group)


def _floor_words(case: Case) -> Words:
    problem, rules = case.problem, case.problem.rules
    parts = [f"at least {rules.floor_branches} in every area"] if rules.floor_branches else []
    parts += [
        f"at least {least} in {case.area(c)}"
        for c, least in sorted((rules.floor_areas or {}).items())
        if least != rules.floor_branches
    ]
    parts += [
        f"at least {least} with {problem.service_ids[s]} in every area"
        for s, least in sorted((rules.floor_services or {}).items())
        if least
    ]
    text = f"Branches: {' and '.join(parts)}."
    if case.areas:
        text += f" Where this clashes already: {names([case.area(c) for c in case.areas])}."
    usable = model_sets(problem).most_open
    few = {c: int((usable & (problem.site_area == c)).sum()) for c in case.areas}
    short = {c: count for c, count in few.items() if count < floor_of(problem, c)}
    return text, repairs.floor(case, short)


def _capacity_words(case: Case) -> Words:
    text = "No branch may be asked for more than it can serve (rules.capacity = hard)."
    return text, repairs.capacity(case)


def _assignment_words(case: Case) -> Words:
    text = "All visits of a demand point and kind go to one branch (rules.assignment = single)."
    return text, repairs.assignment(case)


def _standard_words(case: Case, group: str) -> Words:
    service = service_of(case.problem, group)
    own = [s for s in case.problem.rules.standards if s.service == service and s.is_hard]
    cause = case.standards_in_clash(service)
    text = f"{'; '.join(_standards(case, own))}."
    areas = [each.area for each in cause if each.area is not None]
    if areas and len(cause) < len(own) and not any(out_of_reach(case.clash, cause)):
        text += f" Where this clashes already: {names([case.area(c) for c in areas])}."
    return text, repairs_standards.standard(case, group, cause)


def _standards(case: Case, own: Sequence[Standard]) -> Iterator[str]:
    """Standards in words; those of areas with the same figures in one."""
    alike: dict[tuple[float, float], list[int | None]] = {}
    for each in own:
        alike.setdefault((each.share, each.within_min), []).append(each.area)
    for (share, minutes), places in alike.items():
        areas = [c for c in places if c is not None]
        where = []
        if len(areas) < len(places):
            where.append("")
        if areas:
            all_of_them = len(areas) == len(case.problem.area_codes)
            told = "every area" if all_of_them else names([case.area(c) for c in areas])
            where.append(f" in {told}")
        service = case.problem.service_ids[own[0].service]
        for place in where:
            yield (
                f"At least {percent(share)} of the {service} visits{place} within {minutes:g} min"
            )


def _duplicate_words(case: Case) -> Words:
    problem, rules = case.problem, case.problem.rules
    parts = []
    for measure, unit in (
        (problem.separation_km, "km by road"),
        (problem.separation_min, "min"),
    ):
        stated = measure[measure >= 0]
        if stated.size:
            low, high = stated.min(), stated.max()
            parts.append(
                f"{low:g} {unit}" if low == high else f"{low:g} to {high:g} {unit}, by service"
            )
    distance = " or ".join(parts) or "0 km"
    if rules.duplicates == "forbid":
        text = f"No service at two branches within {distance}."
    else:
        most = rules.duplicates_max
        text = f"At most {most} duplicates: the same service within {distance}."
    return text, repairs_sites.duplicates(case)


def _site_words(case: Case) -> Words:
    problem, rules = case.problem, case.problem.rules
    ids, services = problem.site_ids, problem.service_ids
    told: Mapping[str, list[str]] = {
        "Sites that must be open": [ids[j] for j in sorted(rules.locked_open)],
        "Sites that must stay closed": [ids[j] for j in sorted(rules.locked_closed)],
        "What must be offered": [
            f"{services[s]} at {ids[j]}" for j, s in sorted(rules.locked_offered)
        ],
        "What must not be offered": [
            f"{services[s]} at {ids[j]}" for j, s in sorted(rules.locked_withheld)
        ],
        "Sites whose format is set": [ids[j] for j in sorted(rules.locked_format or {})],
    }
    parts = [f"{what}: {names(which)}" for what, which in told.items() if which]
    return f"{'. '.join(parts)}.", repairs_sites.locks(case)


def _mix_words(case: Case) -> Words:
    text = "Every branch offers exactly what is listed for it; other sites cannot open."
    return text, repairs_sites.mix(case)


def _existing_words(case: Case) -> Words:
    many = int(case.problem.existing.sum())
    kept = "and their services " if case.problem.rules.existing == "keep" else ""
    text = f"Today's {many} branches {kept}are kept."
    cause = case.kept_in_clash()
    if len(cause) < many:
        text += f" Where this clashes already: {names([case.problem.site_ids[j] for j in cause])}."
    return text, repairs_sites.existing(case, cause)


_WORDS: Mapping[str, Callable[[Case], Words]] = {
    "rules.branches": _count_words,
    "rules.capital_kes": _capital_words,
    "rules.annual_kes": _annual_words,
    "rules.branches_per_area": _floor_words,
    "rules.capacity": _capacity_words,
    "rules.assignment": _assignment_words,
    "duplicates.rule": _duplicate_words,
    "sites": _site_words,
    "rules.mix": _mix_words,
    "rules.existing": _existing_words,
}
