"""What customers and auditors said, what they were asked, and the rules that raise flags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from planner.pack.figures import Figure, Mark

QuestionKind = Literal[
    "rating",
    "expectation",
    "experience",
    "importance",
    "adoption",
    "adoption_expected",
    "choice",
    "open",
]
QUESTION_KINDS: tuple[QuestionKind, ...] = get_args(QuestionKind)
RATED: frozenset[QuestionKind] = frozenset(QUESTION_KINDS) - {"choice", "open"}
OPINION: frozenset[QuestionKind] = frozenset({"rating", "experience"})  # of the service as it is
ADOPTION: frozenset[QuestionKind] = frozenset({"adoption", "adoption_expected"})
Outcome = Literal[
    "speed", "engagement", "responsiveness", "value", "integration", "choice", "experience"
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
Stance = Literal["for", "against", "neither"]
STANCES: tuple[Stance, ...] = get_args(Stance)
_ASSUMED = Mark("planner's default", "assumption", "The pack gives no figure of its own")


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a survey.

    `kind`: rating and experience judge the service as it is, expectation what was expected,
    importance how much a service (or, by its `subject`, an outcome) matters, adoption how far a
    `lever` is felt to be used, adoption_expected how far it was expected to be; these are rated.
    choice has `options`, open neither. `subject` pairs an expectation with an experience, and names
    the gap between them.
    """

    id: str
    text: str
    kind: QuestionKind
    text_sw: str = ""
    subject: str = ""
    subject_sw: str = ""
    service: str = ""
    options: tuple[str, ...] = ()
    options_sw: tuple[str, ...] = ()
    lever: str = ""


@dataclass(frozen=True, slots=True)
class Stratum:
    """A group that customers were drawn from, and how many there are of it."""

    id: str
    name: str
    population: float
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """One answer of one respondent to one question; `rating` None for an open answer.

    `stratum`, `site` and `service` are empty where the row does not say.
    """

    row: int
    respondent: str
    day: date
    question: str
    rating: float | None
    answer: str = ""
    site: str = ""
    stratum: str = ""
    service: str = ""
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class AuditScore:
    """What an audit found for one item at one branch: points out of `most`."""

    row: int
    day: date
    site: str
    item: str
    score: float
    most: float
    auditor: str = ""
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class Action:
    """One entry of the list feedback -> flag -> action -> measured again."""

    row: int
    site: str
    flag: str
    action: str
    champion: str = ""
    opened: date | None = None
    due: date | None = None
    done: date | None = None
    measure: str = ""
    before: float | None = None
    after: float | None = None
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said of a draft plan.

    `plan` is its fingerprint or name; `site`, `area` and `group` are empty where it does not say.
    """

    row: int
    day: date
    plan: str
    stance: Stance
    comment: str = ""
    site: str = ""
    area: str = ""
    group: str = ""
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class AgencyWeights:
    """What matters how much to an agency: weights of services and of outcomes, in its own unit."""

    agency: str
    services: Mapping[str, float]
    outcomes: Mapping[Outcome, float]
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of open answers and the words that mark it.

    A word is matched whole, without case and accents; `*` at its start or end stands for any
    letters, as in `*subiri`.
    """

    id: str
    name: str
    words: tuple[str, ...]
    name_sw: str = ""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a branch is flagged, when it is audited, and what weighs how much.

    Attributes:
        mean_rating: Flagged below this mean rating ...
        least_respondents: ... where at least so many people rated it.
        audit_share: Flagged below this share of the points of the latest audit.
        turned_away: Flagged where records say that more than this share was not served.
        audit_months: Months from one audit of a branch to the next.
        opinion_weight: Weight of customers' ratings in the evidence score; `audit_weight` that of
            audits.
    """

    mean_rating: Figure = Figure("mean_rating", 3, 2.5, 3.5, "points of 1 to 5", _ASSUMED)
    least_respondents: Figure = Figure("least_respondents", 10, 5, 30, "people", _ASSUMED)
    audit_share: Figure = Figure("audit_share", 0.7, 0.6, 0.8, "share of points", _ASSUMED)
    turned_away: Figure = Figure(
        "turned_away", 0.05, 0.01, 0.1, "share of those who came", _ASSUMED
    )
    audit_months: Figure = Figure("audit_months", 6, 3, 12, "months", _ASSUMED)
    opinion_weight: Figure = Figure("opinion_weight", 0.5, 0.3, 0.7, "weight", _ASSUMED)
    audit_weight: Figure = Figure("audit_weight", 0.5, 0.3, 0.7, "weight", _ASSUMED)


@dataclass(frozen=True, slots=True)
class Voices:
    """What customers and auditors said, and what was done about it.

    `strata`: the groups with their populations where the pack gives them; else the divisions stand
    in, with their yearly visits. `champions`: who speaks for the customers of a branch.
    """

    questions: tuple[Question, ...] = ()
    strata: tuple[Stratum, ...] = ()
    answers: tuple[SurveyAnswer, ...] = ()
    audits: tuple[AuditScore, ...] = ()
    actions: tuple[Action, ...] = ()
    comments: tuple[Comment, ...] = ()
    themes: tuple[Theme, ...] = ()
    champions: Mapping[str, str] = field(default_factory=dict)  # site -> person
    agency_weights: tuple[AgencyWeights, ...] = ()
    thresholds: Thresholds = Thresholds()
    rating_low: float = 1.0
    rating_high: float = 5.0
