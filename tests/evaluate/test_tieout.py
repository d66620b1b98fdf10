"""The tie-out: shares against counts by hand, a fit that finds what made them, the pack's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from planner.demand.fit import fit_choice, visits_by_branch
from planner.evaluate.choice_told import tie_out_sentence, tie_out_told
from planner.evaluate.tieout import Counted, counted_stations, tie_out, tie_outs
from planner.pack import find_pack, read_pack
from planner.pack.customer_types import Choice, StationCount, StationCounts
from planner.pack.figures import Figure
from planner.pack.types import Pack
from planner.problem import PlanningProblem
from planner.scenario import Scenario, build
from tests.evaluate.tiny import tiny_problem
from tests.pack.tiny import write


def choice_of(decay: float, **attraction: float) -> Choice:
    figures = {site: Figure("a", value, value, value, "") for site, value in attraction.items()}
    return Choice(Figure("decay", decay, decay, decay, "a km"), figures)


def stations(**counts: float) -> StationCounts:
    rows = tuple(StationCount(site, count) for site, count in counts.items())
    return StationCounts("paper", "papers", "2023", rows)


LINE = tiny_problem([1.0, 4.0, 9.0], [0.0, 5.0, 10.0], ("paper",), visits=[10.0, 20.0, 70.0])


def test_nearest_by_hand() -> None:
    """Only A and C are open: 10 + 20 go to A, 70 to C; half of the 100 counted were at A."""
    held = tie_out(LINE, LINE.visits, counted_stations(LINE, stations(A=50, C=50)), None)
    (nearest,) = held.held
    assert nearest.shares == pytest.approx([0.3, 0.7])
    assert nearest.off == pytest.approx([-0.2, 0.2])
    assert nearest.missed == pytest.approx(0.2)
    assert not nearest.agrees
    assert held.of("huff") is None
    assert held.fit is None


def test_huff_with_the_packs_figures() -> None:
    counted = counted_stations(LINE, stations(A=50, C=50))
    held = tie_out(LINE, LINE.visits, counted, choice_of(0.1, A=3.0, B=99.0)).of("huff")
    assert held is not None
    to_a = [
        3 * np.exp(-0.1 * x) / (3 * np.exp(-0.1 * x) + np.exp(-0.1 * (10 - x))) for x in (1, 4, 9)
    ]
    share = float(np.dot(to_a, [0.1, 0.2, 0.7]))
    assert held.shares == pytest.approx([share, 1 - share])
    assert held.missed == pytest.approx(abs(share - 0.5))


def test_the_tolerance_is_the_readers() -> None:
    counted = counted_stations(LINE, stations(A=34, C=66))
    assert tie_out(LINE, LINE.visits, counted, None, 0.05).held[0].agrees
    assert not tie_out(LINE, LINE.visits, counted, None, 0.03).held[0].agrees


def test_worst_is_the_largest_miss() -> None:
    counted = counted_stations(LINE, stations(B=25, A=10, C=65))
    (nearest,) = tie_out(LINE, LINE.visits, counted, None).held
    assert nearest.shares == pytest.approx([0.2, 0.1, 0.7])
    assert nearest.worst in (0, 2)
    assert nearest.missed == pytest.approx(0.05)


def test_a_branch_open_and_not_counted_takes_its_people() -> None:
    """B is open too: of those at the counted ones, 10 are at A and 70 at C."""
    sites, order = np.array([0, 2]), np.array([0, 2, 1])
    counted = Counted(0, "records", "", "", sites, np.array([1.0, 7.0]), order)
    (nearest,) = tie_out(LINE, LINE.visits, counted, None).held
    assert nearest.shares == pytest.approx([1 / 8, 7 / 8])
    assert nearest.missed == pytest.approx(0, abs=1e-12)


def scattered(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    points, sites = rng.uniform(0, 600, (200, 2)), rng.uniform(0, 600, (7, 2))
    return np.linalg.norm(points[:, None] - sites[None], axis=2), rng.uniform(1, 100, 200)


@pytest.mark.parametrize(("decay", "attraction"), [(0.004, 3.0), (0.012, 8.0), (0.06, 0.4)])
def test_a_fit_finds_what_made_the_counts(decay: float, attraction: float) -> None:
    km, visits = scattered(5)
    true = np.array([1.0, 1, attraction, 1, 1, 1, 1])
    counts = 1e6 * visits_by_branch(km, visits, true, decay)
    fit = fit_choice(km, visits, counts, [2])
    assert fit is not None
    assert fit.decay == pytest.approx(decay, rel=1e-3)
    assert fit.attraction[2] == pytest.approx(attraction, rel=1e-3)
    assert fit.free_values == 2
    assert not fit.at_limit
    told = np.array([0, 1, 3, 4, 5, 6])
    assert fit.left_out[told] == pytest.approx(fit.shares[told], abs=1e-4)
    assert np.isnan(fit.left_out[2])  # its own attraction cannot be told by the others


def test_no_other_values_are_likelier() -> None:
    """The fitted likelihood beats a fine grid of decays and attractions."""
    km, visits = scattered(8)
    made = visits_by_branch(km, visits, np.array([5.0, *[1.0] * 6]), 0.01)
    counts = made * np.array([900.0, 1100, 700, 1300, 1000, 800, 1200])
    fit = fit_choice(km, visits, counts, [0])
    assert fit is not None
    grid = max(
        float(counts @ np.log(visits_by_branch(km, visits, np.array([a, *[1.0] * 6]), d)))
        for d in np.geomspace(0.001, 0.1, 80)
        for a in np.geomspace(0.1, 50, 80)
    )
    assert fit.log_likelihood >= grid
    assert fit.log_likelihood == pytest.approx(grid, rel=1e-4)


def test_leaving_out_uses_no_count_of_the_branch() -> None:
    km, visits = scattered(8)
    counts = np.array([700.0, 90, 200, 40, 300, 55, 160])
    other = counts.copy()
    other[4] = 9_999
    first, second = fit_choice(km, visits, counts, [0]), fit_choice(km, visits, other, [0])
    assert first is not None
    assert second is not None
    assert first.left_out[4] == pytest.approx(second.left_out[4], rel=1e-6)
    assert first.left_out[1] != pytest.approx(second.left_out[1], rel=1e-2)


def test_too_few_counts_are_not_fitted() -> None:
    km, visits = scattered(8)
    assert fit_choice(km[:, :2], visits, np.array([5.0, 6.0]), [0]) is None
    assert fit_choice(km[:, :2], visits, np.array([5.0, 6.0]), []) is not None
    assert fit_choice(km, visits, np.zeros(7), [0]) is None


def test_counts_that_tell_no_decay_run_into_the_limit() -> None:
    """Everybody everywhere alike: distance is nothing."""
    km, visits = scattered(8)
    fit = fit_choice(km, visits, np.ones(7), [])
    assert fit is not None
    assert fit.decay < 1e-4


# -- the built-in pack ---------------------------------------------------------------------

HEAD_OFFICE = "047-nyayo-house"


@pytest.fixture(scope="module")
def built_in() -> tuple[Pack, PlanningProblem]:
    pack = read_pack(find_pack("immigration"))
    return pack, build(pack, Scenario(name="today", pack="immigration"))


def test_the_built_in_counts(built_in: tuple[Pack, PlanningProblem]) -> None:
    """15,400 passports of one day: nearest choice fails, Huff's rule with two values holds."""
    pack, problem = built_in
    prior = Choice(
        Figure("decay", 0.01, 0.005, 0.02, "a km"), {HEAD_OFFICE: Figure("a", 8, 4, 12, "")}
    )
    customers = replace(pack.customers, choice=prior)
    (held,) = tie_outs(replace(pack, customers=customers), problem, fit=True)
    assert held.counted.counts.sum() == 15_400
    assert held.counted.shares[0] == pytest.approx(7501 / 15_400)
    nearest, huff, fitted = held.held
    assert nearest.missed == pytest.approx(0.166, abs=0.002)
    assert problem.site_ids[int(held.counted.sites[nearest.worst])] == HEAD_OFFICE
    assert nearest.off[nearest.worst] == pytest.approx(-0.166, abs=0.002)
    assert not nearest.agrees
    assert huff.missed == pytest.approx(0.047, abs=0.002)
    assert huff.agrees
    assert fitted.missed == pytest.approx(0.019, abs=0.002)
    assert held.fit is not None
    assert held.fit.decay == pytest.approx(0.0138, abs=0.0002)
    assert held.fit.attraction[0] == pytest.approx(7.97, abs=0.05)
    off = np.abs(held.fit.left_out - held.counted.shares)
    assert np.nanmax(off) == pytest.approx(0.020, abs=0.002)


