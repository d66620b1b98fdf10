"""What is not the same any more between a run and what stands here now, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from planner import __version__
from planner.pack.fingerprint import PackPrint
from planner.problem import PlanningProblem
from planner.runs.content import made_with
from planner.scenario import OriginSection

What = Literal["version", "library", "pack", "input", "seed"]
_MOST_FILES = 20

# What a question is made of, by the names in `run.json`.
INPUT_WORDS: Mapping[str, str] = {
    "point_ids": "the ids of the demand points",
    "site_ids": "the ids of the sites",
    "service_ids": "the ids of the services",
    "visit_type_ids": "the ids of the visit types",
    "area_codes": "the codes of the areas",
    "point_area": "the area that each demand point lies in",
    "site_area": "the area that each site lies in",
    "visits": "visits",
    "needs": "the services that a visit needs",
    "does": "the services that are worked on during a visit",
    "minutes": "minutes between places and sites",
    "km": "kilometres between places and sites",
    "impedance": "what the objective counts for a visit",
    "site_km": "kilometres between sites",
    "separation_km": "how many kilometres branches with the same service should be apart",
    "near_km": "the kilometres within which visits count as near a branch",
    "standard_min": "the longest acceptable travel of each service",
    "existing": "the branches of today",
    "proposed": "the proposed sites",
    "today": "the services offered today",
    "branch_annual_kes": "what a branch costs a year",
    "offering_annual_kes": "what offering a service costs a year",
    "capital_kes": "what building a branch costs",
    "capacity_visits": "how many visits a branch can serve",
    "rules": "the rules of the scenario",
    "format_ids": "the ids of the formats",
    "format_allowed": "the formats that a site may take",
    "format_services": "the services that a format may offer",
    "today_format": "the formats of today's branches",
    "counters": "the counters of each format",
    "counter_minutes_per_year": "the minutes a year that a counter serves customers",
    "service_counter_min": "the minutes at the counter for each service",
    "offering_capital_kes": "what beginning to offer a service costs",
    "closing_kes": "what closing a branch costs",
    "offering_closing_kes": "what ending a service at a branch costs",
    "site_min": "minutes between sites",
    "separation_min": "how many minutes branches with the same service should be apart",
    "near_min": "the minutes within which visits count as near a branch",
    "division_ids": "the names of the divisions",
    "service_division": "the division of each service",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was when a run was made, of which kind, and in words."""

    what: What
    text: str


def since_run(
    info: Mapping[str, Any], made_of: PackPrint, problem: PlanningProblem, seed: int
) -> tuple[Difference, ...]:
    """What differs between a run and the pack, question and planner of now.

    Args:
        info: The run's `run.json`, checked.
        made_of: The pack's files as they are now.
        problem: What the run's scenario makes of them.
        seed: What the scenario draws at random by.
    """
    return (*_since_run(info, made_of, problem), *_seed(info.get("seed"), seed))


def _since_run(
    info: Mapping[str, Any], made_of: PackPrint, problem: PlanningProblem
) -> Iterator[Difference]:
    yield from _version(str(info["version"]))
    libraries = info.get("made_with")
    if isinstance(libraries, dict):
        now = made_with()
        for name in sorted({*libraries, *now}):
            then, here = libraries.get(name, "none"), now.get(name, "none")
            if then != here:
                yield Difference("library", f"{name}: {then} then, {here} now")
    told = info.get("pack")
    files = told.get("files") if isinstance(told, dict) else None
    if isinstance(files, dict):
        names = made_of.differences(files)
        for name in names[:_MOST_FILES]:
            yield Difference("pack", f"{name}: {_how(name, files, made_of.files)}")
        if len(names) > _MOST_FILES:
            yield Difference("pack", f"and {len(names) - _MOST_FILES} more files")
    yield from _inputs(info, problem)


def _how(name: str, then: Mapping[str, str], now: Mapping[str, str]) -> str:
    if name not in now:
        return "is there no more"
    return "other content" if name in then else "is new"


def _inputs(info: Mapping[str, Any], problem: PlanningProblem) -> Iterator[Difference]:
    then, now = info.get("inputs"), problem.parts
    if isinstance(then, dict):
        for name in (*now, *sorted(then.keys() - now.keys())):
            if then.get(name) != now.get(name):
                yield Difference("input", INPUT_WORDS.get(name, name))
    elif info["fingerprint"] != problem.fingerprint:
        yield Difference("input", "the question as a whole; the run does not say what of it")


def since_origin(
    origin: OriginSection, made_of: PackPrint, problem: PlanningProblem, seed: int
) -> tuple[Difference, ...]:
    """What differs between the run that wrote a scenario and the pack and planner of now.

    Args:
        origin: The scenario's own words on where it comes from.
        made_of: The pack's files as they are now.
        problem: What the scenario makes of them.
        seed: What the scenario draws at random by.
    """
    return (*_since_origin(origin, made_of, problem), *_seed(origin.seed, seed))


def _since_origin(
    origin: OriginSection, made_of: PackPrint, problem: PlanningProblem
) -> Iterator[Difference]:
    yield from _version(origin.version)
    is_same_pack = made_of.fingerprint == origin.pack
    if not is_same_pack:
        text = f"its files are others (fingerprint {origin.pack} then, {made_of.fingerprint} now)"
        yield Difference("pack", text)
    if problem.fingerprint != origin.problem:
        if is_same_pack and origin.version == __version__:
            yield Difference("input", "the scenario was edited since, so the question is another")
        else:
            yield Difference("input", "the question is another one")


def _seed(then: object, now: int) -> Iterator[Difference]:
    if then is not None and then != now:
        yield Difference("seed", f"{then} then, {now} now")


def _version(then: str) -> Iterator[Difference]:
    if then != __version__:
        yield Difference("version", f"{then} then, {__version__} now")


HEADINGS: Mapping[What, str] = {
    "version": "Version of the planner",
    "library": "Library",
    "pack": "Pack",
    "input": "Question",
    "seed": "Seed",
}


def difference_words(found: Difference) -> str:
    """A difference in a line."""
    return f"{HEADINGS[found.what]}: {found.text}."
