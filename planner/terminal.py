"""What the command line says: progress, status and branches, in words on stderr and stdout."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from planner.percent import NOISE, percent_up

if TYPE_CHECKING:
    from planner.pack.types import Pack
    from planner.plan import Progress
    from planner.travel import TravelTold

STAGES = {
    "load": "reading the pack",
    "travel": "measuring travel",
    "prepare": "preparing the engine (once after an installation)",
    "build": "stating the model",
    "bound": "finding what no plan can beat",
    "solve": "searching for plans",
    "check": "checking the plan",
    "done": "done",
}
_BAR = 24
_OF_TRAVEL = frozenset({"mean_min", "mean_km", "worst_tenth_min"})


def say(text: str) -> None:
    """Write a line to stderr."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def solvers_silent() -> Iterator[None]:
    """Keep what compiled solvers print by themselves off the standard output."""
    sys.stdout.flush()
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(nowhere)
        os.close(kept)


class Paced:
    """Says how far something long has come, at most once in five seconds."""

    def __init__(self) -> None:
        self._begun = self._told = time.monotonic()

    def __call__(self, text: str) -> None:
        """Say it, where the last was some seconds ago."""
        now = time.monotonic()
        if now - self._told >= 5:
            self._told = now
            say(f"{now - self._begun:5.0f} s: {text}")


class ProgressLine:
    """A bar on a terminal, lines otherwise."""

    def __init__(self, time_limit_s: float) -> None:
        self._limit = time_limit_s
        self._on_terminal = sys.stderr.isatty()
        self._told = ("", -10.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._on_terminal:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def show(self, progress: Progress) -> None:
        """Tell one sign of life; a new stage or a new plan at once, others now and then."""
        text = self._text(progress)
        if self._on_terminal:
            done = min(1.0, progress.seconds / self._limit)
            bar = "#" * round(done * _BAR)
            sys.stderr.write(f"\r\x1b[K[{bar:<{_BAR}}] {text}"[:160])
            sys.stderr.flush()
            return
        stage, last = self._told
        if progress.stage != stage or progress.seconds - last >= 5:
            self._told = (progress.stage, progress.seconds)
            say(text)

    def _text(self, progress: Progress) -> str:
        words = f"{progress.seconds:5.0f} s of at most {self._limit:.0f} s: "
        words += STAGES.get(progress.stage, progress.stage)
        if progress.gap is not None:
            words += f"; the best plan is at most {_percent(progress.gap)} above what is possible"
        elif progress.incumbent is not None:
            words += "; a first plan is known"
        return f"{words} ({progress.message})" if progress.message else words


def _percent(share: float) -> str:
    return f"{percent_up(share, 3 if share < 0.001 else 2 if share < 0.1 else 0)}%"


def status_sentence(info: dict[str, Any]) -> str:
    """What is proved of a run, in a sentence a reader can act on."""
    status, gap = info["status"], info["gap"]
    if status == "infeasible":
        lines = ["No plan can keep these rules together:"]
        for clash in info.get("clashes", []):
            repair = f" {clash['repair']}" if clash.get("repair") else ""
            lines.append(f"- {clash['rule']}: {clash['text']}{repair}")
        return "\n".join(lines)
    if status == "unknown":
        notes = list(info.get("notes", []))
        has_failed = any(each.startswith("The solver ") for each in notes)
        sentence = "No plan was found in the time given. Give it more time (--time-limit)."
        if has_failed:
            sentence = "No plan was found: a solver failed. Ask again, or use the other (--solver)."
        return "\n".join([sentence, *(f"note: {each}" for each in notes)])
    if status == "optimal":
        if gap <= NOISE:
            return "Optimal: proved that no plan under these rules is better."
        most = f"{percent_up(gap, 3)}%"
        return f"Optimal: proved that no plan under these rules is better by more than {most}."
    if gap is None:
        return "Feasible: a plan that keeps every rule; how good it is was not proved."
    return f"Feasible: no plan under these rules can beat this by more than {_percent(gap)}."


def sure(text: str, told: TravelTold | None) -> str:
    """A travel figure with its error: `63.0 min ± 5 %`."""
    from planner.present import travel  # noqa: PLC0415 - many commands tell no travel
    from planner.present.words import words  # noqa: PLC0415

    return _plain(travel.with_error(words("en"), text, told))


def travel_lines(told: TravelTold | None, pack: Pack) -> Iterator[str]:
    """How the figures of travel came about, how far off they are, and what that means."""
    from planner.present import travel  # noqa: PLC0415
    from planner.present.words import words  # noqa: PLC0415

    w = words("en").of_pack(pack)
    yield _plain(travel.source_line(w, told, pack))
    yield _plain(travel.explanation(w, told, pack))


def _plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def branch_lines(info: dict[str, Any], pack: Pack, within: str) -> Iterator[str]:
    """The plan as a few lines: figures against today, then the branches with their services.

    `within`: by which separation its duplicates are counted, in words.
    """
    from planner.runs.content import told_of  # noqa: PLC0415 - many commands tell no plan

    kpis, today, told = info["kpis"], info["baseline_kpis"], told_of(info.get("travel"))
    if not kpis:
        return
    yield f"{info['name']}"
    for key, label, form in (
        ("mean_min", "minutes a visit, one way", ",.1f"),
        ("mean_km", "km a visit, one way", ",.1f"),
        ("within_standard", "share of visits within the standard", ".1%"),
        ("worst_tenth_min", "minutes in the worst-served tenth", ",.0f"),
        ("branches", "branches", ",d"),
        ("offerings", "services offered, summed over branches", ",d"),
        ("annual_kes", f"yearly cost, {pack.currency}", ",d"),
        ("capital_kes", f"capital, {pack.currency}", ",d"),
    ):
        before = f" (today {format(today[key], form)})" if today and today[key] is not None else ""
        if kpis[key] is not None:
            figure = format(kpis[key], form)
            yield f"  {label}: {sure(figure, told) if key in _OF_TRAVEL else figure}{before}"
    for text in travel_lines(told, pack):
        yield f"  {text}"
    for text in info.get("notes", []):
        yield f"  note: {text}"
    if today and today["unserved_visits_per_year"]:
        lost = today["unserved_visits_per_year"]
        yield f"  today {lost:,.0f} visits a year have no branch to go to; they count in no average"
    pairs = kpis["duplicates"]
    yield (
        f"  duplicates {within}: {pairs['pairs']} pairs, {pairs['justified']} justified by load, "
        f"{pairs['unnecessary']} not needed by load"
    )
    if kpis["shortfall_visits_per_year"]:
        yield f"  soft rules are missed by {kpis['shortfall_visits_per_year']:,.0f} visits a year"
    if kpis["overloaded_branches"]:
        yield f"  branches with more work than they can do: {kpis['overloaded_branches']}"
    names = {site.id: site.name for site in pack.sites}
    for branch in info["branches"]:
        services = ", ".join(branch["services"])
        mark = {"existing": "keep", "proposed": "open", "candidate": "open"}[branch["status"]]
        size = f" as {branch['format']}" if branch["format"] else ""
        yield (
            f"  {mark} {names.get(branch['site'], branch['site'])} [{branch['site']}]{size}: "
            f"{services}; {branch['visits_per_year']:,.0f} visits a year"
        )
