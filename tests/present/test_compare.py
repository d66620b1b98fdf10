"""Plans side by side in words, on maps, in tables and in files; names of the data stay data."""

import json
import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest

from planner.compare import THRESHOLD_MIN, compare, told
from planner.compare import words as english
from planner.compare.todays import todays_record
from planner.evaluate import Score
from planner.present.compare import compare as shown
from planner.present.compare import (
    compare_cards,
    compare_files,
    compare_maps,
    compare_moves,
    compare_said,
)
from planner.present.compare.compare_members import Choice, listed_record, names
from planner.present.maps.classes import NO_VALUE
from planner.present.session import Case
from planner.present.words import words
from tests.present.cases import HOSTILE, hostile_pack, pack, problem, proposal, today
from tests.present.test_layers import PLAIN, blocks, drawn, texts

BLUE, ORANGE = set(compare_maps.SHORTER), set(compare_maps.LONGER)


@cache
def records():
    case = Case(pack(), problem(), {"today": today(), "proposal": proposal()}, {})
    return todays_record(pack()), listed_record("proposal", case)


@cache
def seen(language="en", base=0, hostile=False):
    """Today's ten branches beside the proposed twenty-four."""
    here = hostile_pack() if hostile else pack()
    called = (HOSTILE[2], HOSTILE[7]) if hostile else ("Ten", "Twenty-four")
    found = compare(records(), base=base)
    return shown.Seen(words(language).of_pack(here), here, found, records(), called)


def plain(text):
    return text.replace("\xa0", " ")


# -- figures and sentences -----------------------------------------------------------------


def test_the_figures_are_those_of_the_judge():
    score: Score = proposal().score
    before: Score = today().score
    row = seen().row("mean_min")
    assert row.cells[1].value == pytest.approx(score.kpis.mean_min)
    assert row.cells[1].difference == pytest.approx(score.kpis.mean_min - before.kpis.mean_min)
    for area, judged in zip(seen().found.areas, score.areas, strict=True):
        assert area.cells[1].mean_min == pytest.approx(judged.mean_min)
        assert area.cells[1].branches == judged.branches


def test_the_lead_says_what_matters_with_its_error():
    kpis, before = proposal().score.kpis, today().score.kpis
    gain = before.mean_min - kpis.mean_min
    said = plain(compare_said.lead_sentence(seen(), 1))
    assert said.startswith(f"Twenty-four against Ten: {gain:.1f} min ± 5 % shorter on average and ")
    assert "KES 211 M a year dearer." in said
    assert said.endswith("people travel less, 0 travel more.")


def test_three_cards_say_what_the_other_comes_to_and_how_it_differs():
    travel, money, doubled = compare_cards.pair_cards(seen(), 1)
    told, base = proposal().score.kpis, today().score.kpis
    assert plain(travel.value) == plain(words("en").minutes(told.mean_min))
    assert (plain(travel.error), travel.tone) == ("± 5 %", "better")
    assert travel.note == f"Ten: {words('en').minutes(base.mean_min)}"
    assert (plain(money.value), plain(money.change)) == ("KES 391 M", "KES 211 M more")
    assert money.tone == doubled.tone == "worse"
    assert doubled.value == str(told.duplicates.unnecessary)
    assert doubled.note == (
        f"within each service's own separation; Ten: {base.duplicates.unnecessary}"
    )


def test_a_plan_without_figures_has_no_cards():
    one, other = records()
    none = replace(other, kpis=None)
    both = replace(seen(), found=compare((one, none), base=0), records=(one, none))
    assert compare_cards.pair_cards(both, 1) == []


def test_the_lead_turns_round_with_the_base():
    said = plain(compare_said.lead_sentence(seen(base=1), 0))
    assert "min ± 5 % longer on average and KES 211 M a year cheaper." in said
    assert "0 people travel less" in said


def test_the_lead_in_kiswahili():
    said = plain(compare_said.lead_sentence(seen("sw"), 1))
    assert said.startswith("Twenty-four dhidi ya Ten: safari ni fupi kwa dak ")
    assert "gharama ni zaidi kwa KES milioni 211 kwa mwaka" in said


@pytest.mark.parametrize(("gain", "said"), [(0.04, "as good as equal"), (0.06, "no reason")])
def test_a_plan_behind_by_less_than_is_shown_is_not_written_off(gain, said):
    one, _ = records()
    better = replace(one, kpis={**one.kpis, "mean_min": one.kpis["mean_min"] - gain})
    found = compare((one, better), base=0)
    both = replace(seen(), found=found, records=(one, better))
    (line,) = compare_said.frontier_sentences(both)
    assert said in line
    assert line.index("Ten") < line.index("Twenty-four")


