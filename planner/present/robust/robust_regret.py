"""Which plan is safest, from the kept values: sentences, plans, and the matrix of regrets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from planner.present.robust.robust import Seen

PLANS, FUTURES = 5, 12  # of the matrix


def sentences_of(seen: Seen) -> list[str]:
    """Which plan is safest, its worst future, and how it compares with the given one."""
    w, regret = seen.view.words, seen.told["regret"]
    if regret is None:
        return [w("robust.regret_none")]
    safest, given = regret["plans"][regret["safest"]], regret["plans"][0]
    said = w(
        f"robust.safest_{regret['says']}",
        plan=plan_name(seen, safest),
        opens=seen.sites(safest["opens"]),
        closes=seen.sites(safest["closes"]),
        size=size(seen, safest["largest"]),
        future=future(seen, _worst(seen, safest)),
        given=size(seen, given["largest"]),
        given_future=future(seen, _worst(seen, given)),
    )
    counted = w("robust.regret_counted", plans=len(regret["plans"]), futures=len(regret["futures"]))
    return [said, counted]


def plans_table(seen: Seen) -> pd.DataFrame:
    """Every plan, the safest first."""
    w, regret = seen.view.words, seen.told["regret"]
    plans = [regret["plans"][at] for at in regret["order"]]
    return pd.DataFrame(
        [
            {
                w("robust.column_plan"): plan_name(seen, plan),
                w("robust.column_largest"): size(seen, plan["largest"]),
                w("robust.column_worst"): future(seen, _worst(seen, plan)),
                w("robust.column_mean"): _per_visit(seen, plan["mean"]),
                w("robust.column_unlike_opens"): _unlike(seen, plan, "opens"),
                w("robust.column_unlike_closes"): _unlike(seen, plan, "closes"),
            }
            for plan in plans
        ]
    )


def _unlike(seen: Seen, plan: Mapping[str, Any], what: str) -> str:
    return "" if plan["is_given"] else seen.sites(plan[what])


def left_out(seen: Seen) -> list[str]:
    """What time did not suffice for, by name."""
    w, left = seen.view.words, seen.told["left_out"]
    names = {
        "ends": "; ".join(map(seen.figure, left["ends"])),
        "sites": seen.sites(left["sites"], 99) if left["sites"] else "",
        "futures": "; ".join(future(seen, each) for each in left["futures"]),
        "unsure": "; ".join(future(seen, each) for each in left["unsure"]),
    }
    return [w(f"robust.left_{key}", names=said) for key, said in names.items() if said]


def matrix(seen: Seen) -> pd.DataFrame:
    """The futures that part the first plans and the given one most, a row each, a column a plan."""
    w, regret = seen.view.words, seen.told["regret"]
    shown = list(dict.fromkeys([*regret["order"][: PLANS - 1], 0]))

    def spread(f: int) -> tuple[bool, float, float]:
        return max(_key(regret["plans"][at]["cells"][f]) for at in shown)

    rows = sorted(range(len(regret["futures"])), key=spread, reverse=True)[:FUTURES]
    return pd.DataFrame(
        [
            {
                w("robust.column_future"): future(seen, regret["futures"][f]),
                **{
                    plan_name(seen, regret["plans"][at]): size(
                        seen, regret["plans"][at]["cells"][f]
                    )
                    for at in shown
                },
            }
            for f in rows
        ]
    )


def _key(cell: Mapping[str, Any]) -> tuple[bool, float, float]:
    return cell["breaks_more"], cell["missed_more"], cell["low"] or 0.0


def _worst(seen: Seen, plan: Mapping[str, Any]) -> Mapping[str, Any]:
    futures = seen.told["regret"]["futures"]
    found: Mapping[str, Any] = next(f for f in futures if f["key"] == plan["worst_future"])
    return found


def plan_name(seen: Seen, plan: Mapping[str, Any]) -> str:
    """A plan by where it comes from."""
    w, where = seen.view.words, plan["where"]
    kind = where["kind"]
    if kind in ("low", "high"):
        return w("robust.plan_figure", figure=seen.figure(where))
    if kind == "tie":
        return w("robust.plan_tie", n=where["number"])
    return w("robust.plan_run", id=where["run"][:8]) if kind == "run" else w("robust.plan_given")


def future(seen: Seen, entry: Mapping[str, Any]) -> str:
    """A future in words."""
    w = seen.view.words
    if entry["kind"] == "lost":
        return w("robust.future_lost", name=seen.site(entry["site"]))
    return w("robust.future_as_is") if entry["kind"] == "as_is" else seen.figure(entry)


def size(seen: Seen, cell: Mapping[str, Any]) -> str:
    """A regret with its unit a visit: at least, and at most where that is proved."""
    w = seen.view.words
    if cell["breaks_more"]:
        return w("robust.size_breaks")
    if cell["missed_more"] > 0:
        return w("robust.size_missed", n=w.count(cell["missed_more"]))
    low, high = _per_visit(seen, cell["low"]), cell["high"]
    if high is None:
        return w("robust.size_least", low=low)
    most = _per_visit(seen, high)
    return low if low == most else w("robust.size", low=low, high=most)


def _per_visit(seen: Seen, value: float | None) -> str:
    w = seen.view.words
    if value is None:
        return w("robust.no_end")
    visits = max(1.0, seen.told["regret"]["visits_per_year"])
    unit = seen.told["unit"]
    if unit == "min":
        return w.unit("minutes", m=f"{value / visits:.2f}")
    return f"{value / visits:,.2f} {unit}".replace(" ", "\N{NO-BREAK SPACE}")
