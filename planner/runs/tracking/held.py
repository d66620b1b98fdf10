"""What was done held against the plan: how late, at what cost, with how many visits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from planner.runs.content import offering_visits
from planner.runs.reading import StoredRun
from planner.runs.tracking.table import Entry
from planner.runs.tracking.works import PLANNED, Kind, Work, planned_works

DAYS_A_YEAR = 365
_ORDER: tuple[Kind, ...] = ("open", "close", "rebuild", "extra", "begin", "end", "keep")
State = Literal["done", "to_come", "overdue", "undated"]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing planned, or done without a plan.

    Attributes:
        kind: What it is; see `works.PLANNED`.
        site: Position, None for a branch that the pack does not have.
        site_id, name, area: As people know it; the area's code, "" where it is not known.
        service: Position, None for the branch.
        phase: As the table says.
        due, done: The days; None where the table gives none (or that lies after the day asked).
        state: `overdue`: not done, though due; `undated`: not done, and nobody said by when.
        late_days: Done after it was due, or overdue since; less than nothing where it was early;
            None where no day was due.
        capital_plan: What it costs once by the plan; None for what the plan does not have.
        capital_done: What was paid; None where the table does not say.
        days: On which visits were counted; 0 for none.
        visits_plan: What the plan expects on so many days: visits a year x days / 365.
        visits_done: The visits counted.
        place: Degrees, where the table gives them.
        rows: Of the table.
    """

    kind: Kind
    site: int | None
    site_id: str
    name: str
    area: str
    service: int | None
    phase: str
    due: date | None
    done: date | None
    state: State
    late_days: int | None
    capital_plan: int | None
    capital_done: int | None
    days: int
    visits_plan: float | None
    visits_done: float | None
    place: tuple[float, float] | None
    rows: tuple[int, ...]

    @property
    def is_planned(self) -> bool:
        """Whether the plan asks for it."""
        return self.kind in PLANNED


@dataclass(frozen=True, slots=True)
class Sums:
    """Lines together; money and visits compare only lines where both sides are known."""

    planned: int
    done: int
    overdue: int
    undated: int
    late: int
    extra: int
    capital_plan_all: int
    capital_plan: int
    capital_done: int
    paid_lines: int
    visits_plan: float
    visits_done: float
    counted_lines: int


@dataclass(frozen=True, slots=True)
class Tracking:
    """A plan held against what was done by a day."""

    on: date
    lines: tuple[Line, ...]

    @property
    def sums(self) -> Sums:
        """All lines together."""
        return sums_of(self.lines)

    def by_phase(self) -> dict[str, Sums]:
        """The lines of each phase together; none where no row names a phase."""
        names = dict.fromkeys(each.phase for each in self.lines if each.phase)
        return {name: sums_of([e for e in self.lines if e.phase == name]) for name in names}


def hold(run: StoredRun, entries: Sequence[Entry], on: date) -> Tracking:
    """Hold the rows of what was done against a run's plan.

    Nothing done after `on` counts. Money of the services of a branch that opens stands with the
    branch, as in the plan. Visits are compared on as many days as they were counted on, each a
    365th of a year: seasons and the first weeks of a branch are not taken out.

    Args:
        run: A run with a plan.
        entries: The rows; see `table.read_done`.
        on: The day.
    """
    held = _Held(run, entries, on)
    lines = [held.planned(work) for work in planned_works(run)]
    lines += held.others()
    return Tracking(on, tuple(sorted(lines, key=lambda each: _ORDER.index(each.kind))))


