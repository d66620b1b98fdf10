"""What the command line calls the figures of a comparison, and its warnings, in English."""

from __future__ import annotations

from collections.abc import Mapping

from planner.compare.types import Comparison, Figure, KpiRow, Member, Remark
from planner.percent import percent_up

LETTERS = "ABCDEF"
OF_DUPLICATES = "duplicates."  # how keys of figures begin that hang on a separation
KPIS: Mapping[str, str] = {
    "mean_min": "Minutes a visit, one way",
    "worst_tenth_min": "Minutes in the worst-served tenth",
    "mean_km": "Km a visit, one way",
    "within_standard": "Visits within the standard",
    "unserved_visits_per_year": "Visits without a branch, a year",
    "branches": "Branches",
    "offerings": "Services, summed over branches",
    "areas_without_branch": "Areas without a branch",
    "duplicates.unnecessary": "Duplicates not needed by load",
    "duplicates.justified": "Duplicates justified by load",
    "duplicates.pairs": "Duplicates in all",
    "annual_kes": "Yearly cost",
    "capital_kes": "Capital",
    "overloaded_branches": "Branches above their capacity",
    "shortfall_visits_per_year": "Visits by which soft rules are missed",
    "visits_per_year": "Visits a year",
    "objective": "Objective",
}
FACTS: Mapping[str, str] = {
    "version": "Version of the planner",
    "solver": "Solver",
    "seed": "Seed",
    "gap": "Gap asked for",
    "time_limit_s": "Time limit, seconds",
    "threads": "Threads",
}
REMARKS_SAID: Mapping[str, str] = {
    "packs_differ": "{who} {is_are} of another pack ({packs}): figures stand side by side and are "
    "not subtracted.",
    "pack_edited": "The pack of {who} was edited between the runs, so figures may differ from "
    "{base}'s for that reason alone.",
    "demand_differs": "{who} {has_have} other visits than {base}: differences come of demand too.",
    "travel_differs": "{who} {has_have} other travel times than {base}: differences come of how "
    "travel is measured too.",
    "points_differ": "{who} {has_have} other demand points than {base}: people are not compared.",
    "objectives_differ": "{who} and {base} make something else small ({units}), so the objectives "
    "are not subtracted.",
    "prices_differ": "{who} and {base} put another price on duplicates, which is part of the "
    "objective.",
    "duplicates_counted_otherwise": "{who} {counts} other pairs as duplicates than {base} "
    "(separations, or whether load justifies them), so duplicates are not subtracted.",
    "no_plan_infeasible": "{who} {has_have} no plan: its rules cannot hold together.",
    "no_plan_unknown": "{who} {has_have} no plan: none was found in the time given.",
    "no_branch_today": "{who} {has_have} no branch today.",
    "same_run": "{who} are the same run: nothing differs between them.",
    "not_told": "{who} does not tell: {missing} (a run of an older version, or without a plan).",
}


def who(members: tuple[int, ...]) -> str:
    """Members by their letters: `B`, `B and C`, `B, C and D`."""
    letters = [LETTERS[n] for n in members]
    return " and ".join([", ".join(letters[:-1]), letters[-1]] if len(letters) > 1 else letters)


def remark_said(remark: Remark, base: int) -> str:
    """A warning as a sentence."""
    several = len(remark.members) > 1
    blanks = {
        key: ", ".join(value) if isinstance(value, tuple) else value
        for key, value in remark.values.items()
    }
    return REMARKS_SAID[remark.key].format(
        **blanks,
        who=who(remark.members),
        base=LETTERS[base],
        is_are="are" if several else "is",
        has_have="have" if several else "has",
        counts="count" if several else "counts",
    )


def one_separation(members: tuple[Member, ...]) -> bool:
    """Whether the duplicates of all are counted by one separation; else each figure says its."""
    return len({each.duplicates_within for each in members}) == 1


def kpi_label(row: KpiRow, members: tuple[Member, ...]) -> str:
    """What a row is called, with its unit where the words do not have it."""
    label = KPIS[row.key]
    if row.key.startswith(OF_DUPLICATES):
        return f"{label}, {members[0].duplicates_within}" if one_separation(members) else label
    if row.unit == "money":
        units = dict.fromkeys(each.currency for each in members if each.currency)
    elif row.unit == "objective":
        units = dict.fromkeys(each.objective_unit for each in members if each.objective_unit)
    else:
        return label
    return f"{label}, {' or '.join(units)}" if units else label


def figure_said(value: Figure, unit: str, *, signed: bool = False) -> str:
    """A figure as it is read: minutes with one digit, shares in percent, money in full.

    A difference that would read as 0 keeps two digits of its own.
    """
    if value is None:
        return "-"
    sign = "+" if signed else ""
    if unit in ("share", "minutes", "km"):
        value = 100 * value if unit == "share" else value
        after = "" if unit != "share" else " points" if signed else " %"
        digits = ".2g" if signed and 0 < abs(value) < 0.05 else ",.1f"
        return f"{value:{sign}{digits}}{after}"
    return f"{value:{sign},.0f}"


def member_said(comparison: Comparison, n: int) -> str:
    """A member in a line: letter, name, status, when and by which version."""
    member = comparison.members[n]
    head = f"{LETTERS[n]}  {member.name}"
    if member.kind == "today":
        told = "today's network"
    else:
        gap = "" if member.gap is None else f", gap {percent_up(member.gap, 3)}%"
        told = f"{member.status}{gap}, {str(member.created)[:10]}, version {member.version}"
    base = "; the base" if n == comparison.base else ""
    return f"{head}: {told}{base}"
