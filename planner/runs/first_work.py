"""What a first start computes: a pack's ready scenarios, and the frontier that it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from planner import __version__
from planner.errors import PlannerError
from planner.pack.types import Pack
from planner.plan import Progress
from planner.runs.folder import judge_and_write
from planner.runs.jobfiles import JobFolder
from planner.runs.store import Store, Subject, open_store
from planner.runs.work import Kept, Work
from planner.scenario import Scenario, read_scenario

SOURCE = "first"
TAG = "built-in"


def first_job(work: Work) -> Kept:
    """The work of the job: each ready scenario that is missing, then the frontier.

    Raises:
        PlannerError: Something could not be computed; the others are kept all the same.
    """
    job, pack = JobFolder(work.folder), work.pack
    fingerprint = job.pack_print()
    with open_store() as store:
        missing = missing_parts(store, pack, fingerprint)
    total = pack.first_start.count
    done, faults, kept = total - len(missing), [], None
    job.write_counts(done, total)
    for name, make in _parts(missing, pack):
        if work.should_stop():
            raise PlannerError("Stopped; what was computed by then is kept.")
        work.yield_turn()
        try:
            kept = make(work)
        except PlannerError as error:
            faults.append(f"{name}: {error}")
            continue
        done += 1
        job.write_counts(done, total)
    if faults:
        raise PlannerError("\n".join(faults))
    return kept or _any_kept(pack, fingerprint)


# -- the parts -----------------------------------------------------------------------------


Part = Callable[[Work], Kept]


def _parts(missing: tuple[str, ...], pack: Pack) -> Iterator[tuple[str, Part]]:
    """What makes each missing part, in order: scenarios by their ids, then the frontier."""
    for name in missing:
        if name != _frontier_name(pack):
            yield name, _scenario_part(pack, name)
    if _frontier_name(pack) in missing:
        yield pack.first_start.frontier, _frontier_part(pack)


def _scenario_part(pack: Pack, name: str) -> Part:
    def make(work: Work) -> Kept:
        from planner.solve import solve  # noqa: PLC0415 - loads the solvers

        rules = ready_scenario(pack, name)

        def tell(progress: Progress) -> None:
            work.tell(replace(progress, message=rules.name))

        report = solve(pack, rules, on_progress=tell, should_stop=work.should_stop)
        if work.should_stop():
            raise PlannerError("stopped before it was solved.")
        folder = judge_and_write(report, pack, rules, work.folder / "tmp" / name)
        with open_store() as store:
            run_id = store.runs.keep(folder, pack=pack, source=SOURCE)
            store.notes.tag(Subject("run", run_id), TAG)
        return Kept("run", run_id)

    return make


def missing_parts(store: Store, pack: Pack, fingerprint: str) -> tuple[str, ...]:
    """The parts that the store does not have for these files and this version."""
    runs = (*store.runs.list(source=SOURCE), *store.runs.list(source=SOURCE, removed=True))
    there = {run.name for run in runs if (run.pack, run.version) == (fingerprint, __version__)}
    asked = pack.first_start.scenarios
    ready = [name for name in asked if (pack.folder / "scenarios" / f"{name}.toml").is_file()]
    missing = [name for name in ready if ready_scenario(pack, name).name not in there]
    if pack.first_start.frontier and not _has_frontier(store, fingerprint):
        missing.append(_frontier_name(pack))
    return tuple(missing)


def _frontier_part(pack: Pack) -> Part:
    def make(work: Work) -> Kept:
        from planner.runs.sweeps.job import sweep_job  # noqa: PLC0415 - loads the solvers

        options = {"frontier": pack.first_start.frontier, "workers": 1}
        spec = replace(work.spec, kind="sweep", options=options)
        base = ready_scenario(pack, pack.first_scenario)
        kept = sweep_job(replace(work, spec=spec, scenario=base))
        if work.should_stop():
            raise PlannerError("stopped before it was solved.")
        with open_store() as store:
            store.notes.tag(Subject(kept.kind, kept.id), TAG)
        return kept

    return make


def _has_frontier(store: Store, fingerprint: str) -> bool:
    """Whether there is a whole frontier of these files, solved by this version."""
    studies = (*store.studies.list(kind="sweep"), *store.studies.list(kind="sweep", removed=True))
    for study in studies:
        if TAG in study.tags and (study.pack, study.status) == (fingerprint, "done"):
            ids = [point.run_id for point in study.points if point.run_id is not None]
            if ids and store.runs.get(ids[0]).version == __version__:
                return True
    return False


def _any_kept(pack: Pack, fingerprint: str) -> Kept:
    """A job that found all done already: the first thing it would have made."""
    with open_store() as store:
        runs = (*store.runs.list(source=SOURCE), *store.runs.list(source=SOURCE, removed=True))
    found = [run.id for run in runs if run.pack == fingerprint]
    if not found:
        message = f"The pack {pack.name} names nothing to compute at the first start."
        raise PlannerError(message)
    return Kept("run", found[0])


def _frontier_name(pack: Pack) -> str:
    return f"frontier:{pack.first_start.frontier}"


def ready_scenario(pack: Pack, name: str) -> Scenario:
    """The ready scenario of a pack with this id."""
    return read_scenario(pack.folder / "scenarios" / f"{name}.toml")
