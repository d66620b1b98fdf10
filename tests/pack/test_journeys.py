"""journeys.toml: every fault at once with its key, names joined, the same after writing."""

from __future__ import annotations

from dataclasses import replace

from pack import tiny
from planner.pack import check_pack, find_pack, read_pack, write_pack

PAPERS = """
[[papers]]
id = "id_card"
name = "Identity card"
name_sw = "Kitambulisho"
agency = "Registrar"
[[papers]]
id = "form"
name = "Form"
[[papers]]
id = "card"
name = "Card"
"""
JOURNEY = """
[[journeys]]
id = "card"
name = "A card"
customer = "Everyone"
cases_of = "get_card"
standard_days = 10
source = "charter"
confidence = "found"
"""
APPLY = """
[[journeys.steps]]
id = "apply"
name = "Apply"
agency = "Portal"
channels = ["online", "assisted"]
fee_kes = 50
asks = ["id_card"]
gives = ["form"]
adds_value = false
source = "charter"
confidence = "found"
note = "n"
[journeys.steps.minutes]
value = 20
low = 10
high = 40
unit = "minutes"
source = "s"
confidence = "assumption"
"""
FETCH = """
[[journeys.steps]]
id = "fetch"
name = "Fetch"
agency = "Office"
channels = ["courier", "branch"]
visit_type = "get_card"
presence = false
asks = ["id_card", "form"]
gives = ["card"]
"""
SOUND = PAPERS + JOURNEY + APPLY + FETCH


def pack_with(folder, text):
    return tiny.write(folder, journeys_toml=text)


def told(folder, text):
    """Key, found and expected of every fault."""
    found = tiny.faults(pack_with(folder, text))
    assert {each.file for each in found} <= {"journeys.toml"}
    return [(each.column, each.found) for each in found]


def test_a_journey_as_it_is_read(tmp_path):
    (journey,) = read_pack(pack_with(tmp_path, SOUND)).journeys
    apply, fetch = journey.steps
    assert (journey.id, journey.cases_of, journey.standard_days) == ("card", "get_card", 10)
    assert [paper.id for paper in journey.papers] == ["id_card", "form", "card"]
    assert journey.papers[0].agency == "Registrar"
    assert (apply.minutes.low, apply.minutes.value, apply.minutes.high) == (10, 20, 40)
    assert (apply.fee_kes, apply.adds_value, apply.presence, apply.visits) == (50, False, False, 0)
    assert apply.channels == ("assisted", "online")
    assert (fetch.visit_type, fetch.visits, fetch.presence) == ("get_card", 1, False)
    assert (fetch.fee_kes, fetch.adds_value, fetch.minutes) == (None, None, None)


def test_a_pack_without_journeys(tmp_path):
    assert read_pack(tiny.write(tmp_path)).journeys == ()


def test_papers_need_not_be_listed(tmp_path):
    (journey,) = read_pack(pack_with(tmp_path, JOURNEY + APPLY + FETCH)).journeys
    assert (journey.papers[0].id, journey.papers[0].name) == ("id_card", "id_card")


def test_every_fault_at_once(tmp_path):
    text = SOUND.replace('visit_type = "get_card"', 'visit_type = "get_cart"\nvisits = -1')
    text = text.replace('["online", "assisted"]', '["online", "fax"]').replace(
        "value = 20", "value = -20"
    )
    text = text.replace("standard_days = 10", "standard_days = 0").replace(
        "fee_kes = 50", "fee_kes = -5"
    )
    text = text.replace("adds_value = false", 'adds_value = "no"').replace(
        'cases_of = "get_card"', 'cases_of = "cards"'
    )
    text = text.replace('asks = ["id_card", "form"]', 'asks = ["id_cart", "form"]')
    assert told(tmp_path, text) == [
        ("journeys[1].steps[1].channels", "fax"),
        ("journeys[1].steps[1].minutes.value", "-20"),
        ("journeys[1].steps[1].fee_kes", "-5"),
        ("journeys[1].steps[1].adds_value", "no"),
        ("journeys[1].steps[2].visit_type", "get_cart"),
        ("journeys[1].steps[2].visits", "-1"),
        ("journeys[1].steps[2].asks", "id_cart"),
        ("journeys[1].cases_of", "cards"),
        ("journeys[1].standard_days", "0"),
    ]  # fmt: skip
    hints = [each.message for each in tiny.faults(tmp_path)]
    assert "Did you mean get_card?" in hints
    assert "Did you mean id_card?" in hints


