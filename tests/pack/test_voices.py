"""The door for voices: surveys, audits, actions and voices.toml, every fault with its place."""

from datetime import date

import pytest

from planner.errors import InputError
from planner.export.questionnaire import COLUMNS, questionnaire, write_questionnaire
from planner.pack import check_table, read_pack, write_pack
from planner.pack.general_questions import questions_of
from planner.pack.voices_file import add_voices
from tests.pack import tiny

FIGURE = 'unit = "u"\nsource = "s"\nconfidence = "assumption"\n'
VOICES = (
    """[scale]
low = 0
high = 10
[[questions]]
id = "speed_expected"
kind = "expectation"
subject = "speed"
text = "Expected?"
[[questions]]
id = "speed"
kind = "experience"
subject = "speed"
text = "Found?"
text_sw = "Uliona?"
[[questions]]
id = "matters"
kind = "importance"
service = "c"
text = "Matters?"
[[questions]]
id = "where"
kind = "choice"
text = "Where?"
options = ["here", "home"]
options_sw = ["hapa", "nyumbani"]
[[questions]]
id = "help"
kind = "open"
text = "What would help?"
[[themes]]
id = "waiting"
name = "Waiting"
words = ["wait*", "foleni"]
[[strata]]
id = "north"
name = "The North"
population = 120
source = "visitors' book"
confidence = "found"
[[questions]]
id = "online_use"
kind = "adoption"
lever = "online"
text = "Used?"
[champions]
s1 = "A. Person"
[agency_weights.Registry]
services = { c = 3, d = 1 }
outcomes = { speed = 2 }
source = "letter"
confidence = "found"
[thresholds.mean_rating]
value = 6
low = 5
high = 7
"""
    + FIGURE
)
SURVEY = (
    "respondent,date,question,rating,answer,branch,stratum,service\n"
    "1,2026-03-02,speed_expected,9,,s1,north,\n"
    "1,2/3/2026,speed,4,,Alpha town,The North,c\n"
    "1,2026-03-02,help,,foleni,s1,north,\n"
    "2,2026-03-02,matters,8,,,,\n"
    "2,2026-03-02,where,,nyumbani,,,\n"
)
AUDIT = (
    "date,branch,item,score,most,auditor\n2026-03-02,s1,signs,3,5,M\n2026-03-02,s1,signs,4,5,N\n"
)
ACTIONS = (
    "branch,flag,action,champion,opened,due,done,measure,before,after\n"
    "s1,rating,more counters,B,2026-03-03,2026-04-01,2026-04-02,mean rating,4,6.5\n"
)
COMMENTS = (
    "date,plan,branch,area,stance,comment,group\n"
    "2026-03-04,0123abcd,s1,,against,the wait is long,traders\n"
    "5/3/2026,0123abcd,,West,for,,\n"
)


def test_a_pack_with_voices(tmp_path):
    folder = tiny.write(
        tmp_path, voices_toml=VOICES, survey_csv=SURVEY, audit_csv=AUDIT, actions_csv=ACTIONS,
        comments_csv=COMMENTS,
    )  # fmt: skip
    voices = read_pack(folder).voices
    assert (voices.rating_low, voices.rating_high) == (0, 10)
    assert [each.id for each in voices.questions] == [
        "speed_expected", "speed", "matters", "where", "help", "online_use",
    ]  # fmt: skip
    first, second, third, matters, where = voices.answers
    assert (second.row, second.day, second.site, second.stratum) == (
        3, date(2026, 3, 2), "s1", "north",
    )  # fmt: skip
    assert (first.rating, second.service, third.answer) == (9, "c", "foleni")
    assert (matters.service, where.answer) == ("c", "nyumbani")
    assert [(each.score, each.most, each.auditor) for each in voices.audits] == [
        (3, 5, "M"), (4, 5, "N"),
    ]  # fmt: skip
    (action,) = voices.actions
    assert (action.done, action.before, action.after) == (date(2026, 4, 2), 4, 6.5)
    assert voices.champions == {"s1": "A. Person"}
    assert [(each.site, each.area, each.stance) for each in voices.comments] == [
        ("s1", "", "against"), ("", "001", "for"),
    ]  # fmt: skip
    (registry,) = voices.agency_weights
    assert (registry.services, registry.outcomes) == ({"c": 3, "d": 1}, {"speed": 2})
    assert registry.mark.source == "letter"
    assert voices.questions[-1].lever == "online"
    assert voices.thresholds.mean_rating.value == 6
    assert voices.thresholds.audit_share.value == 0.7
    assert voices.strata[0].mark.confidence == "found"
    tiny.warning(folder, "voices.toml: no [thresholds] for least_respondents")
    tiny.warning(folder, "names understood, such as Alpha town as s1")


