"""A sweep in the store: a study whose points are kept as they are done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from planner.errors import PlannerError
from planner.pack.types import Pack
from planner.runs.store import Store
from planner.runs.store.types import StudyPoint, StudyStatus
from planner.runs.sweeps.types import Axis, Found, FrontierKind, Point
from planner.scenario import Scenario

_OF_POINT = ("x", "y", "y_least", "is_beaten", "beaten_by", "excess", "mean", "tail")


class Keeper:
    """Keeps the runs of a sweep and the study that they belong to.

    Args:
        store: The store.
        begun: Told the study's id as soon as it has one.
    """

    def __init__(self, store: Store, begun: Callable[[str], None] | None = None) -> None:
        self.id = ""
        self._store, self._begun = store, begun
        self._pack: Pack | None = None
        self._runs: dict[int, str] = {}
        self._points: tuple[Point, ...] = ()

    def begin(
        self,
        before: str,
        pack: Pack,
        base: Scenario,
        points: tuple[Point, ...],
        axes: tuple[Axis, ...],
        kind: FrontierKind | None,
    ) -> str:
        """Begin the study, or go on with the one that was begun before; returns its id."""
        self._pack, self._points = pack, points
        self.id = before if self._is_there(before, len(points)) else ""
        if not self.id:
            spec = {
                "axes": [{"key": axis.key, "values": list(axis.values)} for axis in axes],
                "frontier": kind,
                "gap": base.solve.gap,
                "time_limit_s": base.solve.time_limit_s,
                "solver": base.solve.solver,
            }
            waiting = [StudyPoint(point.number, point.values) for point in points]
            self.id = self._store.studies.begin(
                "sweep", base.name, scenario=base, pack=pack, spec=spec, points=waiting
            )
        if self._begun is not None:
            self._begun(self.id)
        return self.id

    def note(self, found: Found, run: Path | None) -> None:
        """Keep a point that is done, with its run."""
        if run is not None:
            self._runs[found.number] = self._store.runs.keep(run, pack=self._pack, source="sweep")
        self._set(found.number, found.status, found.message, None)

    def finish(self, status: StudyStatus, told: Mapping[str, Any]) -> None:
        """Keep what the points are beside one another, and what the sweep came to."""
        for point in told["points"]:
            if point["status"] != "waiting":
                own = {name: point.get(name) for name in _OF_POINT}
                self._set(point["number"], point["status"], point["message"], own)
        of_all = {key: value for key, value in told.items() if key != "points"}
        self._store.studies.finish(self.id, status, of_all)

    def _set(self, number: int, status: str, message: str, told: Mapping[str, Any] | None) -> None:
        run = self._runs.get(number)
        values = self._points[number].values
        self._store.studies.set_point(
            self.id, StudyPoint(number, values, run, status, message, told)
        )

    def _is_there(self, study_id: str, count: int) -> bool:
        if not study_id:
            return False
        try:
            study = self._store.studies.get(study_id)
        except PlannerError:
            return False
        return study.removed is None and len(study.points) == count
