"""Journeys in lines: what `journeys_told` holds, for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Told = dict[str, Any]
_NAMES = {"today": "Today's network", "plan": "The plan"}


def catalogue_lines(told: Told, *, with_steps: bool) -> Iterator[str]:
    """The journeys and what is needless in them."""
    if not told["journeys"]:
        yield "This pack describes no journeys. Add journeys.toml to it: docs/pack.md says how."
        return
    for journey in told["journeys"]:
        yield from _journey_lines(journey, told["currency"], with_steps=with_steps)
    often = told["asked_in_several_journeys"]
    if often:
        yield "Asked for in several journeys, so worth asking once and keeping:"
    for each in often:
        yield (
            f"  {each['name']}: in {len(each['journeys'])} journeys, {each['times']} times, by "
            f"{', '.join(each['agencies'])}"
        )


def network_lines(told: Told, currency: str) -> Iterator[str]:
    """Doors, time and money of each network."""
    for name, each in told.items():
        yield (
            f"{_NAMES[name]}: {_share(each['starts_at_nearest_branch_by_cases'])} of the cases can "
            f"start at the nearest branch, whatever it offers (by visits "
            f"{_share(each['starts_at_nearest_branch_by_visits'])}; at the nearest point of contact"
            f" {_share(each['starts_at_nearest_contact_by_cases'])}); the nearest branch completes "
            f"{_share(each['nearest_branch_completes_visits'])} of all visits."
        )
        for journey in each["journeys"]:
            yield f"  {journey['name']}: {_case_words(journey, currency)}"


def _case_words(journey: Told, currency: str) -> str:
    start = f"{_share(journey['at_nearest_branch'])} start at the nearest branch"
    lost = journey["not_completed_a_year"]
    without = f"; {lost:,.0f} {journey['starts_are']} a year lack a branch" if lost >= 0.5 else ""
    if journey["minutes"] is None:
        return f"{start}{without or '; no case comes to an end'}"
    return (
        f"{start}; a case takes {_time(journey['minutes'])} without queues "
        f"({_time(journey['travel_min'])} of them travel) and {currency} "
        f"{journey['travel_cost']:,.0f} of travel, beside {_fees(journey, currency)}"
        f"{_queue_words(journey)}{without}"
    )


def _fees(journey: Told, currency: str) -> str:
    """The fees of a case as far as they are known."""
    if journey["fees"] is None:
        return "fees that are not known"
    unknown = journey["fees_unknown"]
    part = f" as far as known ({_count(unknown, 'step')} without a figure)" if unknown else ""
    return f"fees of {currency} {journey['fees']:,.0f}{part}"


def _queue_words(journey: Told) -> str:
    """Queues of the peak hour: an upper end, and where it cannot be told."""
    wait, endless = journey["peak_hour_wait_min"], journey["peak_hour_endless_share"]
    unknown = journey["peak_hour_unknown_share"]
    told = (
        ""
        if wait is None
        else f"; up to {_upper(wait)} more in queues at the peak hour where counters suffice"
    )
    if endless:
        told += f"; {endless:.1%} go where more come at the peak hour than counters serve"
    if not unknown:
        return told
    who = "all" if unknown > 1 - 1e-9 else f"{unknown:.1%}"
    return f"{told}; {who} go to branches whose counters are not known"


def _upper(minutes: float) -> str:
    return "1 min" if minutes < 1 else _time(minutes)


def _journey_lines(journey: Told, currency: str, *, with_steps: bool) -> Iterator[str]:
    own, value = journey["own_minutes"], journey["steps_adding_value"]
    parts = [
        f"{_count(len(journey['steps']), 'step')} with {', '.join(journey['agencies'])}",
        f"{_count(journey['visits'], 'visit')} to a branch",
        f"{journey['steps_remote']} away from a branch",
    ]
    if journey["steps_elsewhere"]:
        parts.append(f"{_count(journey['steps_elsewhere'], 'trip')} to other agencies")
    if own["mode"] is not None:
        parts.append(f"own time {_time(own['mode'])} ({_time(own['low'])} to {_time(own['high'])})")
        if own["unknown"]:
            parts[-1] += f" as far as known ({_count(own['unknown'], 'step')} without a figure)"
    if journey["fees"] is not None:
        parts.append(_fees(journey, currency))
    if journey["standard_days"] is not None:
        parts.append(f"standard {journey['standard_days']:g} days")
    yield f"{journey['name']} [{journey['id']}]: {'; '.join(parts)}."
    if value["of"]:
        yield (
            f"  Adds value: {value['adding']} of the {value['of']} steps judged, "
            f"{value['steps_not_judged']} not judged"
        )
    if with_steps:
        names = {each["id"]: each["name"] for each in journey["papers"]}
        for number, step in enumerate(journey["steps"], 1):
            yield f"  {number}. {_step_words(step, names, currency)}"
    first = [
        f"{each['name']} ({each['issuer']})"
        for each in journey["must_be_there_first"]
        if each["from_another_agency"]
    ]
    if first:
        yield f"  There first, from other agencies: {'; '.join(first)}"
    for each in journey["asked_twice"]:
        by = " and ".join(each["over_agencies"] or each["within_agencies"])
        yield (
            f"  Asked for {len(each['steps'])} times: {each['name']}, by {by} "
            f"({', '.join(each['steps'])}; {each['confidence'] or 'no mark'})"
        )
    for each in journey["given_and_asked_back"]:
        yield (
            f"  Asked back by the agency that gave it: {each['name']} "
            f"({each['given_in']}, then {each['asked_in']})"
        )
    for each in journey["could_be_remote"]:
        share = each["share"]
        part = "all" if share is None else f"{share['mode']:.0%} ({share['confidence']})"
        told = " and ".join(each["names"])
        yield f"  At a branch only, though {part} of it needs nobody to come: {told}"


def _step_words(step: Told, names: Mapping[str, str], currency: str) -> str:
    parts = [step["name"], step["agency"], " or ".join(step["channels"])]
    if step["same_visit_as"]:
        parts.append(f"in the same visit as {step['same_visit_as']}")
    elif step["visit_type"]:
        parts.append(f"{_count(step['visits'], 'visit')} ({step['visit_type']})")
    if step["minutes"] is not None:
        parts.append(f"{step['minutes']['mode']:g} min ({step['minutes']['confidence']})")
    if step["fee"] is not None:
        parts.append(f"{currency} {step['fee']:,.0f}")
    if step["asks"]:
        parts.append(f"asks for {', '.join(names[paper] for paper in step['asks'])}")
    if step["adds_value"] is not None:
        parts.append("adds value" if step["adds_value"] else "adds no value")
    return f"{'; '.join(parts)}; {step['confidence'] or 'no mark'}"


def _count(number: float, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number:g} {noun}s"


def _share(value: float | None) -> str:
    return "no figure" if value is None else f"{value:.1%}"


def _time(minutes: float) -> str:
    whole = round(minutes)
    return f"{whole} min" if whole < 60 else f"{whole // 60} h {whole % 60:02d} min"