def test_a_pack_without_voices_has_the_planners_thresholds(tmp_path):
    voices = read_pack(tiny.write(tmp_path)).voices
    assert not voices.questions
    assert voices.thresholds.audit_months.mark.confidence == "assumption"


def test_voices_are_written_back(tmp_path):
    folder = tiny.write(
        tmp_path / "a", voices_toml=VOICES, survey_csv=SURVEY, audit_csv=AUDIT, actions_csv=ACTIONS,
        comments_csv=COMMENTS,
    )  # fmt: skip
    pack = read_pack(folder)
    write_pack(pack, tmp_path / "b")
    assert read_pack(tmp_path / "b").voices == pack.voices


def faults(folder, kind, text, **files):
    """Row and column of every fault of a table held against the tiny pack."""
    folder.mkdir(exist_ok=True)
    pack = tiny.write(folder / "pack", **({"voices_toml": VOICES} | files))
    file = folder / f"{kind}.csv"
    file.write_text(text, encoding="utf-8")
    report = check_table(file, kind, [pack])
    assert all(fault.file == file.name for fault in report.faults), report.faults
    return sorted((fault.row, fault.column) for fault in report.faults)


def test_every_fault_of_a_survey_at_once(tmp_path):
    text = (
        "respondent,date,question,rating,answer,branch,stratum,service\n"
        "1,2026-03-02,speed,11,,s1,north,\n"  # above the scale
        "1,2026-03-02,speed,3,,s1,north,\n"  # the question twice
        "2,30/2/2026,sped,3,,s9,south,x\n"  # no such day, question, branch, stratum, service
        "3,2026-03-02,speed,,,s1,north,\n"  # no rating
        "3,2026-03-02,help,,,s1,north,\n"  # no words
        "3,2026-03-02,where,,elsewhere,s1,north,\n"  # no option
        "4,2026-03-02,help,4,it was good,s1,north,\n"  # rated words
        ",2026-03-02,speed,abc,,s1,north,\n"  # nobody, and no number
        "5,2026-03-02,speed,-1,,s1,north,\n"
    )
    assert faults(tmp_path, "survey", text) == [
        (2, "rating"),
        (3, "respondent + question"),
        (4, "branch"),
        (4, "date"),
        (4, "question"),
        (4, "service"),
        (4, "stratum"),
        (5, "rating"),
        (6, "answer"),
        (7, "answer"),
        (8, "rating"),
        (9, "rating"),
        (9, "respondent"),
        (10, "rating"),
    ]


def test_a_respondent_is_of_one_stratum(tmp_path):
    more = VOICES.replace(
        "[champions]",
        '[[strata]]\nid = "south"\npopulation = 5\nsource = "s"\nconfidence = "found"\n[champions]',
    )
    text = (
        "respondent,date,question,rating,stratum\n"
        "1,2026-03-02,speed,1,north\n1,2026-03-02,speed_expected,1,south\n"
    )
    assert faults(tmp_path, "survey", text, voices_toml=more) == [(3, "stratum")]


def test_a_stratum_has_no_more_respondents_than_people(tmp_path):
    text = "respondent,date,question,rating,stratum\n1,2026-03-02,speed,1,north\n"
    few = VOICES.replace("population = 120", "population = 1")
    assert faults(tmp_path / "a", "survey", text, voices_toml=few) == []
    text += "2,2026-03-02,speed,1,north\n"
    assert faults(tmp_path / "b", "survey", text, voices_toml=few) == [(None, "stratum")]


