"""Who comes to which branch, as values for the page: three rules side by side, queues, a map."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from planner.evaluate.choice import RULES, Coming, Rule, new_branches, who_comes
from planner.evaluate.queues import BranchQueue, branch_queues
from planner.evaluate.tieout import TieOut, tie_outs
from planner.plan import Plan
from planner.present.maps.layers import Legend, LegendRow, SiteMark, Sites, Status
from planner.present.session import Case
from planner.present.subjects import Subject
from planner.present.view import View

_SMALLEST, _LARGEST = 5.0, 19.0  # radius of a branch, pixels
_ROOMY = 24  # more branches are drawn smaller, so that they do not cover each other

KNOWLEDGE = 1.0  # to begin with: everybody knows every branch


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One rule of choice: who comes, and the queues of all branches."""

    coming: Coming
    queues: tuple[BranchQueue, ...]


def side_by_side(subject: Subject, knowledge: float) -> Mapping[Rule, Seen]:
    """All rules that the pack has figures for; worked out once for a network and a knowledge."""
    found: Mapping[Rule, Seen] = _kept(subject.id, knowledge, subject)
    return found


def _work_out(key: str, knowledge: float, _subject: Subject) -> dict[Rule, Seen]:
    del key  # the name under which the answer is kept
    pack, problem, plan = _subject.pack, _subject.problem, _subject.plan
    choice, opening = pack.customers.choice, pack.customers.opening
    found: dict[Rule, Seen] = {}
    for rule in RULES:
        if rule != "huff" or choice is not None:
            coming = who_comes(problem, plan, rule, choice=choice, knowledge=knowledge)
            minutes = pack.counter_minutes_per_year.value
            found[rule] = Seen(coming, branch_queues(problem, plan, coming, opening, minutes))
    return found


_kept = st.cache_resource(_work_out, show_spinner=False, max_entries=64)


# -- sentences and tables ------------------------------------------------------------------


def fitted(case: Case) -> tuple[TieOut, ...]:
    """The model held against all that a pack has counted, also refitted to it; worked out once."""
    found: tuple[TieOut, ...] = _kept_fit(case.key, case)
    return found


def _fit(key: str, _case: Case) -> tuple[TieOut, ...]:
    del key
    return tie_outs(_case.pack, _case.problem, fit=True)


_kept_fit = st.cache_resource(_fit, show_spinner=False, max_entries=4)


def sentences(view: View, seen: Seen) -> list[str]:
    """What one rule of choice means for the branches."""
    w, queues = view.words, seen.queues
    full = [queue for queue in queues if queue.overflows]
    said = []
    if seen.coming.elsewhere is not None and seen.coming.elsewhere >= 0.0005:
        said.append(w("comes.elsewhere", share=w.share(seen.coming.elsewhere)))
    if full:
        worst = max(full, key=lambda queue: queue.peak.overflow)
        said.append(
            w(
                "comes.overflow",
                n=len(full),
                all=len(queues),
                place=view.site_name(worst.site),
                over=w.count(math.ceil(worst.peak.overflow)),
            )
        )
    else:
        said.append(w("comes.no_overflow"))
    missing = sum(queue.missing for queue in queues)
    aim = w.share(view.pack.customers.opening.utilisation.value)
    if missing:
        short = sum(queue.missing > 0 for queue in queues)
        said.append(w("comes.missing", n=missing, branches=short, all=len(queues), aim=aim))
    idle = [queue for queue in queues if queue.is_idle]
    unknown = sum(queue.is_idle is None for queue in queues)
    desks = sum(desk.is_idle for queue in queues for desk in queue.desks)
    if idle or desks:
        below = w.share(view.pack.customers.opening.idle_below.value)
        said.append(w("comes.idle", n=len(idle), desks=desks, below=below))
    if unknown:
        said.append(w("comes.idle_unknown", n=unknown))
    return said


