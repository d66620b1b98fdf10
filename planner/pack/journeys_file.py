"""`journeys.toml`: what customers do from a need to its end, step by step; read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import cast

from planner.errors import nearest
from planner.pack.customer_types import CHANNELS, Channel
from planner.pack.faults import Findings, listed
from planner.pack.journey_types import KINDS, Journey, Kind, Paper, Step
from planner.pack.journeys_checks import check_divisions, check_order, check_same_visit
from planner.pack.toml_file import Keys, read_toml
from planner.pack.types import VisitType

FILE = "journeys.toml"
_IN_PERSON: tuple[Channel, ...] = ("branch", "assisted", "outreach")


def read_journeys(
    folder: Path,
    visit_types: Collection[str] | None,
    findings: Findings,
    divisions: Collection[str] | None = None,
) -> tuple[Journey, ...]:
    """Reads `journeys.toml`; what is at fault is noted and left out.

    Args:
        folder: The pack's folder.
        visit_types: The ids of the pack's visit types, None where they could not all be read.
        findings: Takes faults and warnings.
        divisions: The divisions of its services, None likewise or where none is named.
    """
    keys = read_toml(folder / FILE, findings)
    if keys is None:
        return ()
    papers = _papers(keys)
    places = keys.tables("journeys", required=True)
    if keys.values.get("journeys") == []:
        keys.fault("journeys", "no journeys", "one [[journeys]] or more")
    journeys = [_journey(table, papers, visit_types) for table in places]
    keys.refuse_others()
    if divisions is not None:
        check_divisions(places, journeys, divisions, findings)
    _check_doubled(places, "id")
    _check_doubled(places, "cases_of", "Its cases would be counted twice; leave one out")
    _warn_unused(papers, journeys, findings)
    return tuple(journeys)


def warn_visits(
    journeys: Iterable[Journey], visit_types: Iterable[VisitType], findings: Findings
) -> None:
    """Says where the visits a case of a journey's steps are not those of `visit_types.csv`."""
    per_case = {each.id: each.visits_per_case for each in visit_types}
    for journey in journeys:
        made: dict[str, float] = {}
        for step in journey.steps:
            if step.visit_type:
                made[step.visit_type] = made.get(step.visit_type, 0.0) + step.visits
        for kind, visits in made.items():
            if abs(visits - per_case[kind]) > 1e-9:
                findings.warn(
                    f"{FILE}: {journey.id} makes {visits:g} visits of {kind} a case, "
                    f"visit_types.csv says {per_case[kind]:g}"
                )


# -- papers --------------------------------------------------------------------------------


def _papers(keys: Keys) -> dict[str, Paper] | None:
    """The papers that the file lists, by id; None where it lists none or not all can be read."""
    if not keys.has("papers"):
        return None
    tables = keys.tables("papers")
    _check_doubled(tables, "id")
    found = {}
    for table in tables:
        paper = Paper(
            id=table.text("id", required=True),
            name=table.text("name", required=True),
            agency=table.text("agency"),
            is_fact=_truth(table, "fact") or False,
            name_sw=table.text("name_sw"),
            mark=table.mark(),
        )
        table.refuse_others()
        found[paper.id] = paper
    # an id at fault is one that steps may name, so that none can be called unknown
    is_whole = len(found) == len(tables) and (bool(tables) or keys.values["papers"] == [])
    return found if is_whole and "" not in found else None


def _named(table: Keys, key: str, papers: Mapping[str, Paper] | None) -> tuple[str, ...]:
    """The papers that a step asks for or gives; each must be listed, where any are."""
    names = table.texts(key)
    for name in names:
        if not name:
            table.fault(key, '""', "the id of a paper")
        elif papers is not None and name not in papers:
            near = nearest(name, papers)
            hint = f"Did you mean {near[0]}?" if near else "Add it to [[papers]]"
            table.fault(key, name, "the id of one of [[papers]]", hint)
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            table.fault(key, f"{name} twice", "each paper once")
    return tuple(dict.fromkeys(names))


def _warn_unused(
    papers: Mapping[str, Paper] | None, journeys: Iterable[Journey], findings: Findings
) -> None:
    used = {paper.id for journey in journeys for paper in journey.papers}
    idle = [each for each in papers or () if each not in used]
    if idle:
        findings.warn(f"{FILE}: papers that no step asks for or gives: {listed(idle)}")


# -- journeys and steps --------------------------------------------------------------------