def test_a_visit_is_made_at_a_branch(tmp_path):
    text = SOUND.replace('["courier", "branch"]', '["courier"]')
    assert told(tmp_path, text) == [("journeys[1].steps[2].channels", "courier")]


def test_presence_elsewhere_needs_a_place(tmp_path):
    online = APPLY.replace('["online", "assisted"]', '["online"]\npresence = true')
    assert told(tmp_path, PAPERS + JOURNEY + online + FETCH) == [
        ("journeys[1].steps[1].channels", "online")
    ]


def test_visits_need_a_visit_type(tmp_path):
    text = SOUND.replace("fee_kes = 50", "fee_kes = 50\nvisits = 2")
    assert told(tmp_path, text) == [("journeys[1].steps[1].visits", "2")]


def test_doubled_ids(tmp_path):
    other = JOURNEY + APPLY + APPLY
    assert told(tmp_path, PAPERS + PAPERS + JOURNEY + APPLY + FETCH + other) == [
        ("papers[4].id", "id_card"),
        ("papers[5].id", "form"),
        ("papers[6].id", "card"),
        ("journeys[2].steps[2].id", "apply"),
        ("journeys[2].id", "card"),
        ("journeys[2].cases_of", "get_card"),
    ]


def test_nothing_is_asked_for_before_it_is_given(tmp_path):
    fault = tiny.the_fault(pack_with(tmp_path, PAPERS + JOURNEY + FETCH + APPLY))
    assert (fault.column, fault.found) == ("journeys[1].steps[1].asks", "form")
    assert "Only step apply gives it" in fault.message


def test_a_step_cannot_ask_for_what_it_gives(tmp_path):
    text = SOUND.replace('gives = ["form"]', 'gives = ["form", "id_card"]')
    assert told(tmp_path, text) == [("journeys[1].steps[1].asks", "id_card")]


def test_what_is_missing(tmp_path):
    assert told(tmp_path / "a", "") == [("journeys", "missing key: journeys")]
    assert told(tmp_path / "b", "journeys = []") == [("journeys", "no journeys")]
    assert told(tmp_path / "c", JOURNEY + "steps = []") == [("journeys[1].steps", "no steps")]
    step = '[[journeys.steps]]\nid = "a"\nname = "A"\nwho = "B"\n'
    assert told(tmp_path / "d", JOURNEY + step) == [
        ("journeys[1].steps[1].channels", "no channels"),
        ("journeys[1].steps[1].agency", "missing key: agency"),
        ("journeys[1].steps[1].who", "an unknown key"),
    ]
    assert tiny.faults(pack_with(tmp_path / "e", "journeys = 1 = 2"))[0].file == "journeys.toml"


def test_visits_a_case_are_held_against_the_visit_types(tmp_path):
    folder = pack_with(tmp_path, SOUND.replace("presence = false", "visits = 1.5"))
    assert tiny.warning(folder, "journeys.toml", "1.5 visits", "says 1")
    assert any("1.5 visits" in each for each in check_pack(folder).warnings)


def test_a_division_that_no_service_has_is_told_or_a_fault(tmp_path):
    services = "id,name,division,standard_min\nc,Card,Cards,120\nd,Deed,Land,\n"
    told = SOUND.replace('customer = "Everyone"', 'customer = "Everyone"\ndivision = "{}"')
    given = {"services_csv": services, "journeys_toml": told.format("Card")}
    fault = tiny.the_fault(tiny.write(tmp_path / "near", **given))
    assert (fault.column, fault.message) == ("journeys[1].division", "Did you mean Cards?")
    given["journeys_toml"] = told.format("Archives")
    tiny.warning(tiny.write(tmp_path / "far", **given), "no service has: Archives")


