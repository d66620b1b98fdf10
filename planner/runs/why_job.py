"""The job that answers a question of a plan: why here or not, what ties, what a limit is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from planner.errors import PlannerError
from planner.insight import Effort, near_ties
from planner.insight.asked import site_told
from planner.insight.told import ties_told, unit_of, worth_told
from planner.insight.worth import MILLION, worth
from planner.pack.types import Pack
from planner.plan import SolveReport
from planner.runs.store import open_store
from planner.runs.store.types import StudyPoint
from planner.runs.study_keeping import FoundPlan, Whence, as_they_are, asked_plan, keep_all, named
from planner.runs.work import Kept, Work
from planner.scenario import Scenario
from planner.scenario.locks import with_service, with_site, without_service, without_site
from planner.solve import limits_of

Answer = tuple[dict[str, Any], list[FoundPlan]]
Ask = Callable[[SolveReport, Pack, Scenario, Mapping[str, Any], Effort], Answer]


def why_job(work: Work) -> Kept:
    """Answer one question of a plan, and keep the answer as a study, its plans as runs.

    Options: `ask` (site, ties or worth) and `run` (the id of a run in the store; the scenario is
    solved first without it). For `site`: `site` and perhaps `service`, by their ids. For `ties`:
    `tolerance`, `count`, `prove`. For `worth`: `money_step`. `time_limit_s` is of all solves
    together; the scenario's own when left out.

    Raises:
        PlannerError: There is no plan to ask about, no such question, or no such site or service.
    """
    options = work.spec.options
    ask = _ASKS.get(str(options.get("ask")))
    if ask is None:
        raise PlannerError(f"No question is {options.get('ask')!r}; expected {', '.join(_ASKS)}.")
    with open_store() as store:
        pack, scenario, report = asked_plan(work, store, str(options.get("run") or ""))
        limits = limits_of(scenario)
        seconds = float(options.get("time_limit_s") or limits.seconds)
        effort = Effort(replace(limits, seconds=seconds), 1, work.tell, work.should_stop)
        told, plans = ask(report, pack, scenario, options, effort)
        told = {"ask": options["ask"], "unit": unit_of(report.problem, pack.currency), **told}
        return keep_all(store, "why", plans, told, Whence.of(work, pack, scenario))


def _of_site(
    report: SolveReport,
    pack: Pack,
    scenario: Scenario,
    options: Mapping[str, Any],
    effort: Effort,
) -> Answer:
    problem = report.problem
    site, service = str(options["site"]), options.get("service")
    if site not in problem.site_ids or service not in (None, *problem.service_ids):
        raise PlannerError(f"The plan knows no site {site}, or no service {service} there.")
    j, s = problem.site_ids.index(site), None
    if service is not None:
        s = problem.service_ids.index(service)
    told, answer = site_told(report, pack, j, s, effort=effort)
    if told["in_plan"]:
        asked = (
            without_site(scenario, site)
            if service is None
            else without_service(scenario, site, service)
        )
        name = f"{scenario.name}: without {service or ''} {site}"
    else:
        asked = (
            with_site(scenario, site) if service is None else with_service(scenario, site, service)
        )
        name = f"{scenario.name}: with {service or ''} {site}"
    values = {"site": site, **({} if service is None else {"service": service})}
    asked = named(asked, " ".join(name.split()))
    return told, _kept(0, values, asked, answer)


def _kept(
    number: int, values: Mapping[str, Any], asked: Scenario, answer: SolveReport
) -> list[FoundPlan]:
    return [] if answer.plan is None else [FoundPlan(StudyPoint(number, values), asked, answer)]


def _of_ties(
    report: SolveReport,
    _pack: Pack,
    scenario: Scenario,
    options: Mapping[str, Any],
    effort: Effort,
) -> Answer:
    found = near_ties(
        report,
        effort=effort,
        tolerance=float(options.get("tolerance", 0.005)),
        count=int(options.get("count", 10)),
        prove=bool(options.get("prove", False)),
    )
    plans = []
    for number, tie in enumerate(found.ties[1:]):
        own, why = as_they_are(report, tie.plan)
        asked = named(scenario, f"{scenario.name}: near tie {number + 1}")
        plans.append(FoundPlan(StudyPoint(number, {"tie": number + 1}), asked, own, why))
    return ties_told(report.problem, found), plans


def _of_worth(
    report: SolveReport,
    _pack: Pack,
    _scenario: Scenario,
    options: Mapping[str, Any],
    effort: Effort,
) -> Answer:
    found = worth(report, effort=effort, money_step=int(options.get("money_step", MILLION)))
    return {"limits": worth_told(report, found)}, []


_ASKS: Mapping[str, Ask] = {"site": _of_site, "ties": _of_ties, "worth": _of_worth}
