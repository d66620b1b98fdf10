"""A roadmap from its kept values: sentences, bars by phases, tables, and the sites on the map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from planner.present.maps.layers import Legend, LegendRow, SiteMark, Sites, Status
from planner.present.view import View

# Okabe and Ito's colours; the letters on the bars say the same.
COLOURS: Mapping[str, str] = {
    "opens": "#0072b2",
    "gains": "#009e73",
    "stays": "#9aa5a2",
    "loses": "#e69f00",
    "closes": "#d55e00",
}
MARKS: Mapping[str, str] = {"opens": "●", "gains": "+", "stays": "", "loses": "–", "closes": "×"}  # noqa: RUF001
_ROW = 26  # pixels a branch
_MOST_NAME = 220  # pixels


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """The kept values of a roadmap, and how things are called on the page."""

    view: View
    told: Mapping[str, Any]

    @property
    def gantt(self) -> Mapping[str, Any]:
        """The table of branches by phases."""
        found: Mapping[str, Any] = self.told["gantt"]
        return found

    @property
    def phases(self) -> list[str]:
        """The names of the phases, in order."""
        return [phase["phase"] for phase in self.gantt["phases"]]

    def site(self, name: str) -> str:
        """What people call a site."""
        ids = self.view.problem.site_ids
        return self.view.site_name(ids.index(name)) if name in ids else name

    def service(self, name: str) -> str:
        """The name of a service."""
        ids = self.view.problem.service_ids
        return self.view.service_name(ids.index(name)) if name in ids else name


def lead_sentences(steps: Steps) -> list[str]:
    """What the phases do to travel, what they cost, and what nesting costs at most."""
    w, phases, today = steps.view.words, steps.gantt["phases"], steps.gantt["today"]
    last = phases[-1]
    lines = []
    if today is not None:
        lines.append(
            w(
                "roadmap.lead",
                n=len(phases),
                before=steps.view.minutes(today["mean_min"]),
                after=steps.view.minutes(last["mean_min"]),
                branches=last["branches"],
                capital=w.money(last["capital_kes"]),
                annual=w.money(last["annual_kes"]),
            )
        )
    first = [row["site"] for row in steps.gantt["rows"] if row["cells"][0]["state"] == "opens"]
    if first:
        names = ", ".join(map(steps.site, first))
        lines.append(w("roadmap.first", phase=phases[0]["phase"], names=names))
    if steps.told["gap"] is not None:
        lines.append(w("roadmap.gap", gap=w.gap(steps.told["gap"])))
    return lines


# -- bars ----------------------------------------------------------------------------------


def gantt_frame(steps: Steps) -> pd.DataFrame:
    """A row for each branch in each phase in which something is there."""
    w = steps.view.words
    return pd.DataFrame(
        [
            {
                "order": number,
                "branch": steps.site(row["site"]),
                "phase": phase,
                "state": w(f"roadmap.state_{cell['state']}"),
                "mark": MARKS[cell["state"]],
                "told": cell_words(steps, cell),
            }
            for number, row in enumerate(steps.gantt["rows"])
            for phase, cell in zip(steps.phases, row["cells"], strict=True)
            if cell["state"]
        ],
        columns=["order", "branch", "phase", "state", "mark", "told"],
    )


def cell_words(steps: Steps, cell: Mapping[str, Any]) -> str:
    """What happens to a branch in a phase."""
    w, state = steps.view.words, cell["state"]
    if not state:
        return ""
    parts = [w(f"roadmap.state_{state}")]
    if state == "opens":
        parts.append(w("roadmap.services", n=cell["services"]))
    else:
        parts += [f"+ {steps.service(each)}" for each in cell["gains"]]
        if state != "closes":
            parts += [f"– {steps.service(each)}" for each in cell["drops"]]  # noqa: RUF001
    return ", ".join(parts)


def gantt_chart(steps: Steps) -> alt.LayerChart:
    """Bars from the phase in which a branch opens to the last; colours and signs say the change."""
    w, frame = steps.view.words, gantt_frame(steps)
    there = [state for state in COLOURS if (frame["state"] == w(f"roadmap.state_{state}")).any()]
    names = list(dict.fromkeys(frame["branch"]))
    base = alt.Chart(frame).encode(
        x=alt.X(
            "phase:O",
            sort=steps.phases,
            title=w("roadmap.phase"),
            axis=alt.Axis(orient="top", labelAngle=0, labelLimit=160),
            scale=alt.Scale(domain=steps.phases, paddingInner=0.0, paddingOuter=0.02),
        ),
        y=alt.Y(
            "branch:N",
            sort=names,
            title=None,
            axis=alt.Axis(labelLimit=_MOST_NAME, ticks=False, domain=False),
            scale=alt.Scale(paddingInner=0.25),
        ),
    )
    bars = base.mark_rect().encode(
        color=alt.Color(
            "state:N",
            scale=alt.Scale(
                domain=[w(f"roadmap.state_{state}") for state in there],
                range=[COLOURS[state] for state in there],
            ),
            legend=alt.Legend(title=None, orient="top", direction="vertical", labelLimit=300),
        ),
        tooltip=[
            alt.Tooltip("branch:N", title=w("column.branch")),
            alt.Tooltip("phase:N", title=w("roadmap.phase")),
            alt.Tooltip("told:N", title=w("roadmap.change")),
        ],
    )
    signs = base.mark_text(color="#ffffff", fontSize=15, fontWeight="bold").encode(text="mark:N")
    return alt.layer(bars, signs).properties(height=_ROW * len(names) + 40)


# -- tables --------------------------------------------------------------------------------


def branch_table(steps: Steps) -> pd.DataFrame:
    """The chart's data: one row a branch, one column a phase."""
    w = steps.view.words
    return pd.DataFrame(
        [
            {
                w("column.branch"): steps.site(row["site"]),
                **{
                    phase: cell_words(steps, cell)
                    for phase, cell in zip(steps.phases, row["cells"], strict=True)
                },
            }
            for row in steps.gantt["rows"]
        ]
    )


