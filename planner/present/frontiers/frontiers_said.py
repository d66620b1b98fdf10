"""A sweep in sentences: what it comes to, what must be said of it, which points have no plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.insight.frontier import Spot, steps
from planner.present.frontiers.frontiers import (
    Seen,
    amount,
    one_price,
    one_unit,
    proved,
    sure,
    values_text,
)

_WITHOUT_PLAN = ("infeasible", "unknown", "failed")


def lead_sentence(seen: Seen) -> str:
    """What the sweep comes to."""
    w, best = seen.view.words, seen.best
    if not seen.placed:
        return w("frontiers.lead_none")
    if not seen.is_judged or len(best) < 2 or seen.kind == "values":
        return _extremes(seen)
    first, last = best[0], best[-1]
    if first["x"] == last["x"]:
        return _extremes(seen)
    ends = {
        "x0": amount(seen, "x", first["x"]),
        "x1": amount(seen, "x", last["x"]),
        "y0": sure(seen, amount(seen, "y", first["y"])),
        "y1": sure(seen, amount(seen, "y", last["y"])),
    }
    if seen.kind == "duplicates":
        return _lead_of_duplicates(seen, first, last)
    said = w(
        f"frontiers.lead_{seen.kind}", share=w.share(seen.scenario.objective.tail_beta), **ends
    )
    return " ".join(filter(None, [said, _first_and_last(seen)]))


def _lead_of_duplicates(seen: Seen, first: Mapping[str, Any], last: Mapping[str, Any]) -> str:
    w, between = seen.view.words, seen.told["steps"]
    whole = steps([_spot(first), _spot(last)])[0]
    key = "frontiers.lead_duplicates" if first["x"] == 0 else "frontiers.lead_duplicates_left"
    said = [
        w(
            key,
            n=w.count(first["x"]),
            cost=sure(seen, amount(seen, "y", whole.saved, is_step=True)),
            proved=proved(seen, whole.least, whole.most),
        )
    ]
    if len(between) > 1:
        loose = between[-1]
        key = "frontiers.lead_first_one" if round(loose["more"]) == 1 else "frontiers.lead_first"
        cost = amount(seen, "y", loose["saved"], is_step=True)
        said.append(w(key, n=w.count(loose["more"]), cost=cost))
    return " ".join(said)


def _spot(point: Mapping[str, Any]) -> Spot:
    return Spot(point["x"], point["y"], point["y_least"])


def _first_and_last(seen: Seen) -> str:
    """What the first step buys and what the last one does."""
    w, between = seen.view.words, seen.told["steps"]
    if len(between) < 2 or seen.kind == "equity":
        return ""
    ends = (between[0], between[-1])
    if ends[0]["price_of_one_saved"] is not None and ends[1]["price_of_one_saved"] is not None:
        first, last = (one_price(seen, step["price_of_one_saved"]) for step in ends)
        return w("frontiers.lead_prices", first=first, last=last, unit=one_unit(seen))
    told = [
        w(
            "frontiers.step",
            more=amount(seen, "x", step["more"]),
            saved=amount(seen, "y", step["saved"], is_step=True),
        )
        for step in ends
    ]
    return w("frontiers.lead_steps", first=told[0], last=told[1])


def _extremes(seen: Seen) -> str:
    """The points with the least and the most of the second measure."""
    w = seen.view.words
    order = sorted(seen.placed, key=lambda point: (point["y"], point["number"]))
    told = [
        w(
            "frontiers.lead_point",
            values=values_text(seen, point),
            y=sure(seen, amount(seen, "y", point["y"])),
            x=amount(seen, "x", point["x"]),
        )
        for point in (order[0], order[-1])
    ]
    if len(order) == 1:
        return w("frontiers.lead_one", point=told[0])
    return w("frontiers.lead_extremes", n=len(order), low=told[0], high=told[1])


def remarks(seen: Seen) -> list[str]:
    """What must be said of the points as a whole."""
    w, told = seen.view.words, []
    waiting = sum(point["status"] == "waiting" for point in seen.points)
    if waiting:
        told.append(w("frontiers.stopped", n=waiting, total=len(seen.points)))
    if not seen.is_judged:
        told.append(w("frontiers.not_judged"))
    return told


def without_plan(seen: Seen) -> list[str]:
    """Each point that has no plan, and why."""
    w = seen.view.words
    return [
        w(
            "frontiers.without_plan",
            values=values_text(seen, point),
            status=w(f"frontiers.status_{point['status']}"),
            why=point["message"],
        )
        for point in seen.points
        if point["status"] in _WITHOUT_PLAN
    ]


def today_sentence(seen: Seen) -> str:
    """Where today's network lies; nothing where that is not known."""
    if seen.today is None:
        return ""
    x, y = seen.today
    told = {"x": amount(seen, "x", x), "y": sure(seen, amount(seen, "y", y))}
    return seen.view.words("frontiers.today", **told)
