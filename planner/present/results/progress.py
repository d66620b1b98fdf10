"""A running solve in words, and its best plan so far on the map."""

from __future__ import annotations

from planner.plan import Progress
from planner.present.escape import markdown_text
from planner.present.maps.layers import Legend, LegendRow, SiteMark, Sites, Status
from planner.present.view import View, status_of
from planner.runs.jobs import JobState


def latest_plan(progress: tuple[Progress, ...]) -> Progress | None:
    """The last sign of life that brought a plan."""
    return next((each for each in reversed(progress) if each.open_sites is not None), None)


def sentence(view: View, state: JobState, time_limit_s: float | None) -> str:
    """Where a solve stands: stage, seconds of at most, best plan, and how good it is at least.

    It is shown as Markdown.
    """
    w = view.words
    if state.status == "queued":
        if not state.position:
            return w("progress.starting")
        waiting = w("progress.queued", n=state.position)
        names = ", ".join(f"“{markdown_text(name)}”" for name in state.before)
        return f"{waiting} {w('progress.after', names=names)}" if names else waiting
    if state.status in ("stopping", "keeping"):
        return w(f"progress.{state.status}")
    last = state.progress[-1] if state.progress else None
    said = [w(f"progress.{last.stage if last else 'load'}")]
    if time_limit_s is not None:
        said.append(w("progress.seconds", s=w.count(state.seconds), most=w.count(time_limit_s)))
    gap = next((each.gap for each in reversed(state.progress) if each.gap is not None), None)
    plan = latest_plan(state.progress)
    if plan is not None and plan.open_sites is not None:
        said.append(w("progress.plan", n=len(plan.open_sites)))
    if gap is not None and gap <= 1:
        said.append(w("progress.gap", gap=w.gap(gap)))
    return " ".join(said)


def share_done(state: JobState, time_limit_s: float | None) -> float:
    """How much of the time is used, 0 to 1."""
    return min(1.0, state.seconds / time_limit_s) if time_limit_s else 0.0


def plan_layer(view: View, open_sites: tuple[str, ...]) -> Sites:
    """The sites of a plan that is still being improved."""
    chosen = frozenset(open_sites)
    return Sites(
        [
            SiteMark(site.id, site.lat, site.lon, status_of(site), (view.site_name(j),))
            for j, site in enumerate(view.pack.sites)
            if site.id in chosen and site.lat is not None and site.lon is not None
        ]
    )


def plan_legend(view: View) -> Legend:
    """What the symbols of a plan mean."""
    w = view.words
    statuses: tuple[Status, ...] = ("existing", "proposed", "new")
    rows = [LegendRow("symbol", w(f"status.{each}"), status=each) for each in statuses]
    return Legend([(w("legend.sites"), rows)])
