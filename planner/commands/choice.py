"""Commands about the choice of branch: who would really come, and does the model tie out."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from planner.commands.asking import ask, solving_options
from planner.commands.options import Add, json_flag, percentage, print_json
from planner.errors import EXIT_DONE, PlannerError
from planner.pack import find_pack, read_pack
from planner.scenario import Scenario, build
from planner.terminal import say, sure

if TYPE_CHECKING:
    from planner.questions import Asked
    from planner.travel import TravelTold

_RULES = ("assigned", "nearest", "huff")
_WORDS = {
    "assigned": "As the plan assigns",
    "nearest": "Everybody at the nearest branch",
    "huff": "By distance and attraction",
}


def add_commands(add: Add) -> None:
    """Adds tieout and choice."""
    tieout = add("tieout", _tieout, "the model held against what branches were counted to do")
    tieout.add_argument("pack", help="a built-in pack (immigration) or a folder")
    tieout.add_argument(
        "--tolerance", type=percentage, default=0.05, metavar="T",
        help="share of visits that may be at another branch than recorded: 5%% or 0.05 (5%%)",
    )  # fmt: skip
    tieout.add_argument("--fit", action="store_true", help="refit decay and attraction as well")
    json_flag(tieout)

    choice = add("choice", _choice, "who would really come to each branch, and the queues there")
    choice.add_argument("subject", metavar="RUN_OR_SCENARIO")
    choice.add_argument("--rule", choices=_RULES, help="left out: all three, side by side")
    choice.add_argument(
        "--knowledge", type=percentage, default=1.0, metavar="K",
        help="share of the people that knows the new branches, 40%% or 0.4 (all)",
    )  # fmt: skip
    solving_options(choice)


# -- the tie-out ---------------------------------------------------------------------------


def _tieout(args: argparse.Namespace) -> int:
    from planner.evaluate.choice_told import tie_out_told  # noqa: PLC0415 - not all commands
    from planner.evaluate.tieout import tie_outs  # noqa: PLC0415

    pack = read_pack(find_pack(args.pack))
    problem = build(pack, Scenario(name=pack.name, pack=pack.id))
    found = tie_outs(pack, problem, tolerance=args.tolerance, fit=args.fit)
    told = [tie_out_told(pack, problem, each) for each in found]
    if args.json:
        print_json({"pack": pack.id, "tie_outs": told})
    else:
        for each in told:
            for line in _tie_out_lines(each):
                print(line)
    if not told:
        say(
            "This pack says nothing of what branches were counted to do: name a table of counts "
            "under [station_counts] in pack.toml."
        )
    return EXIT_DONE


def _tie_out_lines(told: dict[str, Any]) -> Iterator[str]:
    from planner.evaluate.choice_told import tie_out_sentence  # noqa: PLC0415

    yield tie_out_sentence(told)
    rules = [rule["rule"] for rule in told["rules"]]
    yield f"  {'branch':<28}{'counted':>9}{'share':>8}" + "".join(f"{r:>16}" for r in rules)
    for branch in told["branches"]:
        models = "".join(
            f"{branch[rule]:>8.1%} {100 * (branch[rule] - branch['share']):>+6.1f}" + " "
            for rule in rules
        )
        head = f"  {branch['name'][:27]:<28}{branch['count']:>9,.0f}{branch['share']:>8.1%}"
        yield f"{head} {models}".rstrip()
    missed = "".join(f"{rule['missed']:>15.1%} " for rule in told["rules"])
    yield f"  {'at another branch':<45} {missed}".rstrip()
    fit = told["fit"]
    if fit is None:
        return
    own = ", ".join(f"{site} {value:.2f}" for site, value in fit["attraction"].items())
    yield (
        f"  fitted: decay {fit['decay_per_km']:.4f} per road km"
        + (f"; attraction {own} (others 1)" if own else "")
    )
    yield (
        f"  {fit['free_values']} free values on {fit['counts']} counts of one occasion: "
        "a first guess, not a measurement"
    )
    if fit["at_limit"]:
        yield "  a value ran into the limits of the search: these counts do not tell it"
    if fit["left_out_largest_miss"] is not None:
        yield (
            "  each branch told by a fit without its count: off by "
            f"{100 * fit['left_out_mean_miss']:.1f} points on average, "
            f"{100 * fit['left_out_largest_miss']:.1f} at most"
        )


# -- who comes -----------------------------------------------------------------------------


def _choice(args: argparse.Namespace) -> int:
    def told(asked: Asked, _effort: object) -> tuple[Any, list[str]]:
        return _coming(asked, args.rule, args.knowledge)

    return ask(args, told)


def _coming(asked: Asked, rule: str | None, knowledge: float) -> tuple[Any, list[str]]:
    """Plain values and lines, for one rule or for all that the pack has figures for."""
    from planner.evaluate.choice import RULES, who_comes  # noqa: PLC0415
    from planner.evaluate.choice_told import coming_told  # noqa: PLC0415
    from planner.evaluate.queues import branch_queues  # noqa: PLC0415

    pack, problem, plan = asked.pack, asked.report.problem, asked.report.plan
    if plan is None:
        raise PlannerError("There is no plan to ask about.")
    choice, opening = pack.customers.choice, pack.customers.opening
    found = []
    for each in RULES:
        if (rule is None and (each != "huff" or choice is not None)) or rule == each:
            coming = who_comes(problem, plan, each, choice=choice, knowledge=knowledge)
            minutes = pack.counter_minutes_per_year.value
            queues = branch_queues(problem, plan, coming, opening, minutes)
            found.append(coming_told(pack, problem, plan, coming, queues))
    told = {"name": asked.scenario.name, "pack": pack.id, "rules": found}
    lines = [line for each in found for line in _coming_lines(each, problem.travel)]
    if rule is None and choice is None:
        lines.append("By distance and attraction: the pack has no [choice] in customers.toml.")
    return told, lines


def _coming_lines(told: dict[str, Any], travel: TravelTold | None) -> Iterator[str]:
    knows = "" if told["knowledge"] == 1 else f"; {told['knowledge']:.0%} know the new branches"
    yield f"{_WORDS[told['rule']]}{knows}:"
    if told["mean_min"] is not None:
        minutes = sure(f"{told['mean_min']:.1f} min", travel)
        km = sure(f"{told['mean_km']:.1f} km", travel)
        yield (
            f"  {minutes} and {km} a visit one way; "
            f"{told['within_standard']:.1%} within the standard; "
            f"{told['elsewhere_than_planned']:.1%} at another branch than planned"
        )
    if told["unserved_visits_per_year"]:
        yield f"  {told['unserved_visits_per_year']:,.0f} visits a year have no branch to go to"
    yield (
        f"  at the peak hour {told['branches_overflowing']} of {len(told['branches'])} branches "
        f"overflow, by {told['overflow_per_peak_hour']:,.0f} visits an hour; "
        f"{told['counters_missing']} counters missing of {told['counters_needed']} needed "
        f"({told['counters']} there)"
    )
    unknown = told["branches_of_unknown_use"]
    yield (
        f"  idle: {told['idle_branches']} of the branches"
        + (f" (of {unknown} it is not known)" if unknown else "")
        + f", {told['idle_desks']} of the desks"
    )
    for branch in told["branches"]:
        yield f"  {'*' if branch['new'] else ' '} {_branch_words(branch)}"


def _branch_words(branch: dict[str, Any]) -> str:
    known = {"given": "", "derived": " by its capacity", "needed": ", as many as needed"}
    wait = branch["wait_min"]
    queue = (
        f"overflows by {branch['overflow_per_peak_hour']:.0f} an hour"
        if branch["overflows"]
        else "wait not known"
        if wait is None
        else f"wait {wait:.0f} min"
        if wait >= 1
        else "wait under 1 min"
    )
    idle = [desk["service"] for desk in branch["desks"] if desk["idle"]]
    text = f"{branch['name']} [{branch['site']}]: {branch['visits_per_year']:,.0f} visits a year"
    there = f"{branch['counters']} counters{known[branch['counters_are']]}"
    if branch["counters"] is None:
        text += ", counters and wait not known"
    elif branch["counters_needed"] is None:
        text += f", {there}, {queue}"
    else:
        text += f", {branch['peak_arrivals_per_hour']:.0f} at the peak hour, {there}, {queue}"
        text += f", {branch['counters_needed']} needed"
    if branch["idle"] is None:
        text += "; whether it is idle is not known"
    elif branch["idle"]:
        text += "; idle"
    elif idle:
        text += f"; idle desks: {', '.join(idle)}"
    if branch["visits_of_unknown_minutes"]:
        unknown = ", ".join(branch["services_of_unknown_minutes"])
        text += f"; without {branch['visits_of_unknown_minutes']:,.0f} visits whose counter "
        text += f"minutes are not given ({unknown})"
    return text
