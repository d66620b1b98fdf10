"""One journey as values: its steps on lanes and in a table, its totals, and what is needless."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import altair as alt
import pandas as pd

from planner.demand.journeys import AskedOften, JourneyCount
from planner.pack.figures import Confidence, Mark
from planner.pack.journey_types import Step
from planner.present.cards import Card
from planner.present.words import Words

_LOOKS = (  # colour and shape both tell how a step is done
    ("visit", "#0072B2", "square"),
    ("elsewhere", "#D55E00", "diamond"),
    ("away", "#009E73", "circle"),
)


def kind_of(step: Step) -> str:
    """How a step is done: a visit to a branch, in person elsewhere, or away from any counter."""
    if step.visit_type:
        return "visit"
    return "elsewhere" if step.presence else "away"


def summary(w: Words, count: JourneyCount) -> str:
    """The journey in a few sentences."""
    journey = count.journey
    customer = (journey.customer_sw if w.language == "sw" else "") or journey.customer
    told = [
        w("journeys.for_whom", name=w.name(journey), customer=customer),
        w("journeys.totals", steps=len(journey.steps), agencies=len(count.agencies),
          visits=w.number(count.visits), away=count.remote),
    ]  # fmt: skip
    if count.elsewhere:
        told.append(w("journeys.elsewhere_too", n=count.elsewhere))
    if count.visits_spared:
        told.append(w("journeys.spared", visits=w.number(count.visits_spared)))
    if count.steps_adding.of:
        told.append(
            w("journeys.value", adding=w.number(count.steps_adding.adding),
              of=w.number(count.steps_adding.of), rest=count.steps_adding.not_judged)
        )  # fmt: skip
    return " ".join(told)


def cards(w: Words, count: JourneyCount) -> list[Card]:
    """The figures of a journey, as far as they are known."""
    journey, own = count.journey, count.minutes
    visits_note = w("journeys.steps_in_person", n=count.in_person)
    found = [Card(w("journeys.visits"), w.number(count.visits), visits_note)]
    if own is not None:
        note = w("journeys.own_note", low=w.minutes(own[0]), high=w.minutes(own[2]),
                 n=count.minutes_unknown)  # fmt: skip
        found.append(Card(w("journeys.own_time"), w.minutes(own[1]), note))
    if count.fees is not None:
        found.append(Card(w("journeys.fees"), w.money(count.fees), w("journeys.fees_note")))
    if journey.standard_days is not None:
        days = w("journeys.days", n=w.number(journey.standard_days))
        found.append(Card(w("journeys.standard"), days, mark_words(w, journey.mark)))
    return found


# -- steps ---------------------------------------------------------------------------------


def step_table(w: Words, count: JourneyCount) -> pd.DataFrame:
    """The steps in order: with whom, how, and what they take and ask."""
    papers = {paper.id: w.name(paper) for paper in count.journey.papers}
    yes_no = {True: w("journeys.yes"), False: w("journeys.no"), None: w("journeys.not_judged")}
    rows = [
        {
            w("journeys.step"): f"{number}. {w.name(step)}",
            w("journeys.with"): step.agency,
            w("journeys.how"): _how(w, step),
            w("journeys.own_time"): own_minutes(w, step),
            w("journeys.fee"): "" if step.fee_kes is None else w.money(step.fee_kes),
            w("journeys.asks"): ", ".join(papers[paper] for paper in step.asks),
            w("journeys.adds_value"): yes_no[step.adds_value],
            w("column.mark"): mark_word(w, step.mark.confidence),
        }
        for number, step in enumerate(count.journey.steps, 1)
    ]
    return pd.DataFrame(rows)


def source_table(w: Words, count: JourneyCount) -> pd.DataFrame:
    """Where each step, each time and the journey itself come from."""
    journey = count.journey
    rows = [_source(w, w.name(journey), journey.mark)]
    for step in journey.steps:
        rows.append(_source(w, w.name(step), step.mark))
        if step.minutes is not None:
            name = w("journeys.time_of", step=w.name(step))
            rows.append(_source(w, name, step.minutes.mark))
    rows += [_source(w, w.name(paper), paper.mark) for paper in journey.papers]
    return pd.DataFrame(rows)


def lanes(w: Words, count: JourneyCount) -> Any:
    """The steps in order as a chart: a lane for each agency, a symbol for how."""
    kinds = [kind_of(each) for each in count.journey.steps]
    looks = [look for look in _LOOKS if look[0] in kinds]
    order = [w(f"journeys.kind_{kind}") for kind, _, _ in looks]
    step, agency, how = "step", "agency", "how"
    frame = pd.DataFrame(
        {
            step: [number for number, _ in enumerate(count.journey.steps, 1)],
            agency: [_wrapped(each.agency) for each in count.journey.steps],
            how: [w(f"journeys.kind_{kind}") for kind in kinds],
            "name": [w.name(each) for each in count.journey.steps],
        }
    )
    base = alt.Chart(frame).encode(
        x=alt.X(f"{step}:O", title=w("journeys.step_number"), axis=alt.Axis(labelAngle=0)),
        y=alt.Y(
            f"{agency}:N",
            title=None,
            sort=[_wrapped(each) for each in count.agencies],
            axis=alt.Axis(
                labelLimit=150, labelOverlap=False, labelExpr="split(datum.label, '\\n')"
            ),
        ),
    )
    scales = {
        "color": alt.Color(
            f"{how}:N",
            title=w("journeys.how"),
            scale=alt.Scale(domain=order, range=[colour for _, colour, _ in looks]),
            legend=alt.Legend(orient="bottom", columns=1),
        ),
        "shape": alt.Shape(
            f"{how}:N",
            title=w("journeys.how"),
            scale=alt.Scale(domain=order, range=[shape for _, _, shape in looks]),
        ),
    }
    tooltips = [
        alt.Tooltip("name:N", title=w("journeys.step")),
        alt.Tooltip(f"{agency}:N", title=w("journeys.with")),
        alt.Tooltip(f"{how}:N", title=w("journeys.how")),
    ]
    line = base.mark_line(color="#8a9794", strokeWidth=2).encode(order=alt.Order(f"{step}:Q"))
    points = base.mark_point(filled=True, size=220, opacity=1).encode(tooltip=tooltips, **scales)
    height = 90 + 20 * len(looks) + 54 * len(count.agencies)
    return (line + points).properties(height=height)


def _wrapped(name: str) -> str:
    """A name in lines short enough to stand beside a chart on a telephone."""
    return textwrap.fill(name, 20)


# -- what is needless ----------------------------------------------------------------------


def needless_table(w: Words, count: JourneyCount) -> pd.DataFrame:
    """What is asked for twice or asked back, and what is done at a branch without need."""
    what, where, why = w("journeys.what"), w("journeys.where"), w("journeys.why")
    mark = w("column.mark")
    rows = []
    for twice in count.asked_twice:
        reasons = [
            w("journeys.twice_within", agency=agency,
              n=sum(1 for step in twice.steps if step.agency == agency))
            for agency in twice.within
        ]  # fmt: skip
        if twice.over:
            reasons.append(w("journeys.twice_over", agencies=_all(w, twice.over)))
        rows.append(
            {
                what: w.name(twice.paper),
                where: _names(w, twice.steps),
                why: " ".join(reasons),
                mark: mark_word(w, twice.mark),
            }
        )
    for back in count.given_back:
        reason = w("journeys.given_back", agency=back.given.agency, step=w.name(back.given))
        rows.append(
            {
                what: w.name(back.paper),
                where: w.name(back.asked),
                why: reason,
                mark: mark_word(w, back.asked.mark.confidence),
            }
        )
    for remote in count.could_be_remote:
        if remote.share is None:
            reason, weight = w("journeys.remote"), remote.steps[0].mark.confidence
        else:
            reason = w("journeys.remote_share", share=w.share(remote.share.value))
            weight = remote.share.mark.confidence
        spared = w("journeys.would_spare", visits=w.number(remote.visits))
        rows.append(
            {
                what: w("journeys.coming"),
                where: _names(w, remote.steps),
                why: f"{reason} {spared}" if remote.visits else reason,
                mark: mark_word(w, weight),
            }
        )
    return pd.DataFrame(rows, columns=[what, where, why, mark])


def brought_table(w: Words, count: JourneyCount) -> pd.DataFrame:
    """What must be there first; what other agencies issue stands on top."""
    rows = [
        {
            w("journeys.paper"): w.name(each.paper),
            w("journeys.issued_by"): each.paper.agency or w("journeys.no_issuer"),
            w("journeys.asked_in"): _names(w, each.steps),
            w("column.mark"): mark_word(w, each.paper.mark.confidence),
        }
        for each in sorted(count.brought, key=lambda each: not each.is_foreign)
    ]
    return pd.DataFrame(rows)


def often_table(w: Words, often: Iterable[AskedOften]) -> pd.DataFrame:
    """What several journeys ask for."""
    rows = [
        {
            w("journeys.paper"): w.name(each.paper),
            w("journeys.in_journeys"): len(each.journeys),
            w("journeys.times"): each.times,
            w("journeys.by"): ", ".join(each.agencies),
        }
        for each in often
    ]
    return pd.DataFrame(rows)


def mark_words(w: Words, mark: Mark) -> str:
    """The mark and the source in a line."""
    return ": ".join(part for part in (mark_word(w, mark.confidence), mark.source) if part)


def _source(w: Words, name: str, mark: Mark) -> dict[str, str]:
    return {
        w("journeys.what"): name,
        w("column.mark"): mark_word(w, mark.confidence),
        w("column.source"): mark.source,
        w("column.note"): mark.note,
    }


def _how(w: Words, step: Step) -> str:
    ways = ", ".join(w(f"journeys.channel_{channel}") for channel in step.channels)
    if step.same_visit_as:
        return w("journeys.same_visit", ways=ways)
    return ways if not step.visit_type else w("journeys.visits_of", ways=ways,
                                              n=w.number(step.visits))  # fmt: skip


def own_minutes(w: Words, step: Step) -> str:
    """A step's own time with its ends; nothing where it is not known."""
    figure = step.minutes
    if figure is None:
        return ""
    if figure.low == figure.high:
        return w.minutes(figure.value)
    return w("journeys.range", mode=w.minutes(figure.value), low=w.number(figure.low),
             high=w.number(figure.high))  # fmt: skip


def mark_word(w: Words, confidence: Confidence | None) -> str:
    """A mark as people read it."""
    return w(f"mark.{confidence}") if confidence else w("journeys.no_mark")


def _names(w: Words, steps: Sequence[Step]) -> str:
    return "; ".join(dict.fromkeys(w.name(step) for step in steps))


def _all(w: Words, names: Sequence[str]) -> str:
    return w("journeys.and", first=", ".join(names[:-1]), last=names[-1])
