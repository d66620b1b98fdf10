"""The command that tells what is being solved on this machine, and what became of it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from planner.commands.options import Add, count, json_flag, print_json
from planner.errors import EXIT_DONE
from planner.percent import percent_up
from planner.terminal import say

if TYPE_CHECKING:
    from planner.runs.jobs import JobState

DAYS = 30


def add_commands(add: Add) -> None:
    """Adds jobs."""
    told = add("jobs", _jobs, "what is being solved on this machine, and what became of it")
    way = told.add_mutually_exclusive_group()
    way.add_argument("--stop", metavar="ID", help="ask one to stop and keep its best plan")
    way.add_argument("--forget", metavar="ID", help="end one, and remove its files")
    way.add_argument(
        "--clear",
        nargs="?",
        type=count,
        const=DAYS,
        metavar="DAYS",
        help=f"remove those over for so many days ({DAYS}); never a run the store does not have",
    )
    json_flag(told)


def _jobs(args: argparse.Namespace) -> int:
    from planner.runs import adopt, jobs, tending  # noqa: PLC0415 - only this command needs them

    came = adopt.look_after()
    if came:
        say(f"{len(came)} finished before and now in the store.")
    if args.stop:
        jobs.stop(tending.found(args.stop))
    elif args.forget:
        tending.forget(tending.found(args.forget))
    elif args.clear:
        say(f"{tending.clear(args.clear)} removed.")
    states = [jobs.state_of(job) for job in jobs.folders()]
    if args.json:
        print_json({"jobs": [_told(state) for state in states]})
        return EXIT_DONE
    for text in _lines(states):
        print(text)
    return EXIT_DONE


def _told(state: JobState) -> dict[str, Any]:
    return {
        "id": state.id,
        "kind": state.kind,
        "name": state.name,
        "status": state.status,
        "seconds": round(state.seconds, 3),
        "gap": state.gap,
        "position": state.position,
        "before": list(state.before),
        "done": None if state.counts is None else state.counts[0],
        "total": None if state.counts is None else state.counts[1],
        "kept": None if state.kept is None else state.kept.link,
        "message": state.message,
    }


def _lines(states: Sequence[JobState]) -> Iterator[str]:
    if not states:
        yield "No jobs. The app begins one for each plan that is asked for."
    for state in states:
        gap = "" if state.gap is None else f", gap {percent_up(state.gap, 2)}%"
        parts = "" if state.counts is None else f", {state.counts[0]} of {state.counts[1]}"
        kept = "" if state.kept is None else f", {state.kept.link}"
        yield (
            f"{state.id}  {state.status:8} {state.kind:7} {state.name}"
            f" ({state.seconds:,.0f} s{gap}{parts}{kept})"
        )
        if state.message:
            yield f"  {state.message}"
