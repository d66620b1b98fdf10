"""Today's figures as the page says them, held against the judge."""

import itertools

from planner.evaluate import duplicate_pairs
from planner.present.maps.area_layers import area_layer, class_rows, indicator_values
from planner.present.maps.classes import quantile_classes
from planner.present.results.duplicates import duplicate_sentence, duplicate_table, grouped
from planner.present.today import today
from tests.present.cases import problem, proposal, view
from tests.present.cases import today as listed


def said(text):
    return text.replace("\xa0", " ")


def pairs_with_a_common_service(network):
    plan, km = network.plan, problem().site_km
    branches = [j for j in range(len(plan.is_open)) if plan.is_open[j]]
    return [
        (a, b, float(km[a, b]))
        for a, b in itertools.combinations(branches, 2)
        if (plan.offers[a] & plan.offers[b]).any()
    ]


def test_today_has_no_pair_within_60_km_and_the_nearest_is_named():
    pairs = duplicate_pairs(problem(), listed().plan, 60.0)
    assert pairs == ()
    sentence = said(duplicate_sentence(view(), listed(), pairs, 60))
    assert "No two branches within 60 km" in sentence
    a, b, km = min(pairs_with_a_common_service(listed()), key=lambda pair: pair[2])
    assert f"{view().site_name(a)} and {view().site_name(b)}, {km:.0f} km" in sentence


def test_the_proposal_has_pairs_and_their_links():
    pairs = duplicate_pairs(problem(), proposal().plan, 60.0)
    groups = grouped(pairs)
    near = [pair for pair in pairs_with_a_common_service(proposal()) if pair[2] <= 60]
    assert len(groups) == len(near) > 9
    rows = duplicate_table(view(), pairs)
    assert len(rows) == len(pairs)
    assert set(rows["Verdict"]) == {"not needed by load"}
    assert (rows["Visits a year at both"] > 0).all()
    assert all(pair.km <= 60 for pair in pairs)


def test_every_county_stands_in_the_table_and_on_the_map():
    assert len(today.area_table(view(), listed().score)) == 47
    layer = area_layer(view(), listed().score, "visits", None)
    assert layer.block.count('"fill"') == 47


def test_the_summary_has_three_sentences():
    text = said(today.summary(view(), listed().score))
    assert text.count(". ") == 2
    assert said(view().words.minutes(listed().score.kpis.mean_min)) in text
    assert "Mandera" in text


def test_legend_says_classes_in_words():
    rows = class_rows(
        view(), quantile_classes(indicator_values(listed().score, "minutes")), "minutes"
    )
    assert len(rows) == 5
    assert "min" in rows[0].text


def test_the_worst_are_first():
    table = today.worst_areas(view(), listed().score)
    assert table.iloc[0, 0] == "Mandera"
