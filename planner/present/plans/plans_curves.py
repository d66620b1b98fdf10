"""The two curves that a choice of plans rests on: what duplicates save, and what money buys."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass

import altair as alt

from planner.errors import PlannerError
from planner.present.frontiers import frontiers_chart, frontiers_kept, frontiers_said
from planner.present.frontiers.frontiers import Seen
from planner.present.session import Case
from planner.present.studies import robust_kept
from planner.present.view import View
from planner.present.words import Words
from planner.runs.store import Study
from planner.scenario import parse_scenario
from planner.scenario.rules import duplicate_rule

KINDS = ("duplicates", "money")
TALL = 260  # pixels


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The last sweep of a kind; `seen` is None where there is none that can be drawn."""

    kind: str
    study: Study | None = None
    seen: Seen | None = None


def curves(w: Words, case: Case) -> list[Curve]:
    """The last sweep of each kind, of the pack that is shown."""
    studies = robust_kept.studies("sweep", case)
    return [_curve(w, case, kind, studies) for kind in KINDS]


def _curve(w: Words, case: Case, kind: str, studies: Mapping[str, Study]) -> Curve:
    for study in studies.values():
        if study.told is None or study.told.get("frontier") != kind:
            continue
        with contextlib.suppress(PlannerError):  # of an older planner: its own page says why
            scenario = parse_scenario(study.scenario)
            is_priced = duplicate_rule(case.pack, scenario) == "price"
            view = View(w, case.pack, case.problem)
            seen = Seen(view, frontiers_kept.told_of(study, {}), scenario, is_priced)
            if len(seen.placed) > 1:
                return Curve(kind, study, seen)
    return Curve(kind)


def chart(seen: Seen) -> alt.LayerChart:
    """The points of a sweep, small."""
    return frontiers_chart.points_chart(seen, None, with_today=False).properties(height=TALL)


def sentence(seen: Seen) -> str:
    """What the curve comes to."""
    return frontiers_said.lead_sentence(seen)


def named(seen: Seen, kind: str) -> str:
    """The curve in a few words, for whom the picture is read aloud."""
    w = seen.view.words
    return w("plans.curve_alt", what=w(f"frontiers.kind_{kind}"), n=len(seen.placed))
