"""A finished run as values: what is known of it in words, and its figures against today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from planner.evaluate import Score
from planner.percent import NOISE
from planner.plan import SolveReport
from planner.present.cards import Card, Tone
from planner.present.results import separations
from planner.present.results.separations import Doubled
from planner.present.view import View
from planner.scenario import Scenario

GOOD_GAP = 0.05
NO_GAP = NOISE


# -- status --------------------------------------------------------------------------------


def status_sentence(view: View, report: SolveReport) -> str:
    """What is known of the answer, exactly."""
    w = view.words
    if report.status == "optimal" and (report.gap or 0.0) < NO_GAP:
        return w("result.optimal_exact")
    if report.status == "optimal":
        return w("result.optimal", gap=w.gap(report.gap or 0.0))
    if report.status == "feasible":
        if report.gap is None:
            return w("result.feasible_unbounded")
        key = "result.feasible" if report.gap <= GOOD_GAP else "result.feasible_wide"
        return w(key, gap=w.gap(report.gap))
    return w(f"result.{report.status}")


def shortfall_sentence(view: View, report: SolveReport) -> str:
    """By how many visits soft rules are missed, and whether less is possible; '' when kept."""
    w = view.words
    if report.shortfall < 0.5:
        return ""
    count = w.count(report.shortfall)
    if report.shortfall - report.shortfall_bound < 1.0:
        return w("result.shortfall_least", n=count)
    return w("result.shortfall", n=count, least=w.count(report.shortfall_bound))


# -- figures against today -----------------------------------------------------------------


def cards(
    view: View,
    score: Score,
    before: Score | None,
    scenario: Scenario,
    by_own: Doubled | None = None,
) -> list[Card]:
    """The figures of a plan and how they differ from today, in words.

    `scenario`: the plan's rules. `by_own`: its duplicates by the services' own separations, where
    the rules have another one.
    """
    w, k = view.words, score.kpis
    b = before.kpis if before is not None else None
    return [
        _time_card(
            view,
            "kpi.mean_min",
            (k.mean_min, b.mean_min if b else None),
            w("kpi.one_way", km=view.km(k.mean_km)),
        ),
        Card(
            w("kpi.within"),
            w.share(k.within_standard),
            "",
            *share_change(view, k.within_standard, b.within_standard if b else None),
        ),
        _time_card(view, "kpi.worst_tenth", (k.worst_tenth_min, b.worst_tenth_min if b else None)),
        Card(
            w("kpi.branches"),
            w.count(k.branches),
            w.counted("kpi.without", k.areas_without_branch),
            *plain_change(view, k.branches - b.branches if b else None),
        ),
        Card(
            w("kpi.annual"),
            w.money(k.annual_kes),
            w("kpi.capital_too", cost=w.money(k.capital_kes)),
            *money_change(view, k.annual_kes - b.annual_kes if b else None),
        ),
        Card(
            w("kpi.duplicates"),
            w.count(k.duplicates.unnecessary),
            separations.card_note(w, scenario, k.duplicates.justified, by_own),
            *_before(view, b.duplicates.unnecessary if b else None),
        ),
    ]


def _time_card(
    view: View, key: str, now_and_before: tuple[float | None, float | None], note: str = ""
) -> Card:
    """A time of travel with its error, and how it differs from today."""
    now, before = now_and_before
    change, tone = time_change(view, now, before)
    return replace(view.travel_card(view.words(key), now, note), change=change, tone=tone)


def time_change(view: View, now: float | None, before: float | None) -> tuple[str, Tone]:
    """How a time of travel differs from today, in words; nothing where one is unknown."""
    if now is None or before is None:
        return "", "same"
    change = now - before
    if abs(change) < 0.5:
        return view.words("change.none"), "same"
    key, tone = ("change.shorter", "better") if change < 0 else ("change.longer", "worse")
    return view.words(key, v=view.words.minutes(abs(change))), tone  # type: ignore[return-value]


def share_change(view: View, now: float | None, before: float | None) -> tuple[str, Tone]:
    """How a share differs from today, likewise."""
    if now is None or before is None:
        return "", "same"
    points = (now - before) * 100
    if abs(points) < 0.5:
        return view.words("change.none"), "same"
    if points > 0:
        return view.words("change.points_more", v=f"{points:.0f}"), "better"
    return view.words("change.points_less", v=f"{-points:.0f}"), "worse"


def plain_change(view: View, change: int | None) -> tuple[str, Tone]:
    """How a number of things differs from today; neither way is better by itself."""
    return _whole_change(view, change, ("change.more", "change.fewer"), view.words.count)


def money_change(view: View, change: int | None) -> tuple[str, Tone]:
    """How yearly money differs from today, likewise."""
    return _whole_change(view, change, ("change.dearer", "change.cheaper"), view.words.money)


def _whole_change(
    view: View, change: int | None, more_or_less: tuple[str, str], shown: Callable[[float], str]
) -> tuple[str, Tone]:
    """A change that is neither good nor bad by itself."""
    if change is None:
        return "", "same"
    if change == 0:
        return view.words("change.none"), "same"
    key = more_or_less[0] if change > 0 else more_or_less[1]
    return view.words(key, v=shown(abs(change))), "same"


def _before(view: View, before: int | None) -> tuple[str, Tone]:
    return ("", "same") if before is None else (view.words("change.today", v=before), "same")
