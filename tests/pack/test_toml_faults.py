"""What is wrong in the TOML files of a pack is told with its key, whatever is wrong."""

import pytest

from pack import tiny
from pack.test_customers import CUSTOMERS, pack_of
from pack.test_voices import VOICES


def told(folder, file):
    return {(each.column, each.found) for each in tiny.faults(folder) if each.file == file}


def changed(text, old, new):
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)


SHARE = 'share = { column = "net_pct", of = 100 }'


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (SHARE, "", ("online_reach.share", "missing key: share")),
        (SHARE, 'share = "net_pct"', ("online_reach.share", "net_pct")),
        ("of = 100", "of = 0", ("online_reach.share.of", "0")),
        ("complement = true", 'complement = "yes"', ("segments[3].share.complement", "yes")),
        (
            'id = "phone"\nname = "Phone"',
            'id = "income"\nname = "P"',
            ("dimensions[2].id", "income"),
        ),
        (
            '[[visit_types]]\nid = "get_card"\n',
            '[[visit_types]]\nid = "get_card"\n[[visit_types]]\nid = "get_card"\n',
            ("visit_types[2].id", "get_card"),
        ),
        (
            '[[visit_types]]\nid = "get_card"',
            "[[visit_types]]",
            ("visit_types[1].id", "missing key: id"),
        ),
        ('id = "poor"\nname', "name", ("segments[1].id", "missing key: id")),
        ('id = "phone"\nname = "Phone"', 'name = "Phone"', ("dimensions[2].id", "missing key: id")),
        (
            "[choice.decay_per_km]",
            "[choice.decay]",
            ("choice.decay_per_km", "missing key: decay_per_km"),
        ),
    ],
)
def test_customers(tmp_path, old, new, expected):
    found = told(pack_of(tmp_path, changed(CUSTOMERS, old, new)), "customers.toml")
    assert expected in found


def test_adults_below_nothing_are_a_fault_of_their_row(tmp_path):
    text = changed(CUSTOMERS, 'adults = "adults"', 'adults = "less"')
    facts = "code,name,net_pct,phones,people,adults,less\n001,West,40,90,150,80,-1\n"
    folder = pack_of(tmp_path, text, facts + "002,East,10,30,30,20,0\n")
    (fault,) = [each for each in tiny.faults(folder) if each.column == "less"]
    assert (fault.file, fault.row, fault.found) == ("customer_facts.csv", 2, "-1")


TERMS = "terms = [{ weight = 1.0, powers = { adults = 1.0, net_pct = 0.5 } }]"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            TERMS,
            "terms = [{ weight = 1.0 }]",
            ("spreads.adults.terms[1].powers", "missing key: powers"),
        ),
        (TERMS, "terms = [{ weight = 1.0, powers = 2 }]", ("spreads.adults.terms[1].powers", "2")),
        (TERMS, "terms = []", ("spreads.adults.terms", "no terms")),
        ("weight = 1.0", 'weight = "much"', ("spreads.adults.terms[1].weight", '"much"')),
        ("adults = 1.0", "adults = true", ("spreads.adults.terms[1].powers.adults", "true")),
        (
            "weight = 1.0",
            "weight = { mode = 1 }",
            ("spreads.adults.terms[1].weight.unit", "missing key: unit"),
        ),
        ('id = "get_card"\n', "", ("visit_types[1].id", "missing key: id")),
        ("mode = 100", "mode = 10", ("visit_types[1].chain[1].mode", "90, 10, 120")),
        ("year = 2024\n", "year = [\n", (None, None)),
    ],
)
def test_demand(tmp_path, old, new, expected):
    demand = changed(tiny.DEMAND, old, new)
    folder = tiny.write(tmp_path, visits_csv=None, demand_toml=demand, facts_csv=tiny.FACTS)
    found = told(folder, "demand.toml")
    assert expected in found or (expected == (None, None) and len(found) == 1)


