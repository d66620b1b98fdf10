"""What `planner travel --judge` tells: each travel model against the roads of known length."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from planner.travel.fits import Errors
from planner.travel.judged import WITHIN, ErrorSize, RoadError, Suspect
from planner.travel.verdict import ModelJudged, Tried, Verdict

_NAME = 46
_COLUMNS = ("median", "mean", "worst", f"to {WITHIN:.0%}")


def verdict_told(verdict: Verdict) -> dict[str, Any]:
    """As plain values; None for an error where the model finds no way."""
    first = verdict.models[0].error
    return {
        "count": first.count,
        "least_km": first.least_km,
        "errs_least": verdict.least,
        "default": verdict.default,
        "models": [_model(each) for each in verdict.models],
        "doubtful": [
            {
                "from_town": each.road.from_town,
                "to_town": each.road.to_town,
                "road_km": each.road.road_km,
                "doubts": [_plain(doubt) for doubt in each.doubts],
            }
            for each in first.roads
            if each.doubts
        ],
    }


def verdict_lines(verdict: Verdict) -> Iterator[str]:
    """In words: a table of errors, what errs least, and which lengths are doubtful."""
    first = verdict.models[0].error
    doubtful = [road for road in first.roads if road.doubts]
    yield (
        f"Held against {first.count} roads of known length, {len(doubtful)} of them doubtful. The"
        f" shortest is {first.least_km:.0f} km: shorter trips are not judged."
    )
    heading = "Off by, as a share of the known length"
    yield f"{heading:<{_NAME}}{'all roads':>20}{'without doubtful':>32}"
    yield " " * _NAME + "".join(f"{name:>8}" for name in (*_COLUMNS, *_COLUMNS))
    for judged in verdict.models:
        name = _said(judged.model)
        yield _row(name + ", figures in force", Errors(judged.error, judged.error.sound))
        for each in judged.tried:
            yield from _figures(each)
            yield _row("    on the roads fitted to, and the doubtful", each.fit.inside)
            if each.fit.pair is not None:
                yield _row("    on each road by a fit without it", each.fit.pair)
            if each.fit.town is not None:
                yield _row("    on each town's roads by a fit without them", each.fit.town)
    least = next(each for each in verdict.models if each.model == verdict.least)
    yield (
        f"{_said(verdict.least)} errs least: {least.error.median:.1%} in the median as it stands;"
        f" expect {least.expected:.1%} on roads of towns that its figures were not fitted to. The"
        f" default is {_said(verdict.default)}."
    )
    if doubtful:
        yield "Doubtful: counted under all roads, but never fitted to:"
        yield from (f"  {_doubtful(road)}" for road in doubtful)
    yield from _roads(verdict)


def _roads(verdict: Verdict) -> Iterator[str]:
    names = [_said(each.model) for each in verdict.models]
    yield "Each road, figures in force:"
    yield f"  {'':<30}{'known km':>9}" + "".join(f"{name:>20}" for name in names)
    for of_models in zip(*(each.error.roads for each in verdict.models), strict=True):
        road = of_models[0].road
        cells = "".join(f"{_modelled(each):>20}" for each in of_models)
        yield f"  {road.from_town + '-' + road.to_town:<30}{road.road_km:>9.0f}{cells}"


def _modelled(each: RoadError) -> str:
    if not math.isfinite(each.modelled_km):
        return "no way"
    return f"{each.modelled_km:.0f} ({each.error:+.0%})"


def _row(name: str, errors: Errors) -> str:
    cells = []
    for size in (errors.every, errors.sound):
        shares = (None,) * 4 if size is None else (size.median, size.mean, size.most, size.within)
        for share in shares:
            told = share is not None and math.isfinite(share)
            cells.append(f"{share:>8.1%}" if told else f"{'-':>8}")
    return f"{name:<{_NAME}}{''.join(cells)}"


def _figures(tried: Tried) -> Iterator[str]:
    fit = tried.fit
    for number, (name, value) in enumerate(fit.figures.items()):
        yield (
            f"  {'and' if number else 'fitted:'} {name} {value:.3g}, in force"
            f" {tried.family.in_force[name]:.3g}; {fit.low[name]:.3g} to {fit.high[name]:.3g} with"
            " roads or towns left out"
        )


def _doubtful(each: RoadError) -> str:
    road = each.road
    why = "; ".join(_why(doubt) for doubt in each.doubts)
    return f"{road.from_town}-{road.to_town}, {road.road_km:.0f} km: {why}."


def _why(doubt: Suspect) -> str:
    if doubt.why == "detour":
        return f"by way of {doubt.through} it is {doubt.least:.0f} km"
    if doubt.why == "short":
        return "shorter than the straight line"
    return (
        f"{doubt.found:.2f} km per straight km, where the others of the table lead to expect"
        f" {doubt.least:.2f} to {doubt.most:.2f}"
    )


def _said(model: str) -> str:
    return model.replace("_", "-")


def _model(judged: ModelJudged) -> dict[str, Any]:
    error = judged.error
    return {
        "model": judged.model,
        "expected": _finite(judged.expected),
        "in_force": _errors(Errors(error, error.sound)),
        "roads": [
            {
                "from_town": each.road.from_town,
                "to_town": each.road.to_town,
                "road_km": each.road.road_km,
                "modelled_km": _finite(each.modelled_km),
                "error": _finite(each.error),
            }
            for each in error.roads
        ],
        "fits": [_fit(each) for each in judged.tried],
    }


def _fit(tried: Tried) -> dict[str, Any]:
    fit = tried.fit
    ranges: dict[str, Mapping[str, float]] = {
        "in_force": tried.family.in_force,
        "fitted": fit.figures,
        "low": fit.low,
        "high": fit.high,
    }
    errors = {"inside": fit.inside, "road_left_out": fit.pair, "town_left_out": fit.town}
    return {
        "figures": {
            name: {kind: values[name] for kind, values in ranges.items()} for name in fit.figures
        },
        **{name: None if each is None else _errors(each) for name, each in errors.items()},
    }


def _errors(errors: Errors) -> dict[str, Any]:
    sound = errors.sound
    return {
        "all": {each.name: _finite(getattr(errors.every, each.name)) for each in fields(ErrorSize)},
        "without_doubtful": None if sound is None else _plain(sound),
    }


def _plain(record: Suspect | ErrorSize) -> dict[str, Any]:
    return {each.name: _finite(getattr(record, each.name)) for each in fields(record)}


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