def _journey(
    table: Keys, papers: Mapping[str, Paper] | None, visit_types: Collection[str] | None
) -> Journey:
    places = table.tables("steps", required=True)
    if table.values.get("steps") == []:
        table.fault("steps", "no steps", "one step or more")
    steps = tuple(_step(place, papers, visit_types) for place in places)
    _check_doubled(places, "id")
    check_order(places, steps)
    check_same_visit(places, steps)
    names = dict.fromkeys(name for step in steps for name in (*step.asks, *step.gives))
    cases_of = table.text("cases_of")
    _check_visit_type(table, "cases_of", cases_of, visit_types)
    journey = Journey(
        id=table.text("id", required=True),
        name=table.text("name", required=True),
        customer=table.text("customer", required=True),
        steps=steps,
        division=table.text("division"),
        cases_of=cases_of,
        standard_days=table.number("standard_days", above=0),
        papers=tuple((papers or {}).get(name) or Paper(name, name) for name in names),
        name_sw=table.text("name_sw"),
        customer_sw=table.text("customer_sw"),
        mark=table.mark(),
    )
    table.refuse_others()
    return journey


def _step(
    table: Keys, papers: Mapping[str, Paper] | None, visit_types: Collection[str] | None
) -> Step:
    visit_type = table.text("visit_type")
    _check_visit_type(table, "visit_type", visit_type, visit_types)
    same = table.text("same_visit_as")
    visits = _visits(table, same)
    if table.has("visits") and not visit_type:
        table.fault("visits", table.values["visits"], "no visits, or a visit_type beside them",
                    "Say which visit type these visits are")  # fmt: skip
    channels = _channels(table)
    presence = _truth(table, "presence")
    needed = bool(visit_type) if presence is None else presence
    if visit_type and channels and "branch" not in channels:
        table.fault("channels", listed(channels), "branch among them",
                    "A step with a visit_type is done at a branch")  # fmt: skip
    elif needed and channels and not set(channels) & set(_IN_PERSON):
        table.fault("channels", listed(channels), f"one of {', '.join(_IN_PERSON)} among them",
                    "A step that needs presence is done at a place")  # fmt: skip
    step = Step(
        id=table.text("id", required=True),
        name=table.text("name", required=True),
        agency=table.text("agency", required=True),
        channels=channels,
        visit_type=visit_type,
        visits=0.0 if same or not visit_type else 1.0 if visits is None else visits,
        same_visit_as=same,
        presence=needed,
        kinds=_kinds(table),
        minutes=table.figure_at("minutes", "value"),
        fee_kes=table.number("fee_kes", low=0),
        adds_value=_truth(table, "adds_value"),
        asks=_named(table, "asks", papers),
        gives=_named(table, "gives", papers),
        name_sw=table.text("name_sw"),
        mark=table.mark(),
    )
    table.refuse_others()
    return step


def _channels(table: Keys) -> tuple[Channel, ...]:
    given = table.texts("channels")
    if not table.values.get("channels"):
        table.fault("channels", "no channels", f"one or more of {', '.join(CHANNELS)}")
    for name in given:
        if name not in CHANNELS:
            near = nearest(name, CHANNELS)
            hint = f"Did you mean {near[0]}?" if near else ""
            table.fault("channels", name, f"one of {', '.join(CHANNELS)}", hint)
    return cast("tuple[Channel, ...]", tuple(each for each in CHANNELS if each in given))


def _kinds(table: Keys) -> tuple[Kind, ...]:
    """What is done in a step: a word, or a list of them."""
    if not table.has("kind"):
        return ()
    is_word = isinstance(table.values["kind"], str)
    given = (table.text("kind"),) if is_word else table.texts("kind")
    if table.values["kind"] == []:
        table.fault("kind", "no kind", f"one or more of {', '.join(KINDS)}", "Or leave it out")
    for name in given:
        if name not in KINDS:
            near = nearest(name, KINDS)
            hint = f"Did you mean {near[0]}?" if near else ""
            table.fault("kind", name, f"one of {', '.join(KINDS)}", hint)
    return cast("tuple[Kind, ...]", tuple(each for each in KINDS if each in given))


def _visits(table: Keys, same: str) -> float | None:
    """Visits a case; a step within the visit of another one makes none of its own."""
    if not same:
        return table.number("visits", above=0)
    visits = table.number("visits", low=0)
    if visits:
        table.fault("visits", f"{visits:g}", "0 beside same_visit_as, or nothing",
                    f"The visit is counted at step {same}")  # fmt: skip
    return visits


def _truth(table: Keys, key: str) -> bool | None:
    if not table.has(key):
        return None
    value = table.values[key]
    if isinstance(value, bool):
        return value
    table.fault(key, value, "true or false")
    return None


def _check_visit_type(table: Keys, key: str, name: str, known: Collection[str] | None) -> None:
    if name and known is not None and name not in known:
        near = nearest(name, known)
        hint = f"Did you mean {near[0]}?" if near else f"Known: {listed(sorted(known))}"
        table.fault(key, name, "the id of a visit type", hint)


def _check_doubled(tables: Iterable[Keys], key: str, message: str = "") -> None:
    seen: set[str] = set()
    for table in tables:
        name = table.values.get(key)
        if not isinstance(name, str) or not name.strip():
            continue
        if name.strip() in seen:
            table.fault(key, name, f"each {key} once", message)
        seen.add(name.strip())
