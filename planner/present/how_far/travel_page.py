"""The page on how far it is, as values: the models side by side, known roads, own ones."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from planner.present.how_far.travel_judged import Judged
from planner.present.method import source_text
from planner.present.travel import explanation, model_name, way_name
from planner.present.view import View
from planner.travel import RoadError
from planner.travel.judged import WITHIN, Suspect

GOOD, OFF, DOUBTED = "#0072b2", "#d55e00", "#717d79"  # Okabe and Ito's; grey reads on both themes


def in_force(view: View, models: Sequence[Judged]) -> Judged | None:
    """The model that the view's problem was measured by."""
    told = view.problem.travel
    return next((each for each in models if told and each.model == told.model), None)


def lead_sentences(view: View, models: Sequence[Judged]) -> list[str]:
    """Which model is in force and why, how far off it is, and whether another errs less."""
    w, told = view.words, view.problem.travel
    if told is None:
        return [explanation(w, told, view.pack)]
    why = "travel.why_pack" if view.pack.travel.model else "travel.why_places"
    way = way_name(w, told, view.pack)
    lines = [w("travel.in_force", way=way), w(why), explanation(w, told, view.pack)]
    own = in_force(view, models)
    better = _better_than(own, models)
    if better is not None and better.error is not None:
        name = model_name(w, better.model)
        lines.append(w("travel.errs_less", model=name, median=w.percent(better.error.median)))
    return lines


def _better_than(own: Judged | None, models: Sequence[Judged]) -> Judged | None:
    """The model that errs least, where that is another one."""
    known = [each for each in models if each.error is not None]
    if own is None or own.error is None or not known:
        return None
    best = min(known, key=lambda each: each.error.median if each.error else np.inf)
    is_less = best.error is not None and best.error.median < own.error.median
    return best if is_less and best.model != own.model else None


# -- the models side by side ---------------------------------------------------------------


def model_table(view: View, models: Sequence[Judged]) -> pd.DataFrame:
    """Every model with its error on the roads of known length, or with what it lacks."""
    w, told = view.words, view.problem.travel
    rows = []
    for each in models:
        is_own = told is not None and told.model == each.model
        use = {w("travel.column_use"): _use(view, each, is_own=is_own)}
        name = {w("travel.column_model"): model_name(w, each.model)}
        rows.append(name | use | _error_cells(view, each))
    return pd.DataFrame(rows)


def _use(view: View, judged: Judged, *, is_own: bool) -> str:
    w = view.words
    if is_own:
        return w("travel.in_use")
    if judged.fault:
        return w("travel.faulty", fault=judged.fault)
    return w("travel.suits") if judged.suits else w(f"travel.needs_{judged.model}")


def _error_cells(view: View, judged: Judged) -> dict[str, str]:
    w, error = view.words, judged.error
    names = [w(f"travel.column_{name}") for name in ("median", "mean", "worst", "near", "where")]
    if error is None:
        missing = w("travel.not_measured") if judged.suits else ""
        return dict(zip(names, (missing, "", "", "", ""), strict=True))
    near = round(error.within * error.count)
    worst = f"{error.worst.road.from_town} \N{EN DASH} {error.worst.road.to_town}"
    values = (
        _size(view, error.median),
        _size(view, error.mean),
        _signed(view, error.worst.error),
        w("travel.n_of", n=near, of=error.count),
        worst,
    )
    return dict(zip(names, values, strict=True))


def _size(view: View, share: float) -> str:
    return view.words.percent(share) if np.isfinite(share) else view.words("travel.no_route")


def _signed(view: View, share: float) -> str:
    w = view.words
    is_there = np.isfinite(share)
    return w.unit("percent", v=w.signed(share * 100, 0)) if is_there else w("travel.no_route")


# -- the roads of known length -------------------------------------------------------------


def road_table(view: View, judged: Judged) -> pd.DataFrame:
    """Each known road, the farthest off first: known and modelled km, and where it is from."""
    w = view.words
    roads = [] if judged.error is None else judged.error.roads
    return pd.DataFrame(
        [
            {
                w("travel.column_from"): each.road.from_town,
                w("travel.column_to"): each.road.to_town,
                w("travel.column_known"): _km(each.road.road_km),
                w("travel.column_modelled"): _km(each.modelled_km),
                w("travel.column_error"): _signed(view, each.error),
                w("travel.column_doubts"): "; ".join(doubt(view, why) for why in each.doubts),
            }
            for each in sorted(roads, key=lambda each: -abs(each.error))
        ]
    )


def _km(value: float) -> float | None:
    """Long ways in whole km: a tenth would look surer than it is."""
    return round(value, 0 if value >= 100 else 1) if np.isfinite(value) else None