def test_a_pack_without_counts_has_no_tie_out(built_in: tuple[Pack, PlanningProblem]) -> None:
    pack, problem = built_in
    assert tie_outs(replace(pack, stations=None), problem) == ()


def test_daily_records_are_held_too(tmp_path: Path) -> None:
    """40 cards on a day at s1 and 10 at s2, 250 days a year; the model: 15 of 18 nearest to s1."""
    sites = (
        "id,name,area,lat,lon,status,services_today\n"
        "s1,Alpha town,001,-0.5,36.5,existing,c\ns2,Gamma town,002,-0.5,37.5,existing,c;d\n"
    )
    rows = "date,branch,service,served\n2024-03-04,s1,get_card,40\n2024-03-05,s2,get_card,10\n"
    pack = read_pack(write(tmp_path, sites_csv=sites, work_records_csv=rows))
    problem = build(pack, Scenario(name="today", pack="tiny"))
    (held,) = tie_outs(pack, problem)
    assert held.counted.basis == "records"
    assert held.counted.when == "2024-03-04 to 2024-03-05"
    assert held.counted.counts.tolist() == pytest.approx([10_000, 2_500])
    (nearest,) = held.held
    assert nearest.shares == pytest.approx([15 / 18, 3 / 18])
    assert nearest.missed == pytest.approx(15 / 18 - 0.8)
    assert tie_out_sentence(tie_out_told(pack, problem, held)).startswith(
        "Held against 12,500 recorded visits, Get a card (2024-03-04 to 2024-03-05): "
    )
