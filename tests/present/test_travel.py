"""How sure travel figures are, in words; and what the page on travel shows of a pack by hand."""

import json
from dataclasses import replace

import pytest

from planner import evaluate, scenario, terminal
from planner.audit import audit, audit_lines
from planner.cli import main
from planner.errors import InputError
from planner.pack import read_pack
from planner.pack.figures import Figure, Mark
from planner.pack.travel_types import RoadChange, TravelMode
from planner.present import cards, travel
from planner.present.how_far import travel_judged, travel_map, travel_page, travel_pair
from planner.present.maps.area_layers import indicator_title
from planner.present.today import today
from planner.present.view import View
from planner.present.words import LANGUAGES, words
from planner.runs.content import travel_told
from planner.scenario import Scenario, parse_scenario
from planner.travel import TravelTold
from tests.pack.tiny import PACK, TRAVEL, write

KNOWN = (
    "from_town,from_lat,from_lon,to_town,to_lat,to_lon,road_km,source\n"
    "A,-0.5,36.5,B,-0.5,37.5,144,survey\n"  # 111.19 km straight, 144.5 by the tiny pack's 1.3
    "A,-0.5,36.5,C,-0.5,36.9,40,survey\n"  # 44.5 straight: shorter than that
    "B,-0.5,37.5,C,-0.5,36.9,100,survey\n"  # 66.7 straight, 86.7 modelled
)
MATRIX = (
    "demand_point,site,minutes,km\np1,s1,0,0\np1,s2,300,200\np2,s1,60,40\np2,s2,400,250\n"
    "p3,s1,300,200\np3,s2,0,0\n"
)
TOLD = TravelTold(
    "network", sources=("© OSM contributors",), error=0.049, worst=0.26, known_count=20
)


def said(text):
    return text.replace("\xa0", " ").replace("\N{EN DASH}", "-")


def a_pack(folder, *, known=KNOWN, matrix=None):
    head = PACK.replace("area_label", 'known_roads = "known.csv"\narea_label', 1) if known else PACK
    return read_pack(write(folder, pack_toml=head + TRAVEL, known_csv=known, travel_csv=matrix))


