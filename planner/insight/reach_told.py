"""Reach and backup as plain values with ids, for JSON, and in lines for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from planner.demand.segments import dimension_of
from planner.evaluate.reach import Band, Reach
from planner.evaluate.within import Part, Within
from planner.insight.catchments import Catchment
from planner.insight.isochrones import Isochrones
from planner.pack.names import plural
from planner.pack.types import Pack

Told = dict[str, Any]
_NAME = 44
_WORST = 10
_LEAST, _SHARED = 5, 0.9  # service areas that share most of their visits with others


def reach_told(pack: Pack, found: Reach) -> Told:
    """Everything of a reach: shares are of the visits or the people, minutes one way."""
    kinds, segments = pack.visit_types, pack.customers.segments
    named = {(each.dimension, each.id): each.name for each in segments}
    return {
        "within_min": list(found.within_min),
        "visit_types": [kinds[b].id for b in found.kinds],
        "all": _part(found.all),
        "by_visit_type": [
            {"visit_type": kinds[b].id, "name": kinds[b].name, **_part(part)}
            for b, part in zip(found.kinds, found.by_type, strict=True)
        ],
        "by_area": [
            {"area": area.code, "name": area.name, **_part(part)}
            for area, part in zip(pack.areas, found.by_area, strict=True)
        ],
        "by_group": [
            {
                "dimension": group.dimension,
                "dimension_name": dimension_of(pack, group.dimension).name,
                "segment": group.segment,
                "name": named[group.dimension, group.segment],
                **_part(group.part),
            }
            for group in found.by_group
        ],
        "not_told_apart": [
            {"dimension": name, "name": dimension_of(pack, name).name} for name in found.not_apart
        ],
        "by_kind_of_area": [_band(pack, band, named) for band in found.by_band],
        "backup_worst": [pack.areas[c].code for c in worst_backed(found.by_area)],
    }


def worst_backed(areas: Sequence[Part]) -> list[int]:
    """Positions of the areas with visits, worst second branch first.

    First those where most visits have no second branch, then by minutes to it.
    """
    counted = [c for c, part in enumerate(areas) if part.visits > 0]
    return sorted(
        counted, key=lambda c: (-(areas[c].second.none or 0), -(areas[c].second.mean_min or 0), c)
    )


def _part(part: Part) -> Told:
    return {
        "visits_per_year": part.visits,
        "people": part.people,
        "nearest": _within(part.nearest),
        "nearest_of_people": _within(part.people_nearest),
        "as_assigned": _within(part.assigned),
        "second": _within(part.second),
        "extra_min_if_nearest_stops": part.extra_min,
    }


def _within(told: Within) -> Told:
    return {
        "mean_min": told.mean_min,
        "share_within": list(told.shares),
        "share_within_standard": told.standard,
        "share_without": told.none,
    }


def _band(pack: Pack, band: Band, named: Mapping[tuple[str, str], str]) -> Told:
    is_share = bool(band.segment)
    return {
        "fact": band.fact,
        "segment": band.segment or None,
        "name": f"{dimension_of(pack, band.fact).name}: {named[band.fact, band.segment]}"
        if is_share
        else band.fact,
        "is_share": is_share,
        "low": band.low,
        "high": band.high,
        "areas": [pack.areas[c].code for c in band.areas],
        **_part(band.part),
    }


# -- lines ---------------------------------------------------------------------------------


def reach_lines(told: Told, pack: Pack, error: str) -> Iterator[str]:
    """The same as tables in words; `error` says how far off travel may be."""
    names, label = told["visit_types"], plural(pack.area_label)
    every = len(names) == len(pack.visit_types)
    whole = told["all"]
    yield (
        f"{whole['visits_per_year']:,.0f} visits a year"
        + ("" if every else f" ({', '.join(names)})")
        + f" of {whole['people']:,.0f} people"
    )
    yield f"Travel one way to the nearest open branch that can complete the visit ({error})"
    yield _head(told, "visits a year")
    yield _row("all visits", whole, "nearest")
    yield _row("where the plan sends them", whole, "as_assigned")
    yield _row("people, each counted once", whole, "nearest_of_people", count="people")
    for kind in told["by_visit_type"] if len(names) > 1 else ():
        yield _row(kind["name"], kind, "nearest")
    if told["by_group"]:
        yield (
            f"By group, each by its share of the visits of every {pack.area_label}: "
            "groups differ by less here than in truth"
        )
        yield _head(told, "visits a year")
        for group in told["by_group"]:
            yield _row(f"{group['dimension_name']}: {group['name']}", group, "nearest")
    if told["not_told_apart"]:
        same = ", ".join(each["name"] for each in told["not_told_apart"])
        yield f"  Not told apart, the same in every {pack.area_label}: {same}"
    if told["by_kind_of_area"]:
        yield f"By kind of {pack.area_label}, in bands of about equally many people"
        yield _head(told, "visits a year")
        for fact in dict.fromkeys(band["name"] for band in told["by_kind_of_area"]):
            yield f"  {fact}"
            for band in told["by_kind_of_area"]:
                if band["name"] == fact:
                    yield _row(f"  {_band_name(band, label)}", band, "nearest")
    yield f"By {pack.area_label}, farthest first"
    yield _head(told, "visits a year")
    for area in _farthest(told["by_area"]):
        yield _row(area["name"], area, "nearest")
    yield from _backup_lines(told, pack, error)


def _backup_lines(told: Told, pack: Pack, error: str) -> Iterator[str]:
    worst = told["backup_worst"][:_WORST]
    yield f"Backup: travel one way to the next nearest that can complete the visit ({error})"
    yield _head(told, "visits a year", last="longer by")
    yield _row("all visits", told["all"], "second", last="extra_min_if_nearest_stops")
    kept = told["all"]["second"]["share_within_standard"]
    if kept is not None:
        yield f"  {_share(kept)} of the visits keep every standard there too"
    by_code = {area["area"]: area for area in told["by_area"]}
    yield f"  worst off of the {plural(pack.area_label)}:"
    for code in worst:
        yield _row(by_code[code]["name"], by_code[code], "second", "extra_min_if_nearest_stops")


def catchment_lines(found: Sequence[Catchment], pack: Pack, file: str) -> Iterator[str]:
    """What was written of service areas."""
    lost = next((each for each in found if each.site is None), None)
    yield f"{file}: service areas of {sum(each.site is not None for each in found)} branches"
    if lost is not None:
        yield f"  {lost.people:,.0f} people live where no branch can serve them"
    own = [
        (each.own_share, each.site) for each in found if each.own_share and each.site is not None
    ]
    for share, site in sorted(own)[:_LEAST]:
        if share < _SHARED:
            yield (
                f"  {pack.sites[site].name}: {_share(share)} of the visits from its area go there, "
                "the others elsewhere"
            )


def isochrone_lines(found: Isochrones, file: str) -> Iterator[str]:
    """What was written of bands of minutes, and how far lines may be off the travel model."""
    yield (
        f"{file}: bands of minutes from a grid of {found.surface.step_km:.1f} km, in "
        f"{found.seconds:.1f} s"
    )
    if found.off_min is not None and found.off_most_min is not None:
        yield (
            "  held against the travel model at the demand points, the lines are "
            f"{found.off_min:.1f} min off in the median, under {found.off_most_min:.1f} min at 95 "
            "of 100; "
            f"{_share(found.agree)} of the points lie in the band of their own minutes"
        )


def _farthest(areas: Iterable[Told]) -> list[Told]:
    counted = [area for area in areas if area["visits_per_year"] > 0]
    return sorted(
        counted, key=lambda a: (-(a["nearest"]["share_without"] or 0),
                                -(a["nearest"]["mean_min"] or 0)),
    )  # fmt: skip


def _band_name(band: Told, areas: str) -> str:
    ends = dict.fromkeys(
        _end(value, is_share=band["is_share"]) for value in (band["low"], band["high"])
    )
    return f"{' to '.join(ends)} ({len(band['areas'])} {areas})"


def _end(value: float, *, is_share: bool) -> str:
    if not is_share:
        return f"{value:,.4g}"
    return f"{value:.1%}" if value < 0.1 else f"{value:.0%}"


def _head(told: Told, count: str, last: str = "") -> str:
    cells = "".join(f"{f'{limit:g} min':>10}" for limit in told["within_min"])
    more = f"{last:>13}" if last else ""
    return f"  {'':<{_NAME}}{count:>14}{'mean':>13}{cells}{'no branch':>11}{more}"


def _row(name: str, part: Told, which: str, last: str = "", count: str = "visits_per_year") -> str:
    told = part[which]
    cells = "".join(f"{_share(share):>10}" for share in told["share_within"])
    more = f"{_minutes(part[last]):>13}" if last else ""
    shown = name if len(name) < _NAME else f"{name[: _NAME - 2]}…"
    return (
        f"  {shown:<{_NAME}}{part[count]:>14,.0f}{_minutes(told['mean_min']):>13}{cells}"
        f"{_share(told['share_without']):>11}{more}"
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _minutes(value: float | None) -> str:
    return "-" if value is None else f"{value:,.1f} min"