def test_without_questions_any_is_taken_but_never_a_blank(tmp_path):
    text = (
        "respondent,date,question,rating,answer\n"
        "1,2026-03-02,a,3,\n1,2026-03-02,b,,hm\n1,2026-03-02,c,,\n"
    )
    assert faults(tmp_path, "survey", text, voices_toml=None) == [(4, "rating")]


def test_every_fault_of_an_audit_at_once(tmp_path):
    text = (
        "date,branch,item,score,most\n"
        "2026-03-02,s1,signs,6,5\n"
        "2026-03-02,s1,queue,-1,5\n"
        "2026-03-02,s1,staff,3,0\n"
        "2026-03-02,s1,papers,3,\n"
        "tomorrow,s7,seats,3,5\n"
        "2026-03-03,s1,seats,3,5\n2026-03-03,s1,seats,3,5\n"
    )
    assert faults(tmp_path, "audit", text) == [
        (2, "score"),
        (3, "score"),
        (4, "most"),
        (5, "most"),
        (6, "branch"),
        (6, "date"),
        (8, "date + branch + item + auditor"),
    ]


def test_every_fault_of_the_actions_at_once(tmp_path):
    text = (
        "branch,flag,action,opened,due,done,after\n"
        "s1,rating,a,2026-03-03,2026-03-02,,\n"
        "s1,rating,b,2026-03-03,,2026-03-01,4\n"
        "s1,rating,c,,,,4\n"
        "s8,,d,,,31/31/2026,4\n"
    )
    assert faults(tmp_path, "actions", text) == [
        (2, "due"),
        (3, "done"),
        (4, "after"),
        (5, "after"),
        (5, "branch"),
        (5, "done"),
        (5, "flag"),
    ]


def test_every_fault_of_the_comments_at_once(tmp_path):
    text = (
        "date,plan,branch,area,stance,comment\n"
        "2026-03-04,p,s1,001,for,good\n"
        "soon,,s9,Wst,perhaps,\n"
        "2026-03-04,p,,,,x\n"
    )
    assert faults(tmp_path, "comments", text) == [
        (3, "area"), (3, "branch"), (3, "date"), (3, "plan"), (3, "stance"), (4, "stance"),
    ]  # fmt: skip


def test_without_a_pack_what_cannot_be_joined_is_said(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(AUDIT)
    report = check_table(file, "audit")
    assert report.verdict == "warn"
    assert "branch not checked" in report.warnings[0]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (('kind = "open"', 'kind = "opn"'), "questions[5].kind"),
        (('service = "c"', 'service = "x"'), "questions[3].service"),
        (('subject = "speed"\ntext = "Found?"', 'text = "Found?"'), "questions[2].subject"),
        (('options = ["here", "home"]', 'options = ["here"]'), "questions[4].options"),
        (('"hapa", "nyumbani"', '"hapa"'), "questions[4].options_sw"),
        (('id = "speed"', 'id = "matters"'), "questions"),
        (('"wait*"', '"*"'), "themes[1].words"),
        (("population = 120", "population = 0"), "strata[1].population"),
        (("s1 =", "s9 ="), "champions.s9"),
        (('lever = "online"', ""), "questions[6].lever"),
        (("{ c = 3", "{ x = 3"), "agency_weights.Registry.services.x"),
        (("speed = 2", "haste = 2"), "agency_weights.Registry.outcomes.haste"),
        (("speed = 2", "speed = -2"), "agency_weights.Registry.outcomes.speed"),
        (("value = 6", "value = 60"), "thresholds.mean_rating.value"),
        (("high = 10", "high = 0"), "scale.high"),
        (("[scale]", 'colour = "red"\n[scale]'), "colour"),
        (("[thresholds.mean_rating]", "[thresholds.mean]"), "thresholds.mean"),
    ],
)
def test_a_fault_of_voices_toml_names_its_key(tmp_path, change, place):
    assert change[0] in VOICES
    with pytest.raises(InputError) as caught:
        read_pack(tiny.write(tmp_path, voices_toml=VOICES.replace(*change, 1)))
    assert place in [each.column for each in caught.value.faults], caught.value


# -- questionnaires and what is shown but not stored ------------------------------------------