def remarks(view: View, found: Mapping[Rule, Seen], plan: Plan) -> list[str]:
    """What limits the figures: no figures of choice, nothing new to know, unknown minutes."""
    w = view.words
    said = [] if "huff" in found else [w("comes.no_choice")]
    if not new_branches(view.problem, plan).any():
        said.append(w("comes.nothing_new"))
    seen = next(iter(found.values()))
    basis = {queue.basis for queue in seen.queues}
    said += [w(f"comes.counters_{name}") for name in ("derived", "needed") if name in basis]
    unknown = sorted({s for queue in seen.queues for s in queue.unknown_services})
    if unknown:
        names = ", ".join(view.service_name(s) for s in unknown)
        said.append(w("comes.unknown", services=names))
    return said


def rules_table(view: View, found: Mapping[Rule, Seen]) -> pd.DataFrame:
    """The network's figures, one column a rule."""
    w = view.words
    rows = {
        w("comes.row_mean"): [w.minutes(seen.coming.mean_min) for seen in found.values()],
        w("comes.row_km"): [w.km(seen.coming.mean_km) for seen in found.values()],
        w("comes.row_within"): [w.share(seen.coming.within_standard) for seen in found.values()],
        w("comes.row_elsewhere"): [w.share(seen.coming.elsewhere) for seen in found.values()],
        w("comes.row_unserved"): [
            w.count(float(seen.coming.unserved.sum())) for seen in found.values()
        ],
        w("comes.row_overflow"): [
            w.count(sum(queue.overflows for queue in seen.queues)) for seen in found.values()
        ],
        w("comes.row_over"): [
            w.count(math.ceil(sum(queue.peak.overflow for queue in seen.queues)))
            for seen in found.values()
        ],
        w("comes.row_there"): [
            w.count(sum(queue.counters for queue in seen.queues)) for seen in found.values()
        ],
        w("comes.row_needed"): [
            w.count(sum(queue.needed for queue in seen.queues)) for seen in found.values()
        ],
        w("comes.row_missing"): [
            w.count(sum(queue.missing for queue in seen.queues)) for seen in found.values()
        ],
        w("comes.row_idle"): [
            w.count(sum(queue.is_idle is True for queue in seen.queues)) for seen in found.values()
        ],
        w("comes.row_desks"): [
            w.count(sum(desk.is_idle for queue in seen.queues for desk in queue.desks))
            for seen in found.values()
        ],
    }
    names = [w(f"comes.rule_{rule}") for rule in found]
    return pd.DataFrame(
        [{w("column.item"): name, **dict(zip(names, row, strict=True))}
         for name, row in rows.items()]
    )  # fmt: skip


def branch_table(view: View, found: Mapping[Rule, Seen], plan: Plan) -> pd.DataFrame:
    """Every branch by every rule: visits a year, and the use of its counters at the peak hour."""
    w = view.words
    is_new = new_branches(view.problem, plan)
    first = next(iter(found.values()))
    rows = []
    for at, queue in enumerate(first.queues):
        name = view.site_name(queue.site)
        row: dict[str, object] = {
            w("column.branch"): w("comes.new", place=name) if is_new[queue.site] else name
        }
        for rule, seen in found.items():
            row[w(f"comes.visits_{rule}")] = round(seen.queues[at].visits)
        for rule, seen in found.items():
            there = seen.queues[at]
            row[w(f"comes.peak_{rule}")] = _use(view, there, there.peak.utilisation)
        rows.append(row)
    return pd.DataFrame(rows)


def queue_table(view: View, seen: Seen) -> pd.DataFrame:
    """Every branch under one rule: peak hour, counters there and needed, wait, idle desks."""
    w = view.words
    rows = []
    for queue in sorted(seen.queues, key=lambda queue: (-queue.missing, -queue.visits)):
        idle = [view.service_name(desk.service) for desk in queue.desks if desk.is_idle]
        known = queue.is_measured
        rows.append(
            {
                w("column.branch"): view.site_name(queue.site),
                w("column.visits"): round(queue.visits),
                w("comes.column_peak"): round(queue.arrivals_per_hour),
                w("comes.column_there"): _counters(queue),
                w("comes.column_needed"): queue.needed if known else None,
                w("comes.column_needed_wait"): queue.needed_for_wait if known else None,
                w("comes.column_missing"): queue.missing if known else None,
                w("comes.column_wait"): wait_words(view, queue),
                w("comes.column_use"): _use(view, queue, queue.use),
                w("comes.column_idle"): _idle_words(view, queue, idle),
            }
        )
    whole = ("there", "needed", "needed_wait", "missing")  # blank where they are not known
    return pd.DataFrame(rows).astype({w(f"comes.column_{name}"): "Int64" for name in whole})