def doubt(view: View, why: Suspect) -> str:
    """Why a known length is doubtful."""
    texts = {name: f"{getattr(why, name):.2f}" for name in ("found", "least", "most")}
    km = view.words.km(why.least)
    return view.words(f"travel.doubt_{why.why}", through=why.through, km=km, **texts)


def road_sources(view: View) -> str:
    """Where the known lengths come from, each source once."""
    told = dict.fromkeys(source_text(road.mark) for road in view.pack.known_roads)
    sources = "; ".join(each for each in told if each)
    return view.words("travel.known_from", sources=sources) if sources else ""


def doubts_sentence(view: View, judged: Judged) -> str:
    """How many known lengths are doubtful, and the error without them; nothing without any."""
    w, error = view.words, judged.error
    doubted = 0 if error is None else sum(bool(each.doubts) for each in error.roads)
    if error is None or not doubted:
        return ""
    if error.sound is None:
        return w("travel.all_doubted")
    median = _size(view, error.sound.median)
    return w("travel.doubted", n=doubted, of=error.count, median=median)


def class_of(road: RoadError) -> str:
    """Whether a road's length is doubtful, and else whether the model comes near it."""
    if road.doubts:
        return "doubtful"
    return "near" if abs(road.error) <= WITHIN else "off"


def road_frame(view: View, judged: Judged) -> pd.DataFrame:
    """The same for the chart."""
    roads = [] if judged.error is None else judged.error.roads
    return pd.DataFrame(
        [
            {
                "known": each.road.road_km,
                "modelled": each.modelled_km,
                "kind": view.words(f"travel.{class_of(each)}"),
                "road": f"{each.road.from_town} \N{EN DASH} {each.road.to_town}",
                "error": _signed(view, each.error),
            }
            for each in roads
            if np.isfinite(each.modelled_km)
        ],
        columns=["known", "modelled", "kind", "road", "error"],
    )


def road_chart(view: View, judged: Judged) -> alt.LayerChart:
    """Known against modelled kilometres; the band reaches 10 % to both sides of equal."""
    w, frame = view.words, road_frame(view, judged)
    top = 1.05 * float(max(frame["known"].max(), frame["modelled"].max()))
    ends = pd.DataFrame({"known": [0.0, top]})
    ends["low"], ends["high"] = ends["known"] * (1 - WITHIN), ends["known"] * (1 + WITHIN)
    scale = alt.Scale(domain=[0, top], nice=False)
    x = alt.X("known:Q", scale=scale, title=w("travel.axis_known"))
    y_title = w("travel.axis_modelled")
    band = alt.Chart(ends).mark_area(color=GOOD, opacity=0.14, clip=True)
    line = alt.Chart(ends).mark_line(color=DOUBTED, strokeDash=[5, 4])
    kinds = [w(f"travel.{name}") for name in ("near", "off", "doubtful")]
    legend = alt.Legend(title=None, orient="top", columns=1, labelLimit=320)
    points = (
        alt.Chart(frame)
        .mark_point(size=70, filled=True, opacity=0.9)
        .encode(
            x=x,
            y=alt.Y("modelled:Q", scale=scale, title=y_title),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=kinds, range=[GOOD, OFF, DOUBTED]),
                legend=legend,
            ),
            shape=alt.Shape(
                "kind:N",
                scale=alt.Scale(domain=kinds, range=["circle", "diamond", "cross"]),
                legend=legend,
            ),
            tooltip=[
                alt.Tooltip("road:N", title=w("travel.column_road")),
                alt.Tooltip("known:Q", title=w("travel.axis_known"), format=",.0f"),
                alt.Tooltip("modelled:Q", title=y_title, format=",.0f"),
                alt.Tooltip("error:N", title=w("travel.column_error")),
            ],
        )
    )
    drawn = (
        band.encode(x=x, y=alt.Y("low:Q", scale=scale, title=y_title), y2="high:Q"),
        line.encode(x=x, y=alt.Y("known:Q", scale=scale, title=y_title)),
        points,
    )
    return alt.layer(*drawn).properties(height=380)


# -- what it rests on, and better ones -----------------------------------------------------


def notes_of(judged: Judged | None, view: View) -> list[str]:
    """What the model in force assumed, left out or led round."""
    told = view.problem.travel
    own = () if judged is None or judged.ways is None else judged.ways.notes
    return view.words.in_english(dict.fromkeys([*own, *(told.notes if told else ())]))


def sources_of(view: View) -> list[str]:
    """Where the roads and figures of the model in force come from, in full."""
    told = view.problem.travel
    found = [] if told is None else [each for each in dict.fromkeys(told.sources) if each]
    return [view.words("travel.as_written"), *found] if found else []


def own_steps(view: View) -> list[str]:
    """How to bring better travel of one's own, a step a line."""
    return [view.words(f"travel.own_{name}") for name in ("known", "roads", "changes", "matrix")]
