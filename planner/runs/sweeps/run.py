"""The recipe of a sweep: make the points ready, have them solved, write each as it is done."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner import __version__
from planner.errors import PlannerError
from planner.pack.types import Pack
from planner.runs.reading import read_run
from planner.runs.store.types import StudyStatus
from planner.runs.sweeps.crew import Crew, CrewLostError
from planner.runs.sweeps.drawn import alt_text, frontier_svg
from planner.runs.sweeps.folder import SCHEMA, SweepFolder, question_of, table_of
from planner.runs.sweeps.frontiers import DEFAULT_POINTS, frontier_of
from planner.runs.sweeps.ground import Ground, seed_of
from planner.runs.sweeps.keeping import Keeper
from planner.runs.sweeps.measures import Measures, kind_of, measures_of
from planner.runs.sweeps.order import depths, neighbours
from planner.runs.sweeps.points import points_of, without_effect
from planner.runs.sweeps.told import measure_told, points_told
from planner.runs.sweeps.types import Axis, Found, FrontierKind, Point, Seed, Task
from planner.scenario import Scenario, scenario_toml
from planner.scenario.change import with_keys
from planner.scenario.rules import duplicate_rule

_WAIT_S = 0.2


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be swept: axes, or a frontier that finds its own."""

    axes: tuple[Axis, ...] = ()
    frontier: FrontierKind | None = None
    points: int = DEFAULT_POINTS


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A sweep made ready: every point is a question that can be asked."""

    ground: Ground
    base: Scenario
    axes: tuple[Axis, ...]
    points: tuple[Point, ...]
    measures: Measures
    range_words: str = ""
    warnings: tuple[str, ...] = ()
    seeds: tuple[Seed, ...] = ()
    seconds: float = 0.0


def prepare(
    pack: Pack,
    scenario: Scenario,
    asked: Asked,
    *,
    should_stop: Callable[[], bool] | None = None,
) -> Prepared:
    """Make every point of a sweep ready, so that all faults are told before anything is solved.

    Raises:
        InputError: Every value that makes no scenario of this pack.
        UsageError: Too many keys or points.
    """
    began = time.monotonic()
    ground = Ground(pack)
    # Said in full, so that a rule that depends on the pack stays what it is when keys are set.
    base = with_keys(scenario, {"duplicates.rule": duplicate_rule(pack, scenario)})
    axes, words, kind = asked.axes, "", asked.frontier
    seeds: tuple[Seed, ...] = ()
    if kind is not None:
        made = frontier_of(kind, ground, base, asked.points, should_stop=should_stop)
        base, axes, words, seeds = made.base, (made.axis,), made.words, made.seeds
    points = points_of(ground, base, axes)
    return Prepared(
        ground,
        base,
        axes,
        points,
        measures_of(kind or kind_of(axes, pack, base), axes, pack, base),
        words,
        without_effect(pack, base, axes),
        seeds,
        time.monotonic() - began,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Swept:
    """What a sweep has come to: plain values as `sweep.json` holds them, and where it lies."""

    told: Mapping[str, Any]
    folder: Path
    measures: Measures


def sweep(
    prepared: Prepared,
    out: Path,
    crew_of: Callable[[SweepFolder], Crew],
    *,
    on_count: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    between: Callable[[], None] | None = None,
    keeper: Keeper | None = None,
) -> Swept:
    """Solve the points and write the folder; the same again goes on where it stopped.

    Args:
        prepared: The points.
        out: The folder.
        crew_of: Makes the crew that solves, for a folder.
        on_count: Told how many points are done, of how many.
        should_stop: Asked now and then; True keeps what is done.
        between: Called now and then between points: a job in the background lets others go first.
        keeper: Puts the points into the store.

    Raises:
        PlannerError: The folder holds something else, or the crew is lost; what was done is kept.
    """
    began = time.monotonic()
    kind = prepared.measures.kind
    folder = SweepFolder(out, question_of(prepared.ground, prepared.base, prepared.axes, kind))
    done = folder.begin()
    book = _Book(prepared, folder, began, dict(done), on_count, keeper)
    book.begin()
    seeds = {number: _seed_again(prepared, folder, number) for number in done}
    lost: CrewLostError | None = None
    if len(done) < len(prepared.points):
        with crew_of(folder) as crew:
            book.crew = crew
            try:
                _solve_all(prepared, crew, seeds, book, should_stop, between)
            except CrewLostError as error:
                lost = error
    told = book.end()
    if lost is not None:
        raise PlannerError(
            f"{lost} {len(book.found):,} of {len(prepared.points):,} points are done and kept in "
            f"{folder.path.name}; the same command goes on with the others."
        )
    return Swept(told, folder.path, prepared.measures)


def _solve_all(
    prepared: Prepared,
    crew: Crew,
    seeds: dict[int, Seed],
    book: _Book,
    should_stop: Callable[[], bool] | None,
    between: Callable[[], None] | None,
) -> None:
    """Give each point to the crew as soon as those before it are done."""
    before = neighbours([len(axis.values) for axis in prepared.axes])
    order = sorted(range(len(before)), key=lambda n: (depths(before)[n], n))
    waiting = [n for n in order if n not in seeds]
    running = 0
    while waiting or running:
        if should_stop is not None and should_stop():
            return
        for number in [n for n in waiting if all(each in seeds for each in before[n])]:
            if crew.free <= 0:
                break
            own = tuple(seeds[each] for each in before[number])
            crew.give(Task(prepared.points[number], (*own, *prepared.seeds)))
            waiting.remove(number)
            running += 1
        for answer in crew.take(_WAIT_S):
            running -= 1
            seeds[answer.found.number] = answer.seed
            book.note(answer.found)
            if between is not None:
                between()


def _seed_again(prepared: Prepared, folder: SweepFolder, number: int) -> Seed:
    """What a point that was done before hands to its neighbours: all but its prices."""
    stored = read_run(folder.run_of(number), pack=prepared.ground.pack)
    return seed_of(prepared.points[number].scenario, stored.report)


class _Book:
    """Keeps what is known of the points, and writes it as they are done."""

    def __init__(
        self,
        prepared: Prepared,
        folder: SweepFolder,
        began: float,
        found: dict[int, Found],
        on_count: Callable[[int, int], None] | None,
        keeper: Keeper | None,
    ) -> None:
        self.found = found
        self.crew: Crew | None = None
        self._prepared, self._folder, self._began = prepared, folder, began
        self._on_count, self._keeper = on_count, keeper

    def begin(self) -> None:
        """Write what is known before anything is solved."""
        prepared, keeper = self._prepared, self._keeper
        if keeper is not None:
            pack, kind = prepared.ground.pack, prepared.measures.kind
            self._folder.study = keeper.begin(
                self._folder.study, pack, prepared.base, prepared.points, prepared.axes, kind
            )
        for each in list(self.found.values()):
            self._tell_point(each)
        self._write("running")
        self._tell()

    def note(self, found: Found) -> None:
        """Write one more point that is done."""
        self.found[found.number] = found
        self._tell_point(found)
        self._write("running")
        self._tell()

    def end(self) -> dict[str, Any]:
        """Write all of it, with the picture."""
        began = time.monotonic()
        told = self._told("running")
        picture = frontier_svg(told, self._prepared.measures)
        if picture is not None:
            self._folder.write_picture(picture)
        is_done = len(self.found) == len(self._prepared.points)
        status: StudyStatus = "done" if is_done else "stopped"
        told = self._write(status, time.monotonic() - began)
        if self._keeper is not None:
            self._keeper.finish(status, told)
        return told

    def _write(self, status: str, drawing: float | None = None) -> dict[str, Any]:
        told = self._told(status)
        if drawing is not None:
            told["seconds"]["drawing"] = round(drawing, 3)
        self._folder.write(told, table_of(told))
        return told

    def _tell(self) -> None:
        if self._on_count is not None:
            self._on_count(len(self.found), len(self._prepared.points))

    def _tell_point(self, found: Found) -> None:
        if self._keeper is not None:
            run = self._folder.run_of(found.number) if found.has_run else None
            self._keeper.note(found, run)

    def _told(self, status: str) -> dict[str, Any]:
        prepared, pack = self._prepared, self._prepared.ground.pack
        found = [self.found.get(point.number) for point in prepared.points]
        of_points = points_told(prepared.measures, prepared.axes, prepared.points, found)
        told: dict[str, Any] = {
            "schema": SCHEMA,
            "name": prepared.base.name,
            "question": self._folder.question,
            "version": __version__,
            "status": status,
            "study": self._folder.study or None,
            "pack": {
                "id": pack.id,
                "name": pack.name,
                "fingerprint": prepared.ground.made_of.fingerprint,
            },
            "currency": pack.currency,
            "scenario": scenario_toml(prepared.base, pack),
            "frontier": prepared.measures.kind,
            "axes": [{"key": axis.key, "values": list(axis.values)} for axis in prepared.axes],
            "range": prepared.range_words,
            "measures": {
                "x": measure_told(prepared.measures.x),
                "y": measure_told(prepared.measures.y),
                "is_judged": prepared.measures.is_judged,
            },
            "warnings": [*prepared.warnings, *(self.crew.remarks if self.crew else ())],
            **of_points,
            "seconds": self._seconds(found),
            "workers": 0 if self.crew is None else self.crew.size,
            "peak_memory_mb": max((each.peak_memory_mb for each in found if each), default=0.0),
        }
        told["alt"] = alt_text(told, prepared.measures)
        return told

    def _seconds(self, found: Sequence[Found | None]) -> dict[str, float]:
        """Where the time went: making ready, solving (by the clock, and by the workers)."""
        done = [each.seconds for each in found if each is not None]
        return {
            "whole": round(time.monotonic() - self._began + self._prepared.seconds, 3),
            "preparing": round(self._prepared.seconds, 3),
            "solving": round(time.monotonic() - self._began, 3),
            "in_workers": round(sum(done), 3),
            "hardest_point": round(max(done, default=0.0), 3),
        }
