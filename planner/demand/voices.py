"""Everything that was heard in one value: opinions, themes, audits, flags, and what is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from planner.demand.audits import BranchAudit, ItemAudit, audits_by_branch, audits_by_item
from planner.demand.consultation import Consultation, consultations
from planner.demand.flags import Due, Evidence, Flag, evidence, raise_flags, what_is_due
from planner.demand.opinions import (
    Gap,
    LeverUse,
    Mean,
    WeightedMean,
    adoption,
    by_respondent,
    choices,
    gaps,
    importance_weights,
    mean_of,
    opinions,
    weighted_mean,
)
from planner.demand.priorities import Priority, priorities
from planner.demand.sampling import strata_of_pack
from planner.demand.themes import ThemeCount, count_themes
from planner.pack.types import Pack
from planner.pack.voice_types import Question


@dataclass(frozen=True, slots=True)
class Heard:
    """What customers and auditors said, worked out for one day.

    Attributes:
        respondents: Different people; `answers` rows, `in_words` those in words.
        days: First and last day of an answer, None without answers.
        everybody: All opinions, each person alike; `weighted` by strata; None without any.
        branches, strata, questions: Means by each, in the order first met; of questions in the
            pack's order. A stratum's interval knows its population.
        unplaced: People with opinions but no branch; `unplaced_strata` without a stratum.
        populations: People of each stratum, with respondents or not.
        gaps: Expectation against experience.
        adoption: How far each lever is felt to be used.
        choices: Options taken, by question.
        importance: Weight of each service that was rated.
        priorities: What agencies weigh beside it.
        comments: How many on draft plans; `consultations` plan by plan.
        themes: Of the answers in words.
        audits, items: By branch and by item.
        flags, evidence, due: What follows.
        without_champion: Branches of today with nobody named.
    """

    today: date
    respondents: int
    answers: int
    in_words: int
    days: tuple[date, date] | None
    everybody: Mean | None
    weighted: WeightedMean | None
    branches: Mapping[str, Mean]
    strata: Mapping[str, Mean]
    questions: Mapping[str, Mean]
    unplaced: int
    unplaced_strata: int
    populations: Mapping[str, int]
    gaps: tuple[Gap, ...]
    adoption: tuple[LeverUse, ...]
    choices: Mapping[str, Mapping[str, int]]
    importance: Mapping[str, float]
    priorities: tuple[Priority, ...]
    comments: int
    consultations: tuple[Consultation, ...]
    themes: tuple[ThemeCount, ...]
    audits: tuple[BranchAudit, ...]
    items: tuple[ItemAudit, ...]
    flags: tuple[Flag, ...]
    evidence: tuple[Evidence, ...]
    due: tuple[Due, ...]
    without_champion: tuple[str, ...]


def hear(pack: Pack, today: date) -> Heard:
    """Works out what a pack's voices say, seen from a day."""
    voices = pack.voices
    asked = {each.id: each for each in voices.questions}
    rated = opinions(voices.answers, asked)
    populations = _populations(pack)
    people = by_respondent(rated, lambda _: "all").get("all", ())
    by_stratum = by_respondent(rated, lambda each: each.stratum)
    by_question = by_respondent(voices.answers, lambda each: each.question)
    branches = {
        site: mean_of(each) for site, each in by_respondent(rated, lambda a: a.site).items()
    }
    audits = audits_by_branch(voices.audits)
    today_branches = [site.id for site in pack.sites if site.status == "existing"]
    words = [
        each for each in voices.answers if each.answer and not _is_chosen(asked.get(each.question))
    ]
    days = [each.day for each in voices.answers]
    return Heard(
        today=today,
        respondents=len({each.respondent for each in voices.answers}),
        answers=len(voices.answers),
        in_words=len(words),
        days=(min(days), max(days)) if days else None,
        everybody=mean_of(people) if people else None,
        weighted=weighted_mean(by_stratum, populations),
        branches=branches,
        strata={name: mean_of(each, populations.get(name)) for name, each in by_stratum.items()},
        questions={
            key: mean_of(by_question[key])
            for key in dict.fromkeys([*asked, *by_question])
            if key in by_question
        },
        unplaced=len({a.respondent for a in rated} - {a.respondent for a in rated if a.site}),
        unplaced_strata=len(
            {a.respondent for a in rated} - {a.respondent for a in rated if a.stratum}
        ),
        populations=populations,
        gaps=gaps(voices.answers, voices.questions),
        adoption=adoption(voices.answers, voices.questions),
        choices=choices(voices.answers, voices.questions),
        importance=importance_weights(pack),
        priorities=priorities(pack),
        comments=len(voices.comments),
        consultations=consultations(voices),
        themes=count_themes([each.answer for each in words], voices.themes),
        audits=audits,
        items=audits_by_item(voices.audits),
        flags=raise_flags(voices, branches, audits),
        evidence=evidence(voices, branches, audits),
        due=what_is_due(voices, audits, today_branches, today),
        without_champion=tuple(site for site in today_branches if not voices.champions.get(site)),
    )


def _populations(pack: Pack) -> dict[str, int]:
    """People of each stratum: as the pack states, else the yearly visits of the divisions."""
    if pack.voices.strata:
        return {each.id: round(each.population) for each in pack.voices.strata}
    return strata_of_pack(pack, "division")[0]


def _is_chosen(question: Question | None) -> bool:
    """Whether the answers to a question are options, no words of one's own."""
    return question is not None and question.kind == "choice"