def test_the_questionnaire_reads_back_once_it_is_filled_in(tmp_path):
    pack = read_pack(tiny.write(tmp_path / "pack", voices_toml=VOICES))
    lines = questionnaire(pack, "csv").decode("utf-8-sig").splitlines()
    assert lines[0].replace('"', "") == ",".join(COLUMNS)
    blank = tmp_path / "survey.csv"
    blank.write_text("\n".join(lines))
    assert check_table(blank, "survey", pack=pack).verdict == "refuse"
    filled = [lines[0]]
    for line, (rating, answer) in zip(
        lines[1:],
        [("3", ""), ("4", ""), ("5", ""), ("", "home"), ("", "less waiting"), ("6", "")],
        strict=True,
    ):
        cells = line.split(",")
        cells[1], cells[3], cells[4], cells[5] = "2/3/2026", rating, answer, "s1"
        filled.append(",".join(cells))
    blank.write_text("\n".join(filled))
    told, findings = add_voices(pack, {"survey": blank})
    assert not findings.faults
    assert len(told.voices.answers) == 6
    assert told.voices.answers[2].service == "c"


def test_a_general_questionnaire_asks_for_each_service_and_fits_without_questions(tmp_path):
    pack = read_pack(tiny.write(tmp_path / "pack"))
    asked = questions_of(pack)
    assert {each.service for each in asked} == {"", "c", "d"}
    text = questionnaire(pack, "html").decode()
    assert "Card" in text
    assert "Majibu yako" in text
    write_questionnaire(pack, tmp_path / "q.md")
    assert "Thank you" in (tmp_path / "q.md").read_text("utf-8")


def test_a_hostile_question_is_harmless_on_paper(tmp_path):
    evil = VOICES.replace('"What would help?"', "'=cmd <script>alert(1)</script>'")
    pack = read_pack(tiny.write(tmp_path, voices_toml=evil))
    assert b"<script" not in questionnaire(pack, "html")
    assert b",\"'=cmd" in questionnaire(pack, "csv")


def test_a_file_at_fault_leaves_the_pack_as_it_is(tmp_path):
    pack = read_pack(tiny.write(tmp_path / "pack", voices_toml=VOICES))
    good, bad = tmp_path / "audit.csv", tmp_path / "survey.csv"
    good.write_text(AUDIT)
    bad.write_text("respondent,date,question,rating\n1,2026-03-02,speed,99\n")
    told, findings = add_voices(pack, {"audit": good, "survey": bad})
    assert [fault.file for fault in findings.faults] == ["survey.csv"]
    assert len(told.voices.audits) == 2
    assert told.voices.answers == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[scale]", "[scale", [None]),
        ("high = 10", "high = -1", ["scale.high"]),
        ("[scale]\nlow = 0\nhigh = 10\n", "", None),
        ("population = 120", "population = 0", ["strata[1].population"]),
        ('id = "north"', 'id = ""', ["strata[1].id"]),
        ('id = "matters"', 'id = ""', ["questions[3].id"]),
        ('kind = "importance"', 'kind = "open-ended"', ["questions[3].kind"]),
        (
            '["here", "home"]',
            '["here", "here"]',
            ["questions[4].options"],
        ),
    ],
)
def test_nothing_follows_from_a_fault_of_voices_toml(old, new, told, tmp_path):
    assert old in VOICES
    folder = tiny.write(tmp_path, voices_toml=VOICES.replace(old, new), survey_csv=SURVEY)
    if told is None:  # without a scale it is 1 to 5, and answers are held against that
        assert {fault.file for fault in tiny.faults(folder)} == {"voices.toml", "survey.csv"}
        return
    assert [(fault.file, fault.column) for fault in tiny.faults(folder)] == [
        ("voices.toml", column) for column in told
    ]


def test_a_fault_of_voices_toml_hides_no_other(tmp_path):
    folder = tiny.write(
        tmp_path,
        voices_toml=VOICES.replace("population = 120", "population = 0"),
        survey_csv=SURVEY.replace("1,2026-03-02,help", "1,2026-03-02,halp"),
    )
    assert [fault.found for fault in tiny.faults(folder)] == ["0", "halp"]
