"""How several questions share one stretch of time, each solved and judged like any other."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from planner.optimize import Limits
from planner.plan import Known, Progress, SolveReport
from planner.problem import PlanningProblem
from planner.solve import solve_problem


@dataclass(slots=True)
class Effort:
    """The time that is left for `questions` more solves; each may take its even share of it.

    What one leaves over goes to those after it. The only thing here that changes is how many
    are still to come.

    Attributes:
        limits: Of all questions together; gap, solver, threads and seed are those of each.
        questions: How many solves are still to come.
        on_progress: Told what each solve tells, with the seconds of all and the question.
        should_stop: Asked now and then; True ends the running solve and those still to come.
    """

    limits: Limits
    questions: int = 1
    on_progress: Callable[[Progress], None] | None = None
    should_stop: Callable[[], bool] | None = None
    started: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        """Seconds left; none once a stop was asked for."""
        if self.should_stop is not None and self.should_stop():
            return 0.0
        return self.limits.seconds - (time.monotonic() - self.started)

    def solve(
        self,
        problem: PlanningProblem,
        what: str = "",
        *,
        known: Known | None = None,
        enough: Callable[[Progress], bool] | None = None,
    ) -> SolveReport:
        """Solve one of the questions and have its plan judged.

        Args:
            problem: The question.
            what: What is asked, for the progress.
            known: What questions before this one hand on.
            enough: Told each sign of life; True ends this solve with what it knows by then.
        """
        seconds = max(0.0, self.left) / max(1, self.questions)
        self.questions -= 1
        ended = False

        def show(progress: Progress) -> None:
            nonlocal ended
            ended = ended or (enough is not None and enough(progress))
            self.tell(replace(progress, message=what))

        def stop() -> bool:
            return ended or (self.should_stop is not None and self.should_stop())

        limits = replace(self.limits, seconds=seconds)
        return solve_problem(problem, limits, known=known, on_progress=show, should_stop=stop)

    def part(self, pieces: int) -> Effort:
        """An even part of the time that is left, for one of so many pieces of work."""
        seconds = max(0.0, self.left) / max(1, pieces)
        limits = replace(self.limits, seconds=seconds)
        return Effort(limits, 1, self.on_progress, self.should_stop)

    def tell(self, progress: Progress) -> None:
        """Pass a sign of life on, in the seconds of all questions."""
        if self.on_progress is not None:
            self.on_progress(replace(progress, seconds=time.monotonic() - self.started))
