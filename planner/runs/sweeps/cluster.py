"""Workers of a Dask cluster: points go out as tasks with the pack's files, plans come back."""

from __future__ import annotations

import contextlib
import logging
import math
import platform
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from planner import __version__
from planner.errors import ContradictionError, PlannerError
from planner.evaluate import score
from planner.pack.snapshot import Snapshot, snapshot_of
from planner.plan import SolveReport
from planner.runs.sweeps.crew import CrewLostError
from planner.runs.sweeps.failing import changed, failed, lost
from planner.runs.sweeps.ground import Ground, keep_point
from planner.runs.sweeps.there import Reply, about, handed_on, solve_there
from planner.runs.sweeps.types import MOST_TRIES, Done, Task

_CONNECT_S = 10.0
_FIRST_WORKER_S = 30.0
_LOOK_EVERY_S = 1.0
_POLL_S = 0.02
_TOLERANCE = 1e-9  # relative, as in `planner.solve`
_NO_EXTRA = (
    "Sweeping on a cluster needs the extra `cluster`: pip install 'ugatuzi-planner[cluster]'. "
    "Without --dask the sweep uses the cores of this machine."
)


class DaskCrew:
    """The workers of a scheduler, each with one point at a time.

    Args:
        address: The scheduler's, such as `tcp://host:8786`.
        ground: The pack, as this process knows it.
        points: The folder where run folders are written, each by the number of its point.
    """

    def __init__(self, address: str, ground: Ground, points: Path) -> None:
        self.size = 0
        self.remarks: tuple[str, ...] = ()
        self._address, self._ground, self._points = address, ground, points
        self._client: Any = None
        self._files: Any = None
        self._busy: dict[Any, tuple[Task, float]] = {}
        self._looked = 0.0
        self._quiet = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._quiet.enter_context(_without_remarks())
        try:
            self._client = _connected(self._address)
            self._await_workers()
            self._check_versions()
            shot = self._snapshot()
            # As a task and not as data: the scheduler can make it again when a worker dies.
            self._files = self._client.submit(handed_on, dict(shot.data), pure=False)
            self._print = shot.fingerprint
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        if self._client is not None:
            with contextlib.suppress(Exception):
                self._client.cancel([*self._busy, self._files], force=True)
            with contextlib.suppress(Exception):
                self._client.close(timeout=2)
            self._client = None
        self._quiet.close()

    @property
    def free(self) -> int:
        """How many points more can be given now."""
        if time.monotonic() - self._looked > _LOOK_EVERY_S:
            self._count()
        return max(1, self.size) - len(self._busy)

    def give(self, task: Task) -> None:
        """Give a point to the scheduler; where its worker dies another one takes it."""
        try:
            future = self._client.submit(
                solve_there, self._files, self._print, task, pure=False, retries=0
            )
        except Exception as error:
            raise self._lost() from error
        self._busy[future] = (task, time.monotonic())

    def take(self, seconds: float) -> list[Done]:
        """The points that are done within so many seconds.

        Raises:
            CrewLostError: The scheduler went away.
        """
        until = time.monotonic() + seconds
        while self._busy and all(each.status == "pending" for each in self._busy):
            if self._client.status != "running":
                raise self._lost()
            if time.monotonic() > until:
                return []
            time.sleep(_POLL_S)
        done = []
        for future in [each for each in self._busy if each.status != "pending"]:
            if future.status in ("cancelled", "lost"):
                raise self._lost()
            answer = self._answer(future, *self._busy[future])
            if answer is not None:
                del self._busy[future]
                future.release()
                done.append(answer)
        return done

    def _answer(self, future: Any, task: Task, began: float) -> Done | None:
        """What became of a point; None where its worker died with it and it is solved again."""
        from distributed import CancelledError, KilledWorker  # noqa: PLC0415

        try:
            reply = future.result(timeout=_CONNECT_S)
        except KilledWorker:
            return lost(task, MOST_TRIES)
        except TimeoutError:
            return None
        except CancelledError as error:
            raise self._lost() from error
        except Exception as error:  # noqa: BLE001 - one point must not end the others
            return failed(task, error, 1)
        try:
            return self._kept(task, reply, began)
        except PlannerError as error:
            return failed(task, error, 1)

    def _kept(self, task: Task, reply: Reply, began: float) -> Done:
        """Judge the answer here, as nothing is taken on trust, and write its run folder."""
        if reply.version != __version__:
            raise PlannerError(_other_version(reply.version))
        problem = self._ground.problem(task.point.scenario)
        report = SolveReport(problem=problem, **reply.told)
        if report.plan is not None and report.objective is not None:
            judged = score(problem, report.plan)
            same = math.isclose(judged.objective.total, report.objective, rel_tol=_TOLERANCE)
            if judged.violations or not same:
                words = "The plan that came back from the cluster does not pass the check here."
                raise ContradictionError(" ".join([words, *judged.violations]))
        number = task.point.number
        done = keep_point(self._ground, task, report, self._points / f"{number:03d}", began)
        return replace(done, found=replace(done.found, seconds=reply.seconds, worker=reply.worker))

    def _snapshot(self) -> Snapshot:
        shot = snapshot_of(self._ground.pack.folder)
        if shot.fingerprint != self._ground.made_of.fingerprint:
            raise changed()
        return shot

    def _await_workers(self) -> None:
        until = time.monotonic() + _FIRST_WORKER_S
        while not self._count():
            if time.monotonic() > until:
                raise PlannerError(
                    f"The scheduler at {self._address} has no workers. Start some with: "
                    f"dask worker {self._address} --nthreads 1"
                )
            time.sleep(0.2)

    def _count(self) -> int:
        self._looked = time.monotonic()
        try:
            self.size = len(self._client.scheduler_info(n_workers=-1)["workers"])
        except Exception:  # noqa: BLE001 - `take` tells a scheduler that went away
            self.size = max(1, self.size)
        return self.size

    def _check_versions(self) -> None:
        """Refuse workers that lack the planner or have another version of it.

        Raises:
            PlannerError: With every worker.
        """
        found = self._client.run(about, on_error="return")
        wrong = []
        for worker, told in sorted(found.items()):
            if not isinstance(told, tuple):
                wrong.append(f"{worker}: the planner cannot be loaded there")
            elif told[0] != __version__:
                wrong.append(f"{worker}: version {told[0]}")
            elif told[1] != platform.python_version_tuple()[:2]:
                wrong.append(f"{worker}: Python {'.'.join(told[1])}")
        if wrong:
            here = f"{__version__} on Python {'.'.join(platform.python_version_tuple()[:2])}"
            raise PlannerError(
                f"Every worker needs the planner {here}, as here. Found otherwise:\n"
                + "\n".join(f"- {each}" for each in wrong)
            )

    def _lost(self) -> CrewLostError:
        return CrewLostError(f"The scheduler at {self._address} went away.")


def _connected(address: str) -> Any:
    try:
        from distributed import Client  # noqa: PLC0415
    except ImportError:
        raise PlannerError(_NO_EXTRA) from None
    try:
        return Client(address, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError):
        raise PlannerError(
            f"No scheduler answers at {address} within {_CONNECT_S:.0f} seconds. Check the "
            "address, and that `dask scheduler` runs there."
        ) from None
    except (ValueError, TypeError):
        raise PlannerError(
            f"{address} is no address of a scheduler; give one such as tcp://host:8786."
        ) from None


@contextlib.contextmanager
def _without_remarks() -> Iterator[None]:
    """Keep what the library says of its connections off the terminal; what matters is told."""
    names = ("distributed", "tornado")
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


def _other_version(version: str) -> str:
    return f"A worker with the planner {version} answered; here it is {__version__}."
