"""What customers think: means with their intervals, weighted by strata; gaps, choices, weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from planner.pack.types import Pack
from planner.pack.voice_types import OPINION, OUTCOMES, Question, SurveyAnswer

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean of n values with its interval.

    `sd` and the interval are None where n is 1; `population` is None where it is not known.
    """

    n: int
    mean: float
    sd: float | None
    low: float | None
    high: float | None
    population: int | None = None


@dataclass(frozen=True, slots=True)
class WeightedMean:
    """A mean over strata, each weighted by its population N_h.

    Attributes:
        n: Respondents of strata with a known population.
        mean: sum of (N_h / N) mean_h over the strata with respondents.
        error: Its standard error, None where a stratum has a single respondent; so the interval.
        covered: Share of the population whose strata have respondents.
        weights: N_h / n_h of each stratum.
    """

    n: int
    mean: float
    error: float | None
    low: float | None
    high: float | None
    covered: float
    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class LeverUse:
    """How far customers feel that a lever is used.

    `gap`: how far it is used less how far that was expected, over the respondents who gave both;
    None where nobody gave both.
    """

    lever: str
    used: Mean
    expected: Mean | None
    gap: Mean | None


@dataclass(frozen=True, slots=True)
class Gap:
    """Experience less expectation of one subject, over the respondents who gave both."""

    subject: str
    expectation: Mean
    experience: Mean
    difference: Mean


def mean_of(
    values: Sequence[float], population: int | None = None, confidence: float = CONFIDENCE
) -> Mean:
    """Mean, standard deviation (n - 1) and interval by Student's t with n - 1 degrees.

    With a population the variance of the mean is s^2 / n (1 - n / N): the finite correction.

    Raises:
        ValueError: Without values.
    """
    if not values:
        raise ValueError("there is no mean of nothing")
    n = len(values)
    mean = math.fsum(values) / n
    if n == 1:
        return Mean(1, mean, None, None, None, population)
    sd = math.sqrt(math.fsum((each - mean) ** 2 for each in values) / (n - 1))
    left = 1.0 if population is None else max(0.0, 1 - n / population)
    half = float(student.ppf((1 + confidence) / 2, n - 1)) * sd * math.sqrt(left / n)
    return Mean(n, mean, sd, mean - half, mean + half, population)


def weighted_mean(
    groups: Mapping[str, Sequence[float]],
    populations: Mapping[str, int],
    confidence: float = CONFIDENCE,
) -> WeightedMean | None:
    """The stratified mean and its interval (Cochran 1977, 5.3 to 5.4).

    mean = sum W_h mean_h, variance = sum W_h^2 (1 - n_h / N_h) s_h^2 / n_h, W_h = N_h / N over the
    strata with respondents; degrees of freedom by Satterthwaite.

    Returns:
        None when no stratum has both respondents and a known population.
    """
    known = [name for name in populations if groups.get(name)]
    if not known:
        return None
    whole = sum(populations[name] for name in known)
    means = {name: mean_of(groups[name], populations[name], confidence) for name in known}
    mean = math.fsum(populations[name] / whole * each.mean for name, each in means.items())
    error = low = high = None
    if all(each.sd is not None or each.n >= populations[name] for name, each in means.items()):
        parts = []
        for name, each in means.items():
            left = max(0.0, 1 - each.n / populations[name])
            variance = (populations[name] / whole) ** 2 * left * (each.sd or 0.0) ** 2 / each.n
            parts.append((variance, max(1, each.n - 1)))
        total = math.fsum(variance for variance, _ in parts)
        error, low, high = math.sqrt(total), mean, mean
        if total:
            degrees = total**2 / math.fsum(variance**2 / n for variance, n in parts)
            half = float(student.ppf((1 + confidence) / 2, degrees)) * error
            low, high = mean - half, mean + half
    return WeightedMean(
        n=sum(each.n for each in means.values()),
        mean=mean,
        error=error,
        low=low,
        high=high,
        covered=whole / sum(populations.values()),
        weights={name: populations[name] / each.n for name, each in means.items()},
    )


def opinions(
    answers: Iterable[SurveyAnswer], questions: Mapping[str, Question]
) -> tuple[SurveyAnswer, ...]:
    """The ratings of the service as it is; of a survey without questions, all ratings."""
    return tuple(
        each
        for each in answers
        if each.rating is not None
        and (each.question not in questions or questions[each.question].kind in OPINION)
    )


