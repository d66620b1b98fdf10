"""A frontier in words, tables and charts: a small one worked by hand."""

from dataclasses import replace

import pytest

from planner.plan import Progress
from planner.present.frontiers import frontiers, frontiers_chart, frontiers_said, frontiers_steps
from planner.present.frontiers.frontiers import Seen
from planner.present.view import DASH
from planner.present.words import words
from planner.runs.jobs import JobState
from planner.scenario import Scenario
from tests.present import cases

GAP = "\N{NO-BREAK SPACE}"
TITLES = {"objective_per_visit": "minutes a visit", "annual_kes": "KES", "excess": ""}


def point(number, limit, x, y, least, beaten="no", by=None, status="optimal", message=""):
    kpis = {
        "worst_tenth_min": 200.0,
        "annual_kes": 1_000_000,
        "branches": 3,
        "duplicates": {"pairs": 4},
    }
    return {
        "number": number,
        "values": limit,
        "status": status,
        "message": message,
        "gap": 0.004,
        "x": x,
        "y": y,
        "y_least": least,
        "is_beaten": beaten,
        "beaten_by": by,
        "kpis": None if x is None else kpis,
    }


def step(start, end, more, saved, least, most, visits=None):
    return {
        "from": start,
        "to": end,
        "more": more,
        "saved": saved,
        "saved_at_least": least,
        "saved_at_most": most,
        "price": more / saved,
        "price_at_least": more / most,
        "price_at_most": more / least if least else None,
        "price_of_one_saved": None if visits is None else more / saved / visits,
    }


def seen_of(kind, axes, measures, points, steps, language="en", *, is_judged=True):
    named = {
        which: {"id": name, "unit": TITLES.get(name, ""), "label": name, "title": name}
        for which, name in measures.items()
    }
    told = {
        "frontier": kind,
        "axes": axes,
        "measures": {**named, "is_judged": is_judged},
        "points": points,
        "steps": steps,
    }
    view = replace(cases.view(), words=words(language).of_pack(cases.pack()))
    return Seen(view, told, Scenario(name="Base", pack="immigration"), is_priced=False)


def duplicates(language="en"):
    key = "duplicates.max"
    points = [
        point(0, {key: 0}, 0, 50.0, 49.9),
        point(1, {key: 4}, 4, 48.0, 47.9),
        point(2, {key: 8}, 8, 48.5, 47.0, "may be", 1),
        point(3, {key: 9}, 9, 49.0, 48.5, "yes", 1),
        point(4, {key: 14}, 14, 47.6, 47.5),
    ]
    steps = [step(0, 1, 4, 2.0, 1.9, 2.1), step(1, 4, 10, 0.4, 0.3, 0.5)]
    measures = {"x": "excess", "y": "objective_per_visit"}
    axes = [{"key": key, "values": [0, 4, 8, 9, 14]}]
    return seen_of("duplicates", axes, measures, points, steps, language)


def money():
    key = "rules.annual_kes.max"
    points = [
        point(0, {key: 1}, None, None, None, None, None, "infeasible", "Not even one branch."),
        point(1, {key: 200_000_000}, 200_000_000, 60.0, 59.0),
        point(2, {key: 300_000_000}, 300_000_000, 50.0, 50.0),
    ]
    steps = [step(1, 2, 100_000_000, 10.0, 9.0, 10.0, visits=1_000_000.0)]
    measures = {"x": "annual_kes", "y": "objective_per_visit"}
    axes = [{"key": key, "values": [1, 200_000_000, 300_000_000]}]
    return seen_of("money", axes, measures, points, steps)


def test_what_no_duplicate_costs_and_the_first_ones():
    error = f"{GAP}±{GAP}5{GAP}%"
    assert frontiers_said.lead_sentence(duplicates()) == (
        f"No duplicate beyond what load justifies costs 2.40{GAP}min{error} a visit (proved: "
        f"between 2.30{GAP}min and 2.50{GAP}min). The first 10 duplicates avoided cost "
        f"0.40{GAP}min."
    )
    assert "gharimu" in frontiers_said.lead_sentence(duplicates("sw"))


def test_a_point_against_its_neighbour_with_its_price():
    seen = duplicates()
    assert frontiers_steps.neighbour(seen, 4)["number"] == 1
    assert frontiers_steps.neighbour(seen, 0) is None
    against, price = frontiers_steps.step_sentences(seen, 4)
    assert against.startswith("Against point 1 (Most unnecessary duplicates: 4) it takes 10 excess")
    assert price == (
        f"Each duplicate avoided costs 0.04{GAP}min a visit (proved: between 0.03{GAP}min and "
        f"0.05{GAP}min)."
    )
    (only,) = frontiers_steps.step_sentences(seen, 0)
    assert only.startswith("No point of the frontier takes less")
    (paid,) = frontiers_steps.step_sentences(money(), 2)[1:]
    assert paid == (
        f"A minute saved costs KES{GAP}10.00 (proved: between KES{GAP}10.00 and KES{GAP}11.11)."
    )