def test_no_figures_make_no_rate(tmp_path):
    head, _, rest = tiny.DEMAND.partition('[[visit_types.chain]]\nname = "cards"')
    demand = head + "chain = []\n" + rest[rest.index("[[visit_types]]") :]
    folder = tiny.write(tmp_path, visits_csv=None, demand_toml=demand, facts_csv=tiny.FACTS)
    assert ("visit_types[1].chain", "no figures") in told(folder, "demand.toml")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "services = { c = 3, d = 1 }\noutcomes = { speed = 2 }",
            "services = { c = 0 }",
            "no weight above 0",
        ),
        ("services = { c = 3, d = 1 }", "services = 3", "3"),
    ],
)
def test_weights_of_agencies(tmp_path, old, new, expected):
    folder = tiny.write(tmp_path, voices_toml=changed(VOICES, old, new))
    assert ("agency_weights.Registry.services", expected) in told(folder, "voices.toml")


@pytest.mark.parametrize("text", ["agency_weights = 3\n", "[agency_weights]\nRegistry = 3\n"])
def test_weights_that_are_no_table(tmp_path, text):
    folder = tiny.write(tmp_path, voices_toml=text)
    ((column, found),) = told(folder, "voices.toml")
    assert column.startswith("agency_weights")
    assert found == "3"


@pytest.mark.parametrize(
    ("old", "new", "column", "found"),
    [
        (
            'options = ["here", "home"]',
            'options = ["here", "here"]',
            "questions[4].options",
            "here twice",
        ),
        (
            'options_sw = ["hapa", "nyumbani"]',
            'options_sw = ["a", "a"]',
            "questions[4].options_sw",
            "a twice",
        ),
        ('text = "Matters?"', 'text = "M"\noptions = ["a", "b"]', "questions[3].options", "a, b"),
        ('text = "Matters?"', 'text = "M"\nlever = "online"', "questions[3].lever", "online"),
        ('words = ["wait*", "foleni"]', "words = []", "themes[1].words", ""),
    ],
)
def test_voices(tmp_path, old, new, column, found):
    folder = tiny.write(tmp_path, voices_toml=changed(VOICES, old, new))
    every = told(folder, "voices.toml")
    assert any(each[0] == column and found in (each[1] or "") for each in every), every


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        ('model = "wings"\n', ("travel.model", "wings")),
        ('avoid = ["clouds"]\n', ("travel.avoid", "clouds")),
        ("class_speed_kmh = 3\n", ("travel.class_speed_kmh", "3")),
    ],
)
def test_travel(tmp_path, added, expected):
    manifest = changed(tiny.PACK + tiny.TRAVEL, "[travel]\n", "[travel]\n" + added)
    assert expected in told(tiny.write(tmp_path, pack_toml=manifest), "pack.toml")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("none.geojson", "none.geojson"),
        ("\\u0000", "\\u0000"),
        ("a" * 5000, None),
    ],
)
def test_a_file_that_is_not_there(tmp_path, name, found):
    manifest = changed(tiny.PACK + tiny.TRAVEL, "[travel]\n", f'lakes = "{name}"\n[travel]\n')
    faults = tiny.faults(tiny.write(tmp_path, pack_toml=manifest))
    assert faults
    assert all(each.file in {"pack.toml", name} or len(name) > 1000 for each in faults)


LAKE = tiny.square(36.2, -0.8, 36.4, -0.6)


@pytest.mark.parametrize(
    ("content", "row", "found"),
    [
        ("id,name\n1,a\n", None, "another kind of file"),
        ('{"type": "FeatureCollection"', 1, "damaged JSON"),
        (tiny.collection(tiny.feature("1", "a", '{"type":"Point","coordinates":[36,0]}')), 2, None),
        (
            tiny.collection(
                tiny.feature("1", "a", LAKE),
                tiny.feature(
                    "2", "b", '{"type":"Polygon","coordinates":[[[36,0],[37,0],[36,0],[36,0]]]}'
                ),
            ),
            3,
            None,
        ),
        (
            tiny.collection(tiny.feature("1", "a", LAKE))[:-1]
            + ',"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32737"}}}',
            None,
            None,
        ),
    ],
)
def test_lakes_that_are_none(tmp_path, content, row, found):
    manifest = changed(tiny.PACK + tiny.TRAVEL, "[travel]\n", 'lakes = "lakes.geojson"\n[travel]\n')
    faults = tiny.faults(tiny.write(tmp_path, pack_toml=manifest, lakes_geojson=content))
    assert [each.file for each in faults] == ["lakes.geojson"]
    assert faults[0].row == row
    assert found in {None, faults[0].found}
