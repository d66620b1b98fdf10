"""The first page: what is decided, the map, the figures against today, and what is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from planner.export.document.facts import DASH, Told, fact_of, names
from planner.export.document.maps import plan_map
from planner.export.document.model import Block, Chapter, Facts, Paragraph, Points
from planner.percent import NOISE
from planner.present import travel
from planner.present.maps.gains import NEAR_MIN, area_changes
from planner.present.results.results import cards, shortfall_sentence, status_sentence

_MOST_NAMES = 16
_LITTLE = 0.01  # a gap up to this leaves hardly anything to gain


def summary(told: Told) -> Chapter:
    """The page that stands for all others; it fits on one sheet of A4."""
    w = told.w
    blocks: list[Block] = [Paragraph(line) for line in decided(told)]
    picture = plan_map(told)
    if picture is not None:
        blocks.append(picture)
    before = told.before
    shown = cards(told.view, told.score, before, told.run.scenario)
    blocks.append(Facts(tuple(fact_of(each) for each in shown)))
    blocks.append(Points(tuple(_known(told))))
    return Chapter("summary", w("document.summary"), tuple(blocks))


def decided(told: Told) -> Iterator[str]:
    """How many branches, what opens and closes, and what becomes of travel."""
    w = told.w
    by_action = Counter(str(row["action"]) for row in told.rows("changes"))
    changed = {
        row["site"]
        for row in told.rows("changes")
        if row["action"] in ("add services", "end services")
    }
    plan, today = told.figure("branches")
    key = "document.decided_bare" if today is None else "document.decided"
    yield w(
        key,
        name=told.run.scenario.name,
        branches=w.count(plan or 0),
        today=w.count(today or 0),
        opens=by_action["open"],
        closes=by_action["close"],
        changes=len(changed),
        stays=by_action["keep"],
    )
    opened = [str(row["name"]) for row in told.rows("changes") if row["action"] == "open"]
    if opened:
        yield w("document.opened", names=names(w, opened, _MOST_NAMES))
    yield from _gains(told)


def _gains(told: Told) -> Iterator[str]:
    """How many areas gain and lose; nothing without a network today."""
    w = told.w
    known = [
        (change, k)
        for k, change in enumerate(area_changes(told.score, told.before))
        if change is not None
    ]
    if not known:
        return
    gained = sum(change < -NEAR_MIN for change, _ in known)
    lost = sum(change > NEAR_MIN for change, _ in known)
    same = len(known) - gained - lost
    text = w("document.areas", gained=gained, lost=lost, same=same, all=len(known))
    most, k = min(known)
    if most < -NEAR_MIN:
        area = told.view.area_name(told.score.areas[k].area)
        text += " " + w("result.areas_most", area=area, v=told.view.minutes(-most))
    yield text


def _known(told: Told) -> Iterator[str]:
    """What is proved, what that means, what is missed, and what is not known."""
    w, report, kpis = told.w, told.run.report, told.score.kpis
    yield f"{status_sentence(told.view, report)} {gap_words(told)}".strip()
    for line in (limits_sentence(told), shortfall_sentence(told.view, report), unserved(told)):
        if line:
            yield line
    if told.score.violations:
        yield w("document.broken", n=len(told.score.violations))
    if kpis.overloaded_branches:
        yield w.counted("document.overloaded", kpis.overloaded_branches)
    yield marks_sentence(told)
    yield _travel(told)


def _travel(told: Told) -> str:
    """How far travel figures are off, in a sentence; the chapter on the method says all."""
    w, way = told.w, told.view.problem.travel
    if way is None or not travel.is_measured(way):
        return w("document.travel_unknown")
    error = travel.error_text(w, way)
    return w.counted("document.travel_off", way.known_count, error=error)


def unserved(told: Told) -> str:
    """The visits that no branch can complete; '' for none."""
    lost = told.figure("unserved")[0] or 0.0
    return told.w("today.summary_unserved", n=told.w.count(lost)) if lost >= 0.5 else ""


def gap_words(told: Told) -> str:
    """What the gap means for a decision; '' without one."""
    gap = told.run.report.gap
    if gap is None:
        return ""
    kind = "none" if gap <= NOISE else "some" if gap <= _LITTLE else "wide"
    return told.w(f"document.gap_{kind}", gap=told.w.gap(gap))


def limits_sentence(told: Told) -> str:
    """The limits on branches and money under which the plan was found; '' for none."""
    w, rules = told.w, told.run.problem.rules
    found = []
    if rules.branches_max is not None:
        found.append(w("document.limit_branches", n=w.count(rules.branches_max)))
    if rules.annual_max_kes is not None:
        found.append(w("document.limit_annual", most=w.money(rules.annual_max_kes)))
    if rules.capital_max_kes is not None:
        found.append(w("document.limit_capital", most=w.money(rules.capital_max_kes)))
    return w("document.limits", what="; ".join(found)) if found else ""


def marks_sentence(told: Told) -> str:
    """How many of the figures behind the plan are assumptions."""
    w = told.w
    by_mark = Counter(str(row["confidence"] or "") for row in told.rows("sources"))
    del by_mark[""]
    total = by_mark.total()
    if not total:
        return w("document.marks_none")
    said = ", ".join(
        f"{w(f'mark.{mark}')} {w.count(by_mark[mark]) if by_mark[mark] else DASH}"
        for mark in ("found", "derived", "general", "assumption")
    )
    return w("document.marks", n=w.count(total), marks=said)