def _counters(queue: BranchQueue) -> int | None:
    """Those that are there; as many as needed are not known where the need is not."""
    return queue.counters if queue.is_measured or queue.basis != "needed" else None


def wait_words(view: View, queue: BranchQueue) -> str:
    """The mean wait at the peak hour, or by how much the queue overflows."""
    w, wait = view.words, queue.peak.wait_min
    if not queue.is_measured:
        return w("comes.not_known")
    if wait is None:
        return w("comes.overflows", n=w.count(math.ceil(queue.peak.overflow)))
    return w("comes.under_a_minute") if wait < 1 else w.minutes(wait)


def _idle_words(view: View, queue: BranchQueue, desks: list[str]) -> str:
    """The whole branch, or its idle desks; not known where the branch's use is not."""
    if queue.is_idle:
        return view.words("comes.all_idle")
    unknown = [view.words("comes.not_known")] if queue.is_idle is None else []
    return ", ".join([*unknown, *desks])


def _use(view: View, queue: BranchQueue, share: float) -> str:
    """A use of the counters, where any counter minutes are known of those who come."""
    if not queue.is_measured:
        return view.words("comes.not_known")
    v = f"{100 * share:.0f}" if math.isfinite(share) else "\N{INFINITY}"
    return view.words.unit("percent", v=v)


# -- the map -------------------------------------------------------------------------------


def branch_layer(view: View, plan: Plan, seen: Seen) -> Sites:
    """Branches as large as their visits; the number is that of counters missing."""
    w, is_new = view.words, new_branches(view.problem, plan)
    most = max((queue.visits for queue in seen.queues), default=0.0)
    largest = _LARGEST * math.sqrt(min(1.0, _ROOMY / max(1, len(seen.queues))))
    marks = []
    for queue in seen.queues:
        site = view.pack.sites[queue.site]
        if site.lat is None or site.lon is None:
            continue
        share = math.sqrt(queue.visits / most) if most > 0 else 0.0
        marks.append(
            SiteMark(
                site.id,
                site.lat,
                site.lon,
                _status(view, queue.site, is_new=bool(is_new[queue.site])),
                (
                    view.site_name(queue.site),
                    w("map.branch_visits", n=w.count(queue.visits)),
                    *_counter_words(view, queue),
                    w("comes.map_wait", wait=wait_words(view, queue)),
                    *([w("comes.map_idle")] if queue.is_idle else []),
                ),
                radius=_SMALLEST + (largest - _SMALLEST) * share,
                number=queue.missing,
            )
        )
    marks.sort(key=lambda mark: -mark.radius)  # small ones stay within reach
    return Sites(marks)


def _counter_words(view: View, queue: BranchQueue) -> list[str]:
    """Counters there and needed, where the need is known."""
    if not queue.is_measured:
        return []
    return [view.words("comes.map_counters", there=queue.counters, needed=queue.needed)]


def _status(view: View, site: int, *, is_new: bool) -> Status:
    if not is_new:
        return "existing"
    return "proposed" if view.pack.sites[site].status == "proposed" else "new"


def legend(view: View, plan: Plan, seen: Seen) -> Legend:
    """What size, shape and number mean."""
    w, is_new = view.words, new_branches(view.problem, plan)
    there = {_status(view, q.site, is_new=bool(is_new[q.site])) for q in seen.queues}
    order: tuple[Status, ...] = ("existing", "proposed", "new")
    rows = [LegendRow("symbol", w(f"status.{each}"), status=each) for each in order]
    return Legend([(w("comes.legend"), [row for row in rows if row.status in there])])


def description(view: View, seen: Seen, rule: Rule) -> str:
    """The map in a sentence."""
    return view.words(
        "comes.description", n=len(seen.queues), rule=view.words(f"comes.rule_{rule}")
    )
