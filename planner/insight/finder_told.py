"""Where do I go, with what, when: as plain values for JSON, and in lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from planner.evaluate.finder import Done, Found, Place, Visit
from planner.pack.journey_types import Paper
from planner.pack.types import Pack

Told = dict[str, Any]
_WHERE = {
    "home": "from home",
    "visit": "at the branch",
    "elsewhere": "in person with {agency}; the way there is not counted",
    "place": "with {agency}; nobody must come in person",
}


def finder_told(found: Found, pack: Pack) -> Told:
    """Everything a customer should know, with ids and names."""
    journey, count = found.journey, found.count
    low, mode, high = count.minutes or (None, None, None)
    point = None if found.point is None else pack.demand_points[found.point]
    return {
        "journey": journey.id,
        "name": journey.name,
        "customer": journey.customer,
        "area": pack.areas[found.area].code,
        "area_name": pack.areas[found.area].name,
        "point": None if point is None else point.id,
        "point_name": None if point is None else point.name,
        "standard_days": journey.standard_days,
        "visits": count.visits,
        "trips_elsewhere": count.elsewhere,
        "own_minutes": {"low": low, "mode": mode, "high": high, "unknown": count.minutes_unknown},
        "fees": count.fees,
        "fees_unknown": count.fees_unknown,
        "get_first": _papers(found.get_first),
        "steps": [_step(each) for each in found.steps],
        "nearest_help": [_place(each, pack) for each in found.help_at],
        "visits_in_order": [_visit(each, pack) for each in found.visits],
    }


def finder_lines(told: Told, currency: str) -> Iterator[str]:
    """The same for people at a terminal."""
    place = told["area_name"] if told["point"] is None else told["point_name"]
    place = place if told["point"] is None else f"{place} ({told['area_name']})"
    yield f"{told['name']}, from {place}"
    yield f"  {_totals(told, currency)}"
    if told["get_first"]:
        yield f"  Get first: {_names(told['get_first'])}"
    for number, step in enumerate(told["steps"], 1):
        where = _WHERE[step["where"]].format(agency=step["agency"])
        helped = " or at a point of assistance" if step["has_help"] else ""
        yield f"  {number}. {step['name']}: {where}{helped}"
    if told["nearest_help"]:
        yield f"  Nearest point of assistance: {_places(told['nearest_help'])}"
    for number, visit in enumerate(told["visits_in_order"], 1):
        yield f"  Visit {number}: {', then '.join(visit['step_names'])}{_times(visit['visits'])}"
        yield f"    Where: {_places(visit['first']) or 'no branch that can do it has a route'}"
        if visit["first"] and visit["lost"] > 0.0005:
            yield f"    No branch for {visit['lost']:.1%} of the people here"
        if visit["instead"]:
            yield f"    Without coming: {' or '.join(visit['instead'])}"
        if visit["second"]:
            yield f"    If that fails: {_places(visit['second'])}"
        if visit["bring"]:
            yield f"    Bring: {_names(visit['bring'])}"
        if visit["tell"]:
            yield f"    Know: {_names(visit['tell'])}"


def _totals(told: Told, currency: str) -> str:
    own = told["own_minutes"]
    parts = [f"visits to a branch: {told['visits']:g}"]
    if told["trips_elsewhere"]:
        parts.append(f"trips to other agencies: {told['trips_elsewhere']}")
    if own["mode"] is not None:
        parts.append(
            f"own time {own['mode']:g} min ({own['low']:g} to {own['high']:g}), "
            f"{own['unknown']} steps without a figure"
        )
    if told["fees"] is None:
        parts.append("fees not known")
    else:
        unknown = told["fees_unknown"]
        parts.append(f"fees {currency} {told['fees']:,.0f}, {unknown} steps without a figure")
    days = told["standard_days"]
    parts.append("no promised time" if days is None else f"promised in {days:g} days")
    return "; ".join(parts)


def _places(places: Iterable[Told]) -> str:
    return "; ".join(
        f"{each['name']} ({each['km']:.0f} km, {each['minutes']:.0f} min one way{_part(each)})"
        for each in places
    )


def _part(place: Told) -> str:
    if place["share"] > 0.9995:
        return ""
    return f", nearest for {place['share']:.1%} of the people"


def _times(visits: float) -> str:
    return "" if visits == 1 else f" ({visits:g} visits on average)"


def _names(papers: Iterable[Told]) -> str:
    return "; ".join(each["name"] for each in papers)


def _step(done: Done) -> Told:
    step, figure = done.step, done.step.minutes
    return {
        "id": step.id,
        "name": step.name,
        "agency": step.agency,
        "where": done.where,
        "has_help": done.has_help,
        "minutes": None if figure is None else figure.value,
        "fee": step.fee_kes,
        "asks": list(step.asks),
    }


def _visit(visit: Visit, pack: Pack) -> Told:
    return {
        "steps": [step.id for step in visit.steps],
        "step_names": [step.name for step in visit.steps],
        "visit_type": visit.steps[0].visit_type,
        "visits": visit.visits,
        "first": [_place(each, pack) for each in visit.first],
        "second": [_place(each, pack) for each in visit.second],
        "lost": visit.lost,
        "bring": _papers(visit.bring),
        "tell": _papers(visit.tell),
        "instead": list(visit.instead),
    }


def _place(place: Place, pack: Pack) -> Told:
    site = pack.sites[place.site]
    return {
        "site": site.id,
        "name": site.name,
        "share": place.share,
        "km": place.km,
        "minutes": place.minutes,
        "least_min": place.least_min,
        "most_min": place.most_min,
    }


def _papers(papers: Iterable[Paper]) -> list[Told]:
    return [{"paper": each.id, "name": each.name, "issuer": each.agency} for each in papers]