def test_more_money_is_never_a_hair():
    one, _ = records()
    dearer = replace(one, kpis={**one.kpis, "annual_kes": one.kpis["annual_kes"] + 1})
    both = replace(seen(), found=compare((one, dearer), base=0), records=(one, dearer))
    (line,) = compare_said.frontier_sentences(both)
    assert "no reason to prefer" in line


@pytest.mark.parametrize(
    ("language", "unit", "said"),
    [
        ("en", "minutes", "minutes"),
        ("sw", "minutes", "dakika"),
        ("sw", "weighted km", "km zenye uzito"),
        ("sw", "EUR", "EUR"),
    ],
)
def test_the_unit_of_a_goal_is_said_in_the_language(language, unit, said):
    assert shown.goal_unit(words(language), unit) == said


def test_every_figure_stands_beside_the_base_with_its_direction():
    table = shown.kpi_table(seen())
    cells = dict(zip(table["Figure"], table["Twenty-four"], strict=True))
    assert list(table.columns) == ["Figure", "Ten (base)", "Twenty-four"]
    assert "✓ " in cells["Travel per visit, one way"]
    assert cells["Travel per visit, one way"].endswith("min shorter")
    assert plain(cells["Yearly cost"]) == "KES 391 M · ▲ KES 211 M more"
    assert cells["Branches"] == "24 · 14 more"
    assert cells["Visits a year"].endswith(" · the same")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (7.4, "7"),
        (999, "999"),
        (1234, "1,230"),
        (412_345, "412,000"),
        (999_999, "1,000,000"),
    ],
)
def test_people_are_told_to_three_figures(number, text):
    assert shown.people_count(words("en"), number) == text


def test_networks_without_rules_are_not_held_against_rules():
    assert compare_said.asked_table(seen()).empty
    assert "followed no rules" in compare_said.no_rules_sentence(seen())


@pytest.mark.parametrize("language", ["en", "sw"])
def test_all_that_a_comparison_may_say_has_words(language):
    known = words(language).texts
    for key in english.KPIS:
        assert f"compare.kpi_{key.replace('.', '_')}" in known
    for key in english.FACTS:
        assert f"compare.fact_{key}" in known
    for key, text in english.REMARKS_SAID.items():
        blanks = set(re.findall(r"{(\w+)}", text)) & {"packs", "pack", "units", "missing"}
        assert all(f"{{{blank}}}" in known[f"compare.warn_{key}"] for blank in blanks)


def test_plans_of_one_name_are_told_apart_by_their_time():
    known = {
        "a": Choice("North · 2026-01-01 08:00", "North", is_run=True),
        "b": Choice("North · 2026-01-02 08:00", "North", is_run=True),
        "c": Choice("South · 2026-01-03 08:00", "South", is_run=True),
    }
    assert names(known, ["a", "c"]) == ("North", "South")
    assert names(known, ["a", "b", "c"]) == (known["a"].name, known["b"].name, "South")


# -- maps ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("base", "other", "colours"), [(0, 1, BLUE), (1, 0, ORANGE)])
def test_blue_is_shorter_and_orange_longer_than_the_base(base, other, colours):
    here = seen(base=base)
    fills = {area.code: area.cells[other].difference for area in here.found.areas}
    cells = compare_maps.difference_areas(here, other).given["cells"]
    assert set(fills) == set(cells)
    for code, change in fills.items():
        moved = abs(change) > THRESHOLD_MIN
        assert (cells[code]["fill"] in colours) == moved
        assert (cells[code]["fill"] == compare_maps.SAME) == (not moved)
    assert {cell["fill"] for cell in cells.values()} > {compare_maps.SAME}


def test_the_deepest_blue_is_for_the_largest_gains():
    here = seen()
    breaks = compare_maps.difference_breaks(here, 1)
    cells = compare_maps.difference_areas(here, 1).given["cells"]
    assert len(breaks) == 2
    for area in here.found.areas:
        deepest = cells[area.code]["fill"] == compare_maps.SHORTER[-1]
        assert deepest == (-area.cells[1].difference > breaks[1])


def test_the_legend_of_the_difference_tells_the_colours_and_symbols_in_use():
    blocks = compare_maps.difference_legend(seen(), 1).given["blocks"]
    assert plain(blocks[0]["title"]) == "Travel per visit against Ten (± 5 %)"
    fills = [row["colour"] for row in blocks[0]["rows"]]
    assert fills == [*reversed(compare_maps.SHORTER), compare_maps.SAME]
    assert NO_VALUE not in fills
    assert [row["kind"]["status"] for row in blocks[1]["rows"]] == ["opened", "kept"]