def a_view(pack, language="en", model=None):
    given = f'[travel]\nmodel = "{model}"' if model else ""
    asked = parse_scenario(f'name = "a"\npack = "tiny"\n{given}')
    return View(words(language).of_pack(pack), pack, scenario.build(pack, asked))


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return a_pack(tmp_path_factory.mktemp("known"), matrix=MATRIX)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A pack without known roads."""
    return a_pack(tmp_path_factory.mktemp("plain"), known=None)


# -- words ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (0.049, "63 min ± 5 %"),
        (0.004, "63 min ± 1 %"),
        (0.0, "63 min ± 0 %"),
        (0.555, "63 min ± 56 %"),
        (None, "63 min (error not measured)"),
    ],
)
def test_a_figure_says_how_far_it_may_be_off(error, text):
    assert said(travel.with_error(words("en"), "63 min", replace(TOLD, error=error))) == text


@pytest.mark.parametrize("text", ["0 min", "0.0 min", "dakika 0.0", "0"])
def test_no_share_stands_beside_nothing(text):
    for told in (TOLD, None):
        assert travel.with_error(words("en"), text, told) == text
    assert travel.with_error(words("en"), "0.1 min", TOLD) != "0.1 min"
    assert travel.with_error(words("en"), "by bus", TOLD) != "by bus"


def test_a_figure_and_its_error_never_part_at_a_line_end():
    assert " " not in travel.with_error(words("en"), "63", TOLD)


def test_nothing_known_of_travel_is_not_measured():
    assert travel.error_text(words("en"), None) == "error not measured"
    assert travel.error_text(words("sw"), None) == "kosa halijapimwa"
    assert "error not measured" in travel.source_line(words("en"), None, None)


def test_headings_name_travel_where_it_is_a_part():
    w = words("en")
    assert said(travel.heading(w, "Longest", TOLD)) == "Longest (± 5 %)"
    assert said(travel.heading(w, "What to open", TOLD, is_part=True)) == (
        "What to open (travel ± 5 %)"
    )


def test_the_explanation_tells_the_roads_the_worst_and_what_is_unjudged(plain):
    def told_as(told):
        return travel.explanation(words("en"), told, plain)

    text = said(told_as(TOLD))
    assert text.startswith("± 5 % goes with every minute")
    for part in (
        "on 20 roads of known length",
        "the worst is 26 % off",
        "Short trips are unjudged",
    ):
        assert part in text
    cut = told_as(replace(TOLD, worst=float("inf")))
    assert "for at least one of them the model finds no way" in cut
    lost = replace(TOLD, error=float("inf"), worst=float("inf"))
    assert travel.error_text(words("en"), lost) == "error not measured"
    assert "Error not measured" in told_as(lost)
    one = told_as(replace(TOLD, known_count=1, worst=0.049))
    assert "the one road" in one
    assert "known_roads" in told_as(replace(TOLD, error=None))


def test_the_explanation_tells_the_speeds_and_what_their_span_makes_of_two_hours(plain):
    mark = Mark("s", "assumption")
    fast = Figure("speed", 45, 30, 50, "km/h", mark)
    slow = Figure("slow speed", 28, 19, 31, "km/h", mark)
    figures = replace(plain.travel, speed_kmh=fast, speed_slow_kmh=slow, slow_areas=frozenset("1"))
    pack = replace(plain, travel=figures)

    def told_as(told, pack=pack, language="en"):
        return said(travel.explanation(words(language), told, pack))

    text = told_as(TOLD)
    assert text.endswith(
        "Minutes rest on a speed of 45 km/h (30 to 50), in slow areas 28 km/h (19 to 31):"
        " assumption. At the ends of that span 2 h on the way would be 1 h 48 min or 3 h."
    )
    assert "km 45 kwa saa (30 hadi 50)" in told_as(TOLD, language="sw")
    even = replace(pack, travel=replace(figures, slow_areas=frozenset()))
    assert "slow" not in told_as(TOLD, even)
    sure = replace(even, travel=replace(figures, speed_kmh=replace(fast, low=45, high=45)))
    assert "45 km/h, in slow" in told_as(TOLD, sure)
    assert "At the ends" not in told_as(TOLD, sure)
    for elsewhere in ("matrix", "roads"):
        assert "Minutes rest" not in told_as(replace(TOLD, model=elsewhere))
    walk = TravelMode("walk", "On foot", speed_kmh=Figure("speed", 4, 3, 5, "km/h"))
    by_mode = replace(pack, modes=(walk, TravelMode("bus", "Bus")))
    assert "a speed of 4 km/h (3 to 5). At" in told_as(replace(TOLD, mode="walk"), by_mode)
    for other in ("bus", "mixed"):
        assert "Minutes rest" not in told_as(replace(TOLD, mode=other), by_mode)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("model", travel_judged.MODELS)
def test_every_model_is_named_in_words(language, model, plain):
    w = words(language)
    line = travel.source_line(w, replace(TOLD, model=model), plain)
    assert "_" not in line
    assert travel.model_name(w, model) in line
    assert "© OSM contributors" in line
    assert w(f"travel.how_{model}")
    assert w(f"travel.limit_{model}")


def test_modes_have_their_names(plain):
    bus = TravelMode("bus", "Bus or matatu", "Basi au matatu")
    pack = replace(plain, modes=(bus,))
    line = travel.source_line(words("sw"), replace(TOLD, mode="bus"), pack)
    assert "Basi au matatu" in line
    assert "each customer would choose" in travel.source_line(
        words("en"), replace(TOLD, mode="mixed"), pack
    )
    by_bus = replace(TOLD, mode="bus", sources=(*TOLD.sources, "modes.toml"))
    assert "modes.toml" not in travel.source_line(words("en"), by_bus, pack)


def test_a_line_names_who_made_the_roads_and_not_where_figures_and_changes_come_from(plain):
    ferry = RoadChange("ferry", 0, 36, 0, 37, mark=Mark("A timetable"))
    bends = Figure("road factor", 1.1, 1, 1.2, "", Mark("Bends: a guess"))
    pack = replace(plain, road_changes=(ferry,), travel=replace(plain.travel, road_factor=bends))
    own = plain.travel.circuity.mark.source
    assert own
    given = (
        "A survey, 2020: roads; all",
        "B (c)",
        "B (d)",
        own,
        "Bends: a guess",
        "A timetable",
        "",
    )
    told = replace(TOLD, sources=given)
    assert said(travel.source_line(words("en"), told, pack)) == (
        "Travel: coarse roads and links between neighbouring places (A survey, 2020; B), ± 5 %."
    )


def test_two_ways_of_measuring_are_not_to_be_compared():
    w, other = words("en"), replace(TOLD, model="matrix", error=None)
    assert travel.other_way(w, TOLD, replace(TOLD, error=None), None) == ""
    assert travel.other_way(w, TOLD, None, None) == ""
    text = travel.other_way(w, TOLD, other, None)
    assert "table of distances from another program: do not compare" in text


def test_a_card_holds_the_error_beside_its_value_and_escapes_it():
    (card,) = [cards.Card("Travel", "63 min", error="± <5>")]
    html = cards.cards_html([card])
    assert '63 min <span class="ug-error">&#177; &#60;5&#62;</span></dd>' in html
    assert "ug-error" not in cards.cards_html([replace(card, error="")])


# -- a view of a problem -------------------------------------------------------------------


def test_a_view_puts_the_error_beside_what_is_known(pack, plain):
    view = a_view(pack)
    told = view.problem.travel
    assert (told.model, told.known_count) == ("great_circle", 3)
    assert said(view.minutes(63)) == "1 h 3 min ± 13 %"  # errors 0 %, 45 % and -13 %
    assert said(view.km(None)) == "no data"
    assert view.travel_card("Travel", None).error == ""
    assert view.travel_card("Travel", 0.2).error == ""
    assert said(view.travel_card("Travel", 2).error) == "± 13 %"
    assert said(a_view(plain).km(12)) == "12 km (error not measured)"


def test_today_tells_the_error_in_sentence_cards_and_legend(pack):
    view = a_view(pack)
    plan = evaluate.todays_network(view.problem)
    judged = evaluate.score(view.problem, plan)
    assert "± 13 % one way on average" in said(today.summary(view, judged))
    found = {card.label: said(card.error) for card in today.kpi_cards(view, judged)}
    assert found["Travel per visit"] == found["Worst-served tenth"] == "± 13 %"
    assert found["Yearly cost"] == found["Visits within the standard"] == ""
    assert said(indicator_title(view, "km")) == "Road distance per visit (± 13 %)"
    assert indicator_title(view, "visits") == "Visits a year"


def test_another_model_makes_another_question_other_figures_and_another_line(pack):
    found = {}
    for model in ("great_circle", "matrix"):
        view = a_view(pack, model=model)
        plan = evaluate.todays_network(view.problem)
        mean = evaluate.score(view.problem, plan).kpis.mean_min
        found[model] = view.problem.fingerprint, mean, view.travel_line
    straight, matrix = found.values()
    assert all(a != b for a, b in zip(straight, matrix, strict=True))
    assert "straight lines" in straight[2]
    assert "table of distances" in matrix[2]


# -- the command line -----------------------------------------------------------------------


def test_the_command_line_says_how_sure_travel_is(pack, plain):
    assert terminal.sure("63.0 min", TOLD) == "63.0 min ± 5 %"
    told = audit(pack)
    lines = "\n".join(audit_lines(told, pack))
    assert told["travel"]["model"] == "great_circle"
    assert told["travel"]["known_roads"] == 3
    assert "min ± 13 % and" in lines
    assert "  Travel: straight lines made longer by a factor, ± 13 %." in lines
    assert "± 13 % goes with every minute" in lines
    assert "min (error not measured) and" in "\n".join(audit_lines(audit(plain), plain))


def test_a_solved_run_is_told_with_the_error_of_its_travel(pack):
    kpis = {"mean_min": 63.0, "mean_km": 40.0, "within_standard": 0.5, "worst_tenth_min": 100.0,
            "branches": 1, "offerings": 1, "annual_kes": 1, "capital_kes": 0,
            "duplicates": {"pairs": 0, "justified": 0, "unnecessary": 0},
            "shortfall_visits_per_year": 0, "overloaded_branches": 0}  # fmt: skip
    info = {"name": "A", "kpis": kpis, "baseline_kpis": None, "branches": []}
    lines = list(terminal.branch_lines({**info, "travel": travel_told(TOLD)}, pack, "within 60 km"))
    assert "  minutes a visit, one way: 63.0 ± 5 %" in lines
    assert "  share of visits within the standard: 50.0%" in lines
    assert "coarse roads" in "\n".join(lines)
    assert "  duplicates within 60 km: 0 pairs, 0 justified by load, 0 not needed by load" in lines
    older = "\n".join(terminal.branch_lines(info, pack, "within 60 km"))
    assert "63.0 (error not measured)" in older


def test_scenarios_name_travel_that_is_their_own(tmp_path, capsys):
    folder = write(tmp_path / "pack")
    (folder / "scenarios").mkdir()
    head = 'pack = "tiny"\n'
    (folder / "scenarios" / "a.toml").write_text(f'name = "A"\n{head}')
    own = '[travel]\nmodel = "matrix"\nmode = "bus"\n'
    (folder / "scenarios" / "b.toml").write_text(f'name = "B"\n{head}{own}')
    assert main(["scenarios", str(folder)]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert "Travel" not in first
    assert second.endswith("Travel: a table of distances from another program, mode bus.")


# -- the page ------------------------------------------------------------------------------


def models_of(pack):
    return tuple(travel_judged.judged(pack, model) for model in travel_judged.MODELS)


def test_models_side_by_side_tell_their_error_or_what_they_need(pack):
    view, models = a_view(pack), models_of(pack)
    frame = travel_page.model_table(view, models).set_index("Model").map(said)
    straight = frame.loc["straight lines made longer by a factor"]
    assert list(straight[1:]) == ["13.3 %", "19.4 %", "+45 %", "1 of 3", "A - C"]
    assert straight["Use"] == "in use here"
    assert frame.loc["a table of distances from another program", "Use"] == "can be used here"
    assert "road_layer in pack.toml" in frame.loc["every road of a road layer", "Use"]
    assert travel_page.in_force(view, models) is models[0]
    lead = " ".join(travel_page.lead_sentences(view, models))
    assert "The pack names no model" in lead
    assert "another model errs less" not in lead


def test_a_road_file_that_cannot_be_read_is_told_with_its_fault(tmp_path):
    path = write(tmp_path / "pack", roads_geojson='{"type":')
    faulty = replace(read_pack(path), roads=path / "roads.geojson")
    own = travel_judged.judged(faulty, "network")
    assert not own.suits
    frame = travel_page.model_table(a_view(faulty), (own,))
    assert frame.iloc[0]["Use"].startswith("not here: roads.geojson")


def test_a_model_that_errs_less_is_named(pack):
    view = a_view(pack)
    own, *others = models_of(pack)
    better = replace(own, model="network", error=replace(own.error, median=0.05))
    lead = " ".join(travel_page.lead_sentences(view, (own, better, *others)))
    assert "another model errs less: coarse roads" in lead
    assert "5.0" in lead


def test_known_roads_stand_with_their_doubts_the_farthest_off_first(pack):
    view, own = a_view(pack), models_of(pack)[0]
    frame = travel_page.road_table(view, own)
    assert list(frame["To"]) == ["C", "C", "B"]
    assert frame.iloc[0]["Known km"] == 40
    assert frame.iloc[0]["Modelled km"] == pytest.approx(57.8, abs=0.1)
    assert said(frame.iloc[0]["Error"]) == "+45 %"
    assert "shorter than the straight line" in frame.iloc[0]["Doubts about the known length"]
    assert "by way of" in frame.iloc[2]["Doubts about the known length"]
    assert "Known lengths: survey." in travel_page.road_sources(view)
    assert said(travel_page.doubts_sentence(view, own)).startswith(
        "Doubtful by the table alone, yet counted: 2 of the 3 known"
    )


def test_the_chart_tells_units_and_the_band_of_ten_percent(pack):
    view, own = a_view(pack), models_of(pack)[0]
    chart = travel_page.road_chart(view, own).to_dict()
    titles = {layer["encoding"][axis]["title"] for layer in chart["layer"] for axis in ("x", "y")}
    assert titles == {"Known road distance, km", "Modelled distance, km"}
    (band,) = [rows for rows in chart["datasets"].values() if "low" in rows[0]]
    assert band[1]["low"] == pytest.approx(0.9 * band[1]["known"])
    assert band[1]["high"] == pytest.approx(1.1 * band[1]["known"])
    assert len(travel_page.road_frame(view, own)) == 3


def test_a_pair_of_places_by_hand(pack):
    """p1 to s2: one degree of longitude at half a degree south, by 1.3 at 50 km/h."""
    view, models = a_view(pack), models_of(pack)
    times = {
        each.model: travel_judged.travel_times(pack, each.model) for each in models if each.suits
    }
    frame = travel_pair.pair_table(view, times, 0, 1).set_index("Model").map(said)
    row = frame.loc["straight lines made longer by a factor"]
    assert list(row) == ["145 km", "2 h 53 min", "KES 1,316", "KES 1,663", "± 13 %"]
    assert frame.loc["a table of distances from another program", "One way"] == "5 h"
    assert travel_pair.point_name(view, 0) == "Alpha (West)"


def test_a_pair_of_places_by_each_mode(pack):
    """144.5 km at 5 km/h take 28 h 54 min, which cost 60 an hour; the fare is none."""
    walk = TravelMode("walk", "On foot", "Kwa miguu", Figure("speed", 5, 5, 5, "km/h"))
    moving = replace(pack, modes=(walk,))
    times = {"walk": travel_judged.travel_times(moving, "great_circle", "walk")}
    own = travel_judged.travel_times(moving, "great_circle")
    frame = travel_pair.mode_table(a_view(moving, "sw"), own, times, 0, 1)
    assert [said(cell) for cell in frame.iloc[0]] == ["Kwa miguu", "145 km", "saa 29", "KES 3,469"]


def test_too_far_for_a_mode_and_no_way_at_all_are_told_apart(pack):
    speed = Figure("speed", 50, 50, 50, "km/h")
    near = Figure("farthest", 20, 20, 20, "km")
    modes = (TravelMode("walk", "On foot", speed_kmh=speed, max_km=near), TravelMode("bus", "Bus"))
    moving = replace(pack, modes=modes)
    times = {mode.id: travel_judged.travel_times(moving, "great_circle", mode.id) for mode in modes}
    own = travel_judged.travel_times(moving, "great_circle")
    walk, bus = travel_pair.mode_table(a_view(moving), own, times, 0, 1).to_numpy().tolist()
    assert walk[:3] == ["On foot", "", "too far for it"]
    assert said(bus[1]) == "145 km"
    cut = replace(own, minutes=own.minutes + float("inf"))
    none = {name: replace(each, minutes=cut.minutes) for name, each in times.items()}
    frame = travel_pair.mode_table(a_view(moving), cut, none, 0, 1)
    assert frame.to_numpy().tolist() == [["On foot", "no way"], ["Bus", "no way"]]


def test_a_pair_without_a_way_says_so(pack):
    view = a_view(pack)
    times = travel_judged.travel_times(pack, "great_circle")
    cut = {"great_circle": replace(times, minutes=times.minutes + float("inf"))}
    frame = travel_pair.pair_table(view, cut, 0, 1)
    assert [said(cell) for cell in frame.iloc[0]][1:] == ["no way"]


def test_the_map_draws_known_roads_and_tells_their_lengths(pack):
    view, own = a_view(pack), models_of(pack)[0]
    layers = travel_map.map_layers(view, own)
    links = next(layer for layer in layers if type(layer).__name__ == "Links")
    drawn = json.loads(links.block)["links"]
    assert [each["style"] for each in drawn] == ["dotted", "dotted", "dashed"]
    legend = next(layer for layer in layers if type(layer).__name__ == "Legend")
    (block,) = json.loads(legend.block)["blocks"]
    named = {row["text"]: row["style"] for row in block["rows"] if row["key"] == "link"}
    assert named == {
        "Known road, more than 10 % off": "dashed",
        "Known road, length doubtful": "dotted",
    }
    assert [said(line) for line in drawn[0]["lines"]] == [
        "A - B", "known: 144 km", "modelled: 145 km (0 %)",
        "the known length is doubtful",
    ]  # fmt: skip
    assert travel_map.graph_links(own) == []
    assert travel_map.map_layers(view, None)


def test_a_pack_without_known_roads_draws_nothing_but_says_what_it_rests_on(plain):
    view, models = a_view(plain), models_of(plain)
    assert models[0].error is None
    assert travel_page.road_table(view, models[0]).empty
    assert travel_page.road_sources(view) == ""
    assert travel_page.doubts_sentence(view, models[0]) == ""
    assert "Error not measured" in " ".join(travel_page.lead_sentences(view, models))
    frame = travel_page.model_table(view, models)
    assert frame.iloc[0]["Median error"] == "error not measured"


def test_notes_of_a_model_say_that_they_are_in_english(pack):
    own = models_of(pack)[0]
    noted = replace(own, ways=replace(own.ways, notes=("Led round the lake.",)))
    assert travel_page.notes_of(noted, a_view(pack)) == ["Led round the lake."]
    head, note = travel_page.notes_of(noted, a_view(pack, "sw"))
    assert "kwa Kiingereza" in head
    assert note == "Led round the lake."
    assert travel_page.sources_of(a_view(pack, "sw")) == ["Kwa maneno ya data yenyewe:", "s"]


def test_an_unknown_mode_is_a_fault_and_not_a_line(plain):
    asked = parse_scenario('name = "a"\npack = "tiny"\n[travel]\nmode = "rocket"\n')
    with pytest.raises(InputError, match="rocket"):
        scenario.build(plain, asked)
    assert Scenario(name="a", pack="t").travel.mode is None


# -- coarse roads --------------------------------------------------------------------------


def test_the_makers_of_coarse_roads_are_named_under_the_map(tmp_path):
    lines = [[[36.0, -0.5], [36.9, -0.5]], [[36.9, -0.5], [38.0, -0.5]]]
    features = [
        {
            "type": "Feature",
            "properties": {},
            "geometry": {"type": "LineString", "coordinates": line},
        }
        for line in lines
    ]
    roads = {
        "type": "FeatureCollection",
        "attribution": "© Surveyors,\n CC BY",
        "features": features,
    }
    head = PACK.replace("area_label", 'roads = "roads.geojson"\narea_label', 1)
    text = head + 'model = "network"\n' + TRAVEL
    pack = read_pack(write(tmp_path / "pack", pack_toml=text, roads_geojson=json.dumps(roads)))
    view = a_view(pack)
    assert "neighbouring places (© Surveyors, CC BY), error" in said(view.travel_line)
    own = travel_judged.judged(pack, "network")
    links = travel_map.graph_links(own)
    places = {(point.lat, point.lon) for point in pack.demand_points}
    assert links
    assert {end for link in links for end in link} <= places
    legend = json.loads(travel_map.map_layers(view, own)[-1].block)["blocks"][0]["rows"]
    assert [row["key"] for row in legend] == ["road", "line"]
