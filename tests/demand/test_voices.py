"""What customers and auditors said, worked by hand on a few answers."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from scipy.stats import t as student

from planner.demand.audits import audits_by_branch, audits_by_item
from planner.demand.consultation import Stances, consultations
from planner.demand.flags import change_of, evidence, later, raise_flags, state_of, what_is_due
from planner.demand.opinions import (
    adoption,
    by_respondent,
    choices,
    gaps,
    importance_weights,
    mean_of,
    opinions,
    weighted_mean,
)
from planner.demand.priorities import outcome_importance, priorities
from planner.demand.themes import HIDDEN, count_themes
from planner.demand.voices import hear
from planner.pack import find_pack, read_pack
from planner.pack.voice_types import (
    Action,
    AgencyWeights,
    AuditScore,
    Comment,
    Question,
    Stratum,
    SurveyAnswer,
    Theme,
    Thresholds,
    Voices,
)

DAY = date(2026, 3, 2)


def said(who, question="q", rating=None, answer="", **more):
    return SurveyAnswer(2, who, DAY, question, rating, answer, **more)


def score(site, item, points, most=10.0, day=DAY):
    return AuditScore(2, day, site, item, points, most)


# -- means ---------------------------------------------------------------------------------


def test_a_mean_with_its_interval_by_hand():
    # 2, 4, 4, 5, 5: mean 4, squares 4 + 0 + 0 + 1 + 1 = 6, sd = sqrt(6 / 4), t(4) = 2.776
    found = mean_of([2, 4, 4, 5, 5])
    assert (found.n, found.mean) == (5, 4)
    assert found.sd == pytest.approx(1.224745, abs=1e-6)
    assert found.low == pytest.approx(4 - 2.776445 * 1.224745 / 5**0.5, abs=1e-5)
    assert found.high == pytest.approx(4 + 2.776445 * 1.224745 / 5**0.5, abs=1e-5)


def test_a_known_population_narrows_the_interval_and_all_of_it_closes_it():
    half = mean_of([2, 4, 4, 5, 5]).high - 4
    assert mean_of([2, 4, 4, 5, 5], 20).high - 4 == pytest.approx(half * (1 - 5 / 20) ** 0.5)
    assert mean_of([2, 4, 4, 5, 5], 5).high == 4


def test_one_answer_has_no_interval():
    assert (mean_of([3]).sd, mean_of([3]).low) == (None, None)
    with pytest.raises(ValueError):
        mean_of([])


def test_the_weighted_mean_by_hand():
    # N = 900 and 100; means 4 and 2: 0.9 x 4 + 0.1 x 2 = 3.8
    # variance = 0.9^2 (1 - 3/900) 1 / 3 + 0.1^2 (1 - 2/100) 2 / 2
    groups = {"a": [3.0, 4.0, 5.0], "b": [1.0, 3.0]}
    found = weighted_mean(groups, {"a": 900, "b": 100})
    parts = [0.81 * (1 - 3 / 900) / 3, 0.01 * 0.98]
    assert found.mean == pytest.approx(3.8)
    assert found.error == pytest.approx(sum(parts) ** 0.5)
    degrees = sum(parts) ** 2 / (parts[0] ** 2 / 2 + parts[1] ** 2 / 1)
    assert found.high == pytest.approx(3.8 + student.ppf(0.975, degrees) * found.error)
    assert found.weights == {"a": 300, "b": 50}
    assert found.covered == 1


def test_strata_without_answers_are_told_not_guessed():
    found = weighted_mean({"a": [3.0, 4.0], "x": [1.0]}, {"a": 300, "b": 100})
    assert found.mean == 3.5
    assert found.covered == 0.75
    assert weighted_mean({"x": [1.0]}, {"a": 300}) is None


def test_a_single_respondent_leaves_the_error_unknown():
    found = weighted_mean({"a": [3.0, 4.0], "b": [1.0]}, {"a": 50, "b": 50})
    assert found.mean == 2.25
    assert found.error is None


def test_people_count_alike_however_much_they_say():
    rows = [said("x", "q1", 1.0, site="s"), said("x", "q2", 3.0, site="s")]
    rows += [said("y", "q1", 5.0, site="s"), said("z", "q1", 4.0)]
    assert by_respondent(rows, lambda each: each.site) == {"s": (2.0, 5.0)}


QUESTIONS = (
    Question("speed_expected", "?", "expectation", subject="speed"),
    Question("speed", "?", "experience", subject="speed"),
    Question("courtesy", "?", "rating"),
    Question("matters_c", "?", "importance", service="c"),
    Question("matters_d", "?", "importance", service="d"),
    Question("where", "?", "choice", options=("here", "home"), options_sw=("hapa", "nyumbani")),
    Question("help", "?", "open"),
)


def test_expectations_and_importance_are_no_opinion_of_the_service():
    rows = [said("x", each.id, 3.0) for each in QUESTIONS[:5]]
    asked = {each.id: each for each in QUESTIONS}
    assert [each.question for each in opinions(rows, asked)] == ["speed", "courtesy"]


def test_the_gap_is_of_those_who_gave_both():
    rows = [
        said("x", "speed_expected", 5.0), said("x", "speed", 2.0),
        said("y", "speed_expected", 4.0), said("y", "speed", 3.0),
        said("z", "speed_expected", 1.0),
    ]  # fmt: skip
    (gap,) = gaps(rows, QUESTIONS)
    assert (gap.subject, gap.difference.n, gap.difference.mean) == ("speed", 2, -2)
    assert (gap.expectation.mean, gap.experience.mean) == (4.5, 2.5)


def test_how_far_levers_are_felt_to_be_used():
    questions = (
        Question("a", "?", "adoption", lever="online"),
        Question("b", "?", "adoption", lever="online"),
        Question("e", "?", "adoption_expected", lever="online"),
        Question("i", "?", "adoption_expected", lever="information"),
    )
    rows = [
        said("x", "a", 1.0), said("x", "b", 3.0), said("x", "e", 5.0),
        said("y", "a", 1.0), said("y", "e", 3.0), said("z", "a", 3.0), said("z", "i", 5.0),
    ]  # fmt: skip
    (online,) = adoption(rows, questions)  # each person once: 2, 1, 3
    assert (online.lever, online.used.n, online.used.mean) == ("online", 3, 2)
    assert online.used.high == pytest.approx(2 + student.ppf(0.975, 2) / 3**0.5)
    assert (online.expected.mean, online.gap.n, online.gap.mean) == (4, 2, -2.5)
    assert opinions(rows, {each.id: each for each in questions}) == ()


def test_agencies_are_held_beside_customers_by_rank():
    services = tuple(SimpleNamespace(id=name) for name in "cde")
    questions = (*QUESTIONS, Question("fast", "?", "importance", subject="speed"))
    rows = (
        said("x", "matters_c", 3.0, service="c"), said("x", "matters_d", 1.0, service="d"),
        said("x", "fast", 4.0, service="c"),
    )  # fmt: skip
    weights = AgencyWeights("R", {"c": 1.0, "d": 2.0, "e": 5.0}, {"speed": 2.0, "value": 2.0})
    voices = Voices(questions=questions, answers=rows, agency_weights=(weights,))
    pack = SimpleNamespace(services=services, voices=voices)
    c, d, e, speed, value = priorities(pack)
    assert (c.weight, c.customers, c.rank, c.customers_rank, c.difference) == (
        1 / 8, 0.75, 2, 1, 1,
    )  # fmt: skip
    assert (d.difference, e.customers, e.rank, e.difference) == (-1, None, None, None)
    assert outcome_importance(pack) == {"speed": 1.0}
    assert (speed.weight, speed.customers, value.customers) == (0.5, 1.0, None)


def test_comments_are_counted_by_plan_place_and_stance():
    rows = (
        Comment(2, DAY, "p", "for", "no wait", "s1"),
        Comment(3, DAY, "p", "against", "far", "s1", group="traders"),
        Comment(4, DAY, "q", "neither", "", "", "001"),
    )
    first, second = consultations(Voices(comments=rows, themes=(Theme("w", "W", ("wait",)),)))
    assert (first.plan, first.all, first.sites) == (
        "p", Stances("", 1, 1, 0), (Stances("s1", 1, 1, 0),),
    )  # fmt: skip
    assert first.groups == (Stances("", 1, 0, 0), Stances("traders", 0, 1, 0))
    assert [(each.theme.id, each.answers, each.share) for each in first.themes] == [("w", 1, 0.5)]
    assert (second.areas, second.all.n) == ((Stances("001", 0, 0, 1),), 1)


def test_choices_count_in_both_languages():
    rows = [said("x", "where", answer="home"), said("y", "where", answer="nyumbani")]
    assert choices(rows, QUESTIONS) == {"where": {"here": 0, "home": 2}}


def test_importance_becomes_weights_and_the_unrated_stay_out():
    services = tuple(SimpleNamespace(id=name) for name in "cde")
    rows = (
        said("x", "matters_c", 5.0, service="c"),
        said("y", "matters_c", 4.0, service="c"),
        said("x", "matters_d", 1.5, service="d"),
        said("x", "courtesy", 1.0, service="e"),
    )
    pack = SimpleNamespace(services=services, voices=Voices(questions=QUESTIONS, answers=rows))
    assert importance_weights(pack) == {"c": 0.75, "d": 0.25}
    pack.voices = Voices(questions=QUESTIONS)
    assert importance_weights(pack) == {}


# -- themes --------------------------------------------------------------------------------

WAITING = Theme("w", "Waiting", ("wait*", "foleni", "too long", "*subiri"))


def count(*texts, theme=WAITING):
    (found,) = count_themes(texts, [theme])
    return found


def test_themes_by_whole_words_without_case_and_accents():
    found = count(
        "WAITED for hours", "Foléni ndefu", "It took too  long.", "nilisubiri", "await it"
    )
    assert (found.answers, found.share) == (4, 0.8)
    assert dict(found.words) == {"wait*": 1, "foleni": 1, "too long": 1, "*subiri": 1}


def test_an_answer_counts_once_for_a_theme():
    assert count("wait, wait and foleni").answers == 1
    assert count("nothing").share == 0


def test_examples_hide_names_and_numbers():
    found = count("I had to wait for Jane Doe, call 0722123456, the queue was long", "the Queue")
    (example,) = found.examples
    assert "Jane" not in example
    assert "0722" not in example
    assert example.startswith(f"I had to wait for {HIDDEN}")


# -- audits, flags and what is due ------------------------------------------------------------


def test_audits_by_points_and_rounds():
    first, then = date(2026, 1, 5), date(2026, 7, 5)
    rows = [
        score("s1", "signs", 5, day=then), score("s1", "queue", 30, 40, then),
        score("s1", "signs", 2, day=first),
        score("s2", "signs", 10, day=first),
    ]  # fmt: skip
    one, two = audits_by_branch(rows)
    assert [each.share for each in one.rounds] == [0.2, 0.7]  # (5 + 30) / 50
    assert one.change == pytest.approx(0.5)
    assert two.change is None
    signs = next(each for each in audits_by_item(rows) if each.item == "signs")
    assert (signs.share, signs.branches, signs.weakest) == (0.75, 2, "s1")  # (5 + 10) / 20


def test_flags_name_their_rule_champion_and_actions():
    act = Action(2, "s1", "rating", "more counters")
    voices = Voices(actions=(act,), champions={"s1": "A. Person"})
    few = voices.thresholds.least_respondents.value - 1
    ratings = {
        "s1": replace(mean_of([2.0, 2.0]), n=10),
        "s2": replace(mean_of([2.0, 2.0]), n=int(few)),
        "s3": replace(mean_of([3.0, 3.0]), n=10),
    }
    audits = audits_by_branch([score("s1", "a", 8), score("s2", "a", 6.5)])
    flags = raise_flags(voices, ratings, audits)
    assert [(each.site, each.rule, each.value) for each in flags] == [
        ("s1", "rating", 2.0),
        ("s2", "audit", 0.65),
    ]
    assert (flags[0].champion, flags[0].actions) == ("A. Person", (act,))
    assert (flags[1].champion, flags[1].actions) == ("", ())


def test_evidence_weighs_what_is_there():
    limits = Thresholds()
    limits = replace(
        limits,
        opinion_weight=replace(limits.opinion_weight, value=3),
        audit_weight=replace(limits.audit_weight, value=1),
    )
    voices = Voices(thresholds=limits)
    audits = audits_by_branch([score("s1", "a", 5), score("s2", "a", 4)])
    found = {each.site: each for each in evidence(voices, {"s1": mean_of([4.0])}, audits)}
    assert found["s1"].opinion == 0.75  # (4 - 1) / (5 - 1)
    assert found["s1"].score == pytest.approx((3 * 0.75 + 1 * 0.5) / 4)
    assert found["s2"].opinion is None
    assert found["s2"].score == pytest.approx(0.4)
    assert found["s2"].weights == {"audit": 1}


def test_the_states_of_an_action():
    today = date(2026, 6, 1)
    act = Action(2, "s", "f", "a", due=date(2026, 5, 31))
    assert state_of(act, today) == "overdue"
    assert state_of(act, date(2026, 5, 31)) == "open"
    assert state_of(replace(act, done=today), today) == "done"
    told = replace(act, done=today, before=2.0, after=3.5)
    assert (state_of(told, today), change_of(told)) == ("measured", 1.5)
    assert change_of(replace(told, before=None)) is None


def test_the_calendar_puts_what_is_late_first():
    today = date(2026, 6, 1)
    acts = (
        Action(2, "s1", "f", "late", due=date(2026, 5, 1)),
        Action(3, "s1", "f", "some day"),
        Action(4, "s1", "f", "done", due=date(2026, 1, 1), done=date(2026, 2, 1)),
    )
    audits = audits_by_branch([score("s1", "a", 5, day=date(2026, 3, 31))])
    due = what_is_due(Voices(actions=acts), audits, ["s1", "s2"], today)
    assert [(each.site, each.what, each.day, each.late) for each in due] == [
        ("s1", "action", date(2026, 5, 1), True),
        ("s2", "audit", None, True),
        ("s1", "audit", date(2026, 9, 30), False),
        ("s1", "action", None, False),
    ]


def test_months_later():
    assert later(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert later(date(2026, 12, 15), 1) == date(2027, 1, 15)


# -- everything ----------------------------------------------------------------------------


def test_a_pack_without_answers_says_nothing_but_what_is_due():
    pack = read_pack(find_pack("immigration"))
    heard = hear(pack, DAY)
    assert heard.everybody is None
    assert heard.weighted is None
    assert heard.respondents == heard.answers == 0
    assert not heard.flags
    assert {each.what for each in heard.due} == {"audit"}
    assert len(heard.without_champion) == 10
    assert sum(heard.populations.values()) == 1_442_000


def test_a_pack_that_was_answered():
    pack = read_pack(find_pack("immigration"))
    rows = tuple(
        SurveyAnswer(
            i + 2, f"p{i}", DAY, "courtesy", 2.0 if i < 10 else 4.0,
            site="047-nyayo-house" if i < 10 else "", stratum="a" if i < 10 else "b",
        )
        for i in range(20)
    )  # fmt: skip
    rows += (said("p1", "help", answer="foleni ndefu"), said("p1", "channel", answer="an office"))
    strata = (Stratum("a", "A", 100), Stratum("b", "B", 300))
    heard = hear(replace(pack, voices=replace(pack.voices, answers=rows, strata=strata)), DAY)
    assert (heard.respondents, heard.answers, heard.in_words) == (20, 22, 1)
    assert heard.everybody.mean == 3
    assert heard.weighted.mean == 3.5  # (100 x 2 + 300 x 4) / 400
    assert heard.strata["a"].population == 100
    assert heard.unplaced == 10
    assert heard.unplaced_strata == 0
    assert [(each.site, each.rule) for each in heard.flags] == [("047-nyayo-house", "rating")]
    assert heard.choices["channel"]["an office"] == 1
    assert [each.theme.id for each in heard.themes if each.answers] == ["waiting"]