def test_opened_and_closed_branches_are_told_apart():
    for base, other, kind in ((0, 1, "opened"), (1, 0, "closed")):
        sites = compare_maps.move_marks(seen(base=base), other).given["sites"]
        assert sum(site["kind"] == kind for site in sites) == 14
        assert sum(site["kind"] == "kept" for site in sites) == 10


@pytest.mark.parametrize("mode", ["beside", "swipe"])
def test_both_plans_share_one_scale(mode):
    first, marks, pair, _ = compare_maps.layers(seen(), 1, mode)
    second = {each["call"]: each["data"] for each in pair.given["layers"]}
    assert (pair.given["left"], pair.given["right"]) == ("Ten", "Twenty-four")
    assert len(marks.given["sites"]) == 10
    assert len(second["sites"]["sites"]) == 24
    colour_of = {}
    for member, cells in enumerate((first.given["cells"], second["areas"]["cells"])):
        for area in seen().found.areas:
            minutes = area.cells[member].mean_min
            colour_of.setdefault(minutes, set()).add(cells[area.code]["fill"])
    assert all(len(colours) == 1 for colours in colour_of.values())
    in_order = [next(iter(colour_of[minutes])) for minutes in sorted(colour_of)]
    changes = sum(a != b for a, b in pairwise(in_order))
    assert changes == len(set(in_order)) - 1  # a colour is one stretch of minutes


def test_a_network_that_tells_of_no_area_of_the_pack_has_no_map():
    lost = replace(seen(), pack=replace(pack(), areas=()))
    assert compare_maps.can_draw(seen(), 1)
    assert not compare_maps.can_draw(lost, 1)


@pytest.mark.parametrize("mode", compare_maps.MODES)
def test_names_run_nothing_on_any_map(mode):
    layers = compare_maps.layers(seen(hostile=True), 1, mode)
    _, script = drawn(*layers)
    for quoted in re.findall(r'"((?:[^"\\]|\\.)*)"', script):
        assert PLAIN.fullmatch(quoted), quoted[:80]
    assert "{{" not in script
    said = "".join(texts(blocks(script)))
    assert HOSTILE[2] in said
    assert HOSTILE[7] in said


# -- moves, areas, people ------------------------------------------------------------------


def test_moves_name_branches_and_services():
    table = compare_moves.moves_table(seen(), 1)
    assert len(table) == 14
    assert set(table["What moved"]) == {"Opened"}
    assert set(table["Services added"]) == {"Passport biometrics; Passport collection"}
    assert "branches opened: 14, closed: 0" in compare_moves.moves_sentence(seen(), 1)
    assert compare_moves.shared_sentence(seen()).startswith("Branches in all of these plans: 10;")
    assert len(compare_moves.shared_table(seen())) == 14


@pytest.mark.parametrize("order", compare_moves.ORDERS)
def test_areas_are_sorted_as_asked(order):
    table = compare_moves.area_table(seen(), 1, order)
    cells = {area.name: area.cells[1] for area in seen().found.areas}
    figures = {
        "gains": lambda cell: cell.difference,
        "losses": lambda cell: -cell.difference,
        "people_less": lambda cell: -cell.people.shorter,
        "people_more": lambda cell: -cell.people.longer,
    }
    areas = list(table.iloc[:, 0])
    assert len(areas) == 47
    if order == "name":
        assert areas == sorted(areas)
    else:
        values = [figures[order](cells[name]) for name in areas]
        assert values == sorted(values)


def test_the_chart_and_the_table_of_people_tell_the_same():
    people = seen().found.people[1].count
    frame = compare_moves.people_frame(seen())
    assert frame["people"].sum() == pytest.approx(people.total)
    table = compare_moves.people_table(seen())
    assert table["Travel less"].tolist() == [round(people.shorter)]
    assert "Travel more" not in table  # nobody does
    chart = compare_moves.people_chart(seen()).to_dict()
    assert chart["encoding"]["x"]["title"] == "People"
    places = compare_moves.place_tables(seen(), 1)
    assert list(places) == ["gains"]


# -- files ---------------------------------------------------------------------------------


def test_the_files_are_those_of_the_command_line():
    files = compare_files.files(seen().found)
    assert json.loads(files["comparison.json"]) == json.loads(json.dumps(told(seen().found)))
    rows = files["comparison.csv"].decode("utf-8-sig").splitlines()
    assert '"part"' in rows[0]
    assert len(rows) > 47