def by_respondent(
    answers: Iterable[SurveyAnswer], group: Callable[[SurveyAnswer], str]
) -> dict[str, tuple[float, ...]]:
    """For each group the mean rating of each of its respondents, so that people count alike.

    One person's ratings hang together: people are the cases, not ratings. Answers without a group
    are left out.
    """
    ratings: dict[str, dict[str, list[float]]] = {}
    for each in answers:
        name = group(each)
        if name and each.rating is not None:
            ratings.setdefault(name, {}).setdefault(each.respondent, []).append(each.rating)
    return {
        name: tuple(float(np.mean(each)) for each in people.values())
        for name, people in ratings.items()
    }


def gaps(answers: Sequence[SurveyAnswer], questions: Sequence[Question]) -> tuple[Gap, ...]:
    """Expectation against experience, by subject, over the respondents who gave both."""
    given = _ratings(answers, questions, lambda each: each.subject)
    found = []
    for subject in dict.fromkeys(each.subject for each in questions if each.kind == "experience"):
        before = given.get(("expectation", subject), {})
        after = given.get(("experience", subject), {})
        both = [person for person in before if person in after]
        if both:
            found.append(
                Gap(
                    subject,
                    mean_of([before[person] for person in both]),
                    mean_of([after[person] for person in both]),
                    mean_of([after[person] - before[person] for person in both]),
                )
            )
    return tuple(found)


def adoption(
    answers: Sequence[SurveyAnswer], questions: Sequence[Question]
) -> tuple[LeverUse, ...]:
    """How far each lever is felt to be used, and the gap to what was expected.

    Means over respondents, each of whom counts once; levers of which nobody said how far they are
    used are left out.
    """
    given = _ratings(answers, questions, lambda each: each.lever)
    found = []
    for lever in dict.fromkeys(each.lever for each in questions if each.kind == "adoption"):
        used, expected = (
            given.get((kind, lever), {}) for kind in ("adoption", "adoption_expected")
        )
        if not used:
            continue
        both = [used[person] - expected[person] for person in used if person in expected]
        found.append(
            LeverUse(
                lever,
                mean_of(list(used.values())),
                mean_of(list(expected.values())) if expected else None,
                mean_of(both) if both else None,
            )
        )
    return tuple(found)


def _ratings(
    answers: Sequence[SurveyAnswer],
    questions: Sequence[Question],
    about: Callable[[Question], str],
) -> dict[tuple[str, str], dict[str, float]]:
    """Each person's mean rating by the kind of a question and what it is about."""
    by_id = {each.id: each for each in questions}
    given: dict[tuple[str, str], dict[str, list[float]]] = {}
    for each in answers:
        question = by_id.get(each.question)
        if question is not None and each.rating is not None:
            people = given.setdefault((question.kind, about(question)), {})
            people.setdefault(each.respondent, []).append(each.rating)
    return {
        key: {person: float(np.mean(each)) for person, each in people.items()}
        for key, people in given.items()
    }


def choices(
    answers: Sequence[SurveyAnswer], questions: Sequence[Question]
) -> dict[str, dict[str, int]]:
    """How often each option of each question of choice was taken, in the order of the options."""
    told: dict[str, dict[str, int]] = {}
    for question in questions:
        if question.kind != "choice":
            continue
        english = dict(zip(question.options_sw, question.options, strict=False))
        count = dict.fromkeys(question.options, 0)
        for each in answers:
            if each.question == question.id:
                count[english.get(each.answer, each.answer)] += 1
        if sum(count.values()):
            told[question.id] = count
    return told


def importance_weights(pack: Pack) -> dict[str, float]:
    """How much each service matters to customers: its mean importance over the sum of the means.

    A service is that of the question, or of the row. Services that nobody rated are left out, not
    counted as nothing; without any rating there are no weights.
    """
    asked = {
        each.id
        for each in pack.voices.questions
        if each.kind == "importance" and (each.service or each.subject not in OUTCOMES)
    }
    rated = [each for each in pack.voices.answers if each.question in asked]
    means = {
        service: mean_of(values).mean
        for service, values in by_respondent(rated, lambda each: each.service).items()
    }
    whole = math.fsum(means.values())
    if whole <= 0:
        return {}
    return {each.id: means[each.id] / whole for each in pack.services if each.id in means}