class _Held:
    """The rows by what they are of, and those that no work of the plan has taken."""

    def __init__(self, run: StoredRun, entries: Sequence[Entry], on: date) -> None:
        plan = run.report.plan
        if plan is None or run.score is None:
            raise ValueError(run.report.status)
        self.run, self.plan, self.on = run, plan, on
        self.entries = entries
        self.of = {(each.site, each.service): each for each in entries if each.site is not None}
        self.taken: set[int] = set()
        self.visits = {each.site: each.visits_per_year for each in run.score.branches}
        self.by_service = offering_visits(plan, run.problem)

    def planned(self, work: Work) -> Line:
        entry = self.of.get((work.site, work.service))
        whole = self.of.get((work.site, None))
        rows = [each for each in (entry,) if each is not None]
        parts = (
            [each for each in self.entries if each.site == work.site]
            if work.kind in ("open", "close")
            else rows
        )
        # a service that begins or ends at a branch whose own row tells the day has that day
        source = entry or (whole if work.service is not None else None)
        done = None if source is None else self._day(source, work.kind)
        if work.kind != "open":
            self.taken |= {each.row for each in rows}
        else:
            self.taken |= {each.row for each in parts if each.service is None}
        paid = [each.capital_kes for each in parts if each.capital_kes is not None]
        return self._line(
            work.kind, source, work.site, work.service, done, work.capital_kes,
            sum(paid) if paid else None, work.visits_per_year, counts=entry is not None,
            rows=tuple(each.row for each in (parts if paid else rows)),
        )  # fmt: skip

    def _day(self, entry: Entry, kind: Kind) -> date | None:
        day = entry.closed if kind in ("close", "end") else entry.opened
        return day if day is not None and day <= self.on else None

    def others(self) -> Iterable[Line]:
        """Rows of what the plan keeps, of services of new branches, and of what it has not."""
        for each in self.entries:
            if each.row in self.taken:
                continue
            kind, expected = self._kind(each)
            done = self._day(each, kind)
            if kind == "extra" and done is None and each.closed and each.closed <= self.on:
                done = each.closed
            paid = each.capital_kes if kind == "extra" else None
            yield self._line(
                kind, each, each.site, each.service, done, None, paid, expected,
                counts=True, rows=(each.row,),
            )  # fmt: skip

    def _kind(self, entry: Entry) -> tuple[Kind, float | None]:
        """What a row is that no work of the plan has taken, and its visits a year by the plan."""
        j, s, problem = entry.site, entry.service, self.run.problem
        if j is None or not self.plan.is_open[j]:
            return "extra", None
        if s is not None and not self.plan.offers[j, s]:
            return "extra", None
        expected = self.visits[j] if s is None else float(self.by_service[j, s])
        if s is not None and not problem.existing[j]:
            return "begin", expected
        return ("extra" if entry.closed is not None else "keep"), expected

    def _line(
        self,
        kind: Kind,
        entry: Entry | None,
        site: int | None,
        service: int | None,
        done: date | None,
        capital_plan: int | None,
        capital_done: int | None,
        per_year: float | None,
        *,
        counts: bool,
        rows: tuple[int, ...],
    ) -> Line:
        told = None if site is None else self.run.pack.sites[site]
        due = None if entry is None else entry.due
        days, counted = _counted(entry, self.on) if counts else (0, None)
        expects = days and per_year is not None and kind not in ("close", "end")
        return Line(
            kind=kind,
            site=site,
            site_id=told.id if told else (entry.site_id if entry else ""),
            name=told.name if told else (entry.name if entry else ""),
            area=told.area if told else "",
            service=service,
            phase="" if entry is None else entry.phase,
            due=due,
            done=done,
            state=_state(kind, due, done, self.on),
            late_days=_late(due, done, self.on),
            capital_plan=capital_plan,
            capital_done=capital_done,
            days=days,
            visits_plan=(per_year or 0.0) * days / DAYS_A_YEAR if expects else None,
            visits_done=counted,
            place=None if entry is None else entry.place,
            rows=rows,
        )


def _counted(entry: Entry | None, on: date) -> tuple[int, float | None]:
    """The days and visits of a count; none where it ended after the day asked."""
    if entry is None or entry.visits is None or not (entry.visits_from and entry.visits_to):
        return 0, None
    if entry.visits_to > on:
        return 0, None
    return (entry.visits_to - entry.visits_from).days + 1, entry.visits


def _state(kind: Kind, due: date | None, done: date | None, on: date) -> State:
    if done is not None or kind == "keep":
        return "done"
    if due is None:
        return "undated"
    return "overdue" if on > due else "to_come"


def _late(due: date | None, done: date | None, on: date) -> int | None:
    if due is None:
        return None
    if done is None:
        return (on - due).days if on > due else None
    return (done - due).days


def sums_of(lines: Sequence[Line]) -> Sums:
    """Lines together."""
    planned = [each for each in lines if each.is_planned and each.capital_plan is not None]
    paid = [each for each in planned if each.capital_done is not None]
    counted = [
        each for each in lines
        if each.service is None and each.visits_plan is not None and each.visits_done is not None
    ]  # fmt: skip
    return Sums(
        planned=len(planned),
        done=sum(each.state == "done" for each in planned),
        overdue=sum(each.state == "overdue" for each in planned),
        undated=sum(each.state == "undated" for each in planned),
        late=sum(each.state == "done" and (each.late_days or 0) > 0 for each in planned),
        extra=sum(each.kind == "extra" for each in lines),
        capital_plan_all=sum(each.capital_plan or 0 for each in planned),
        capital_plan=sum(each.capital_plan or 0 for each in paid),
        capital_done=sum(each.capital_done or 0 for each in paid),
        paid_lines=len(paid),
        visits_plan=sum(each.visits_plan or 0.0 for each in counted),
        visits_done=sum(each.visits_done or 0.0 for each in counted),
        counted_lines=len(counted),
    )


@dataclass(frozen=True, slots=True)
class Step:
    """How much was due and how much was done up to a day: works, and their money by the plan."""

    day: date
    due: int
    done: int
    due_kes: int
    done_kes: int


def curve(tracking: Tracking) -> tuple[Step, ...]:
    """What was due and what was done, day by day on which either grew, up to the last day due."""
    works = [each for each in tracking.lines if each.is_planned and each.capital_plan is not None]
    days = sorted({day for each in works for day in (each.due, each.done) if day is not None})
    steps = []
    for day in days:
        due = [each for each in works if each.due is not None and each.due <= day]
        done = [each for each in works if each.done is not None and each.done <= day]
        steps.append(
            Step(
                day,
                len(due),
                len(done),
                sum(each.capital_plan or 0 for each in due),
                sum(each.capital_plan or 0 for each in done),
            )
        )
    return tuple(steps)