def test_nothing_follows_from_a_paper_or_a_step_without_an_id(tmp_path):
    again = FETCH.replace('"fetch"', '"sign"').replace("gives", 'same_visit_as = "fetch"\ngives')
    contents = {
        "papers[2].id": SOUND.replace('id = "form"\nname', 'id = ""\nname'),
        "journeys[1].steps[2].id": SOUND.replace('id = "fetch"', 'id = ""') + again,
    }
    for number, (column, content) in enumerate(contents.items()):
        fault = tiny.the_fault(tiny.write(tmp_path / str(number), journeys_toml=content))
        assert fault.column == column


def test_idle_papers_are_told(tmp_path):
    folder = pack_with(tmp_path, '[[papers]]\nid = "x"\nname = "X"\n' + SOUND)
    assert tiny.warning(folder, "papers that no step asks for or gives: x")


def test_written_journeys_read_as_the_same(tmp_path):
    pack = read_pack(pack_with(tmp_path / "a", SOUND))
    write_pack(pack, tmp_path / "b")
    assert read_pack(tmp_path / "b").journeys == pack.journeys
    hostile = replace(pack.journeys[0], name='=1+1 "x"\n[[journeys]]')
    write_pack(replace(pack, journeys=(hostile,)), tmp_path / "c")
    assert read_pack(tmp_path / "c").journeys == (hostile,)


def test_the_built_in_journeys():
    pack = read_pack(find_pack("immigration"))
    assert {each.cases_of for each in pack.journeys} >= {each.id for each in pack.visit_types} - {
        "passport_collection"
    }
    assert [each for each in pack.warnings if each.startswith("journeys.toml")] == [
        "journeys.toml: divisions that no service has: Permits & passes, Visas / eTA, All divisions"
    ]
    for journey in pack.journeys:
        for entry in (journey, *journey.papers, *journey.steps):
            assert entry.name_sw, entry.id
            assert entry.mark.source, entry.id
            assert entry.mark.confidence, entry.id
        for step in journey.steps:
            assert step.adds_value is None or "dds " in step.mark.note, step.id


KEEP = """
[[journeys.steps]]
id = "seal"
name = "Have it sealed"
agency = "Registrar"
kind = ["present", "decide"]
channels = ["branch"]
visit_type = "get_card"
same_visit_as = "fetch"
"""


def test_kinds_and_a_step_in_the_visit_of_another(tmp_path):
    text = SOUND.replace("fee_kes = 50", 'fee_kes = 50\nkind = "apply"') + KEEP
    folder = pack_with(tmp_path / "a", text)
    (journey,) = read_pack(folder).journeys
    apply, fetch, seal = journey.steps
    assert (apply.kinds, fetch.kinds, seal.kinds) == (("apply",), (), ("present", "decide"))
    assert (fetch.visits, seal.visits, seal.same_visit_as) == (1, 0, "fetch")
    assert not [each for each in check_pack(folder).warnings if "visits" in each]
    write_pack(read_pack(folder), tmp_path / "b")
    assert read_pack(tmp_path / "b").journeys == (journey,)


def test_faults_of_kinds_and_of_the_same_visit(tmp_path):
    def last(folder, **changed):
        text = KEEP
        for old, new in changed.values():
            text = text.replace(old, new)
        return told(tmp_path / folder, SOUND + text)

    step = "journeys[1].steps[3]"
    assert last("a", k=('["present", "decide"]', '"aply"')) == [(f"{step}.kind", "aply")]
    assert last("b", k=('["present", "decide"]', "[]")) == [(f"{step}.kind", "no kind")]
    assert last("c", k=('["present", "decide"]', "3")) == [(f"{step}.kind", "3")]
    same = f"{step}.same_visit_as"
    assert last("d", k=('"fetch"', '"seal"')) == [(same, "seal")]
    assert last("e", k=('"fetch"', '"fetsh"')) == [(same, "fetsh")]
    assert last("f", k=('"fetch"', '"apply"')) == [(same, "apply")]
    assert last("g", k=('visit_type = "get_card"\n', "")) == [(same, "fetch")]
    assert last("h", k=('"fetch"', '"fetch"\nvisits = 1')) == [(f"{step}.visits", "1")]
    assert last("i", k=('"fetch"', '"fetch"\nvisits = 0')) == []
    third = KEEP.replace('"seal"', '"stamp"').replace('"fetch"', '"seal"')
    assert told(tmp_path / "j", SOUND + KEEP + third) == [
        ("journeys[1].steps[4].same_visit_as", "seal")
    ]
