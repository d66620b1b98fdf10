"""What is asked on the page why, what is known of it at once, and the answers that are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from planner.insight import Effort, use_of
from planner.insight.asked import people_of, uses_told
from planner.insight.beside import Beside, beside, holding
from planner.insight.told import use_told
from planner.optimize import Limits
from planner.present import session
from planner.present.session import Case
from planner.present.studies import robust_kept
from planner.runs import jobs
from planner.runs.store import Study

KIND: Final = "why"
AT_ONCE_SECONDS = 5.0  # where a solver must say who goes where in a changed network
Key = tuple[str, str | None]  # a site and a service, by their ids


def use(run_id: str, key: Key) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What something of the plan does for people, and the rules that ask for it."""
    found: tuple[dict[str, Any], tuple[str, ...]] = _kept_use(run_id, *key)
    return found


def _use(run_id: str, site: str, service: str | None) -> tuple[dict[str, Any], tuple[str, ...]]:
    run = session.run(run_id)
    j, s = _positions(run.problem, site, service)
    found = use_of(run.report, j, s, effort=_effort(), people=people_of(run.pack))
    return use_told(run.problem, found), holding(run.report, j, s)


def more(run_id: str, key: Key) -> Beside | None:
    """What something that the plan does not have would do beside all else."""
    found: Beside | None = _kept_more(run_id, *key)
    return found


def _more(run_id: str, site: str, service: str | None) -> Beside | None:
    run = session.run(run_id)
    return beside(run.report, *_positions(run.problem, site, service), effort=_effort())


def uses(run_id: str) -> list[dict[str, Any]]:
    """What every branch of a plan does, the most first."""
    found: list[dict[str, Any]] = _kept_uses(run_id)
    return found


def _uses(run_id: str) -> list[dict[str, Any]]:
    run = session.run(run_id)
    return uses_told(run.report, run.pack, None, effort=_effort())


_kept_use = st.cache_data(_use, show_spinner=False, max_entries=400)
_kept_more = st.cache_data(_more, show_spinner=False, max_entries=400)
_kept_uses = st.cache_data(_uses, show_spinner=False, max_entries=20)


def _positions(problem: Any, site: str, service: str | None) -> tuple[int, int | None]:
    s = None if service is None else problem.service_ids.index(service)
    return problem.site_ids.index(site), s


def _effort() -> Effort:
    return Effort(Limits(AT_ONCE_SECONDS, 0.0))


# -- questions that are solved for ---------------------------------------------------------


def begin(case: Case, run_id: str, seconds: int, **options: object) -> None:
    """Ask a question of a plan in a process of its own."""
    asked = {"run": run_id, "time_limit_s": seconds, **options}
    scenario = session.run(run_id).scenario
    jobs.start(case.pack.folder, scenario, kind=KIND, options=asked)


def answers(case: Case, run_id: str) -> Sequence[Study]:
    """What was answered about a plan, the newest first."""
    found = robust_kept.studies(KIND, case).values()
    return [study for study in found if study.spec.get("run") == run_id]


def answer(found: Sequence[Study], ask: str, **wanted: object) -> Study | None:
    """The newest answer to a question; None where it was not asked yet."""
    for study in found:
        spec: Mapping[str, Any] = study.spec
        if spec.get("ask") == ask and all(spec.get(key) == value for key, value in wanted.items()):
            return study
    return None