def service_table(steps: Steps) -> pd.DataFrame:
    """One row a service that some phase starts or stops at a branch, one column a phase."""
    w = steps.view.words
    return pd.DataFrame(
        [
            {
                w("column.branch"): steps.site(row["site"]),
                w("column.service"): steps.service(each["service"]),
                **{
                    phase: w(f"roadmap.service_{cell}") if cell else ""
                    for phase, cell in zip(steps.phases, each["cells"], strict=True)
                },
            }
            for row in steps.gantt["rows"]
            for each in row["services"]
            if {*each["cells"]} - {"stays", ""}
        ]
    )


def phase_table(steps: Steps) -> pd.DataFrame:
    """One row a phase: branches, travel, money, and what nesting costs it."""
    w, today = steps.view.words, steps.gantt["today"]
    head = w("roadmap.phase")
    rows = []
    if today is not None:
        rows.append(
            {
                head: w("roadmap.today"),
                w("column.branches"): today["branches"],
                w("column.per_visit"): w.minutes(today["mean_min"]),
                w("roadmap.annual"): w.money(today["annual_kes"]),
            }
        )
    rows += [
        {
            head: phase["phase"],
            w("column.branches"): phase["branches"],
            w("column.per_visit"): w.minutes(phase["mean_min"]),
            w("roadmap.capital_more"): w.money(phase["capital_more_kes"]),
            w("roadmap.capital"): w.money(phase["capital_kes"]),
            w("roadmap.annual_more"): w.money(phase["annual_more_kes"]),
            w("roadmap.annual"): w.money(phase["annual_kes"]),
            w("roadmap.nesting"): _nesting(steps, phase),
        }
        for phase in steps.gantt["phases"]
    ]
    order = [head, w("column.branches"), w("column.per_visit"), w("roadmap.capital_more"),
             w("roadmap.capital"), w("roadmap.annual_more"), w("roadmap.annual"),
             w("roadmap.nesting")]  # fmt: skip
    return pd.DataFrame(rows, columns=order).fillna("")


def _nesting(steps: Steps, phase: Mapping[str, Any]) -> str:
    w = steps.view.words
    low, high = phase["nesting_low_per_visit"], phase["nesting_high_per_visit"]
    unit = steps.told["unit"]
    least = f"{low:.2f} {unit}"
    if high is None:
        return w("roadmap.nesting_least", low=least)
    return w("roadmap.nesting_span", low=least, high=f"{high:.2f} {unit}")


# -- the map -------------------------------------------------------------------------------


def site_layer(steps: Steps) -> Sites:
    """Every branch of the last phase; the number says in which step it opens."""
    w, marks = steps.view.words, []
    rows = {row["site"]: row for row in steps.gantt["rows"]}
    for site in steps.view.pack.sites:
        row = rows.get(site.id)
        if row is None or site.lat is None or site.lon is None:
            continue
        states = [cell["state"] for cell in row["cells"]]
        step = states.index("opens") + 1 if "opens" in states else 0
        status: Status = "closed" if states[-1] in ("closes", "") else "new" if step else "existing"
        lines = [
            steps.site(site.id),
            *(
                w("roadmap.in_phase", phase=phase, what=cell_words(steps, cell))
                for phase, cell in zip(steps.phases, row["cells"], strict=True)
                if cell["state"]
            ),
        ]
        radius = 9.0 if step else 6.5
        marks.append(
            SiteMark(site.id, site.lat, site.lon, status, tuple(lines), radius=radius, number=step)
        )
    return Sites(marks)


def legend(steps: Steps) -> Legend:
    """What the symbols mean."""
    w = steps.view.words
    rows = [
        LegendRow("symbol", w("roadmap.legend_today"), status="existing"),
        LegendRow("symbol", w("roadmap.legend_new"), status="new"),
    ]
    if any(row["cells"][-1]["state"] in ("closes", "") for row in steps.gantt["rows"]):
        rows.append(LegendRow("symbol", w("roadmap.state_closes"), status="closed"))
    return Legend([(w("legend.sites"), rows)])


def map_words(steps: Steps) -> str:
    """The map in a sentence."""
    new = sum(any(cell["state"] == "opens" for cell in row["cells"]) for row in steps.gantt["rows"])
    return steps.view.words("roadmap.map", n=len(steps.gantt["rows"]), new=new)