def test_points_say_who_beats_them():
    table = frontiers_steps.point_table(duplicates())
    assert list(table["Beside the others"]) == [
        "on the frontier",
        "on the frontier",
        "perhaps beaten by point 1 (Excess duplicates and Mean travel), within what is not proved",
        "beaten by point 1: less Excess duplicates and Mean travel, nothing worse",
        "on the frontier",
    ]
    assert len(frontiers_steps.step_table(duplicates())) == 2


def test_a_point_without_a_plan_is_told_with_its_reason():
    (said,) = frontiers_said.without_plan(money())
    assert said == "Yearly budget: 1: no plan can keep this. Not even one branch."
    lead = frontiers_said.lead_sentence(money())
    assert lead.startswith(f"From KES{GAP}200{GAP}M to KES{GAP}300{GAP}M a year")


def test_the_chart_has_every_point_with_a_plan_and_hollow_ones_for_the_beaten():
    seen = replace(money(), today=(180_000_000.0, 62.0))
    assert frontiers_chart.today_is_near(seen)
    assert not frontiers_chart.today_is_near(replace(seen, today=(1e6, 600.0)))
    frame = frontiers_chart.point_frame(seen, "2", with_today=True)
    assert list(frame["x"]) == [200, 300, 180]
    assert list(frame["mark"]) == ["no", "no", "today"]
    assert list(frame["picked"]) == [False, True, False]
    spec = frontiers_chart.points_chart(duplicates(), "4", with_today=False).to_dict()
    marks = spec["layer"][-1]["encoding"]
    assert marks["fill"]["scale"]["range"] == [frontiers_chart.FOUND, "transparent", "transparent"]
    assert marks["y"]["title"] == "Mean travel (minutes a visit)"
    assert frontiers.axis_title(seen, "x") == "Yearly cost (KES million)"


def test_a_click_names_its_point():
    assert frontiers_chart.clicked({"selection": {"pick": [{"number": 3}]}}) == "3"
    assert frontiers_chart.clicked({"selection": {"pick": [{"number": None}]}}) is None
    assert frontiers_chart.clicked({"selection": {"pick": []}}) is None
    assert frontiers_chart.clicked(None) is None


def grid(*, is_judged=True):
    keys = ("rules.branches.exactly", "duplicates.rule")
    told = [(2, "cap", 1e8, 50.0), (2, "price", 1e8, 48.0), (3, "cap", None, None)]
    points = [
        point(n, dict(zip(keys, (a, b), strict=True)), x, y, y, status="optimal" if x else "failed")
        for n, (a, b, x, y) in enumerate(told)
    ]
    axes = [{"key": keys[0], "values": [2, 3]}, {"key": keys[1], "values": ["cap", "price"]}]
    measures = {"x": "annual_kes", "y": "mean"}
    return seen_of(None, axes, measures, points, [], is_judged=is_judged)


def test_a_grid_says_its_figures_in_its_cells():
    frame = frontiers_chart.grid_frame(grid(), "y", None)
    assert list(frame["told"]) == [f"50.00{GAP}min", f"48.00{GAP}min", DASH]
    spec = frontiers_chart.grid_chart(grid(), "y", "1").to_dict()
    assert spec["layer"][0]["encoding"]["x"]["sort"] == ["2", "3"]
    lead = frontiers_said.lead_sentence(grid())
    assert lead.startswith("Of 2 plans travel is least with Branches, exactly: 2; The same")
    assert frontiers.title(grid()) == "Grid of: Branches, exactly and The same service close by"


def test_points_that_are_no_choices_are_not_judged():
    seen = grid(is_judged=False)
    assert "no choices" in frontiers_said.remarks(seen)[0]


@pytest.mark.parametrize(
    ("status", "said"),
    [("running", "2 of 3 points are done. 9 s so far."), ("stopping", "Stopping")],
)
def test_progress_counts_points(status, said):
    seen = money()
    waiting = {**seen.points[2], "status": "waiting"}
    told = {**seen.told, "points": [*seen.points[:2], waiting]}
    job = JobState("x", "One", status, (Progress(9.0, "solve"),), seconds=9.0)
    assert frontiers.progress_sentence(seen.view.words, job, told).startswith(said)
    assert frontiers.share_done(told) == pytest.approx(2 / 3)
    assert "range" in frontiers.progress_sentence(
        seen.view.words, replace(job, status="running"), None
    )
