"""The tables of voices, joined to the pack: answers, audits, actions and comments."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from planner.errors import nearest
from planner.pack.faults import Findings, shown
from planner.pack.grid import header_key
from planner.pack.records import mark_of
from planner.pack.tables import Row, Table
from planner.pack.types import Pack
from planner.pack.voice_types import (
    RATED,
    STANCES,
    Action,
    AuditScore,
    Comment,
    Question,
    SurveyAnswer,
    Voices,
)

KINDS = ("survey", "audit", "actions", "comments")
Names = Mapping[str, str]  # id -> name


@dataclass(frozen=True, slots=True)
class VoiceNames:
    """What the tables of voices are joined to; None where it was not given or not read.

    `doubtful`: the questions that are at fault themselves, so that no answer is held against them.
    """

    sites: Names | None = None
    services: Names | None = None
    strata: Names | None = None
    questions: Mapping[str, Question] | None = None
    rating_low: float = 1.0
    rating_high: float = 5.0
    areas: Names | None = None
    doubtful: frozenset[str] = frozenset()


def names_of(
    voices: Voices,
    sites: Names | None,
    services: Names | None,
    divisions: Iterable[str],
    areas: Names | None = None,
) -> VoiceNames:
    """What tables of voices are joined to.

    The divisions (of a service without one its name) stand in where the pack gives no strata;
    without questions every question is taken as it comes.
    """
    strata = {each.id: each.name for each in voices.strata}
    return VoiceNames(
        sites,
        services,
        strata or {each: each for each in divisions if each} or None,
        {each.id: each for each in voices.questions} or None,
        voices.rating_low,
        voices.rating_high,
        areas,
    )


def names_of_pack(pack: Pack) -> VoiceNames:
    """What tables of voices are joined to in a pack."""
    return names_of(
        pack.voices,
        {each.id: each.name for each in pack.sites},
        {each.id: each.name for each in pack.services},
        [each.division or each.name for each in pack.services],
        {each.code: each.name for each in pack.areas},
    )


def read_answers(table: Table, names: VoiceNames, findings: Findings) -> tuple[SurveyAnswer, ...]:
    """The answers of `survey.csv`; sound only where nothing was noted."""
    sites = _joined(table, "branch", names.sites, "branch", findings)
    strata = _joined(table, "stratum", names.strata, "stratum", findings)
    services = _joined(table, "service", names.services, "service", findings)
    asked = (
        None
        if names.questions is None
        else {key: each.text for key, each in names.questions.items()}
    )
    questions = _joined(table, "question", asked, "question", findings)
    answers: list[SurveyAnswer] = []
    told = findings.places_in(table.file)
    for row in table.rows:
        question = questions.get(row.number, "")
        _check_answer(table, row, names, question, told, findings)
        own = "" if names.questions is None or not question else names.questions[question].service
        rating = row.number_or_none("rating")
        answers.append(
            SurveyAnswer(
                row=row.number,
                respondent=row.text("respondent"),
                day=row.day("date") or date.min,
                question=question,
                rating=None if rating is None else float(rating),
                answer=row.text("answer"),
                site=sites.get(row.number, ""),
                stratum=strata.get(row.number, ""),
                service=services.get(row.number, "") or own,
                mark=mark_of(row),
            )
        )
    if names.strata is not None:  # else one may be named in two ways
        _check_strata(table, answers, findings)
    return tuple(answers)


def _check_answer(
    table: Table,
    row: Row,
    names: VoiceNames,
    question_id: str,
    told: Collection[tuple[int | None, str | None]],
    findings: Findings,
) -> None:
    """Whether the rating and the answer fit the question and the scale."""
    low, high = names.rating_low, names.rating_high
    rating, answer = row.number_or_none("rating"), row.text("answer")

    def fault(column: str, found: object, expected: str, message: str) -> None:
        if (row.number, column) not in told:
            findings.fault(table.file, row.number, column, found, expected, message)

    if rating is not None and not low <= rating <= high:
        fault("rating", rating, f"a number from {low:g} to {high:g}", "The scale is in voices.toml")
    question = (names.questions or {}).get(question_id)
    if question_id in names.doubtful:
        question = None
    if question is None or question.kind in RATED:
        if rating is None and (question is not None or not answer):
            what = "a rating" if question is not None else "a rating or an answer"
            fault("rating", "a blank cell", what, "Leave out the rows that were not answered")
        return
    if rating is not None:
        fault("rating", rating, "a blank cell", f"{question.id} is a question of words")
    if not answer:
        fault("answer", "a blank cell", "text", "Leave out the rows that were not answered")
    elif question.kind == "choice" and answer not in question.options + question.options_sw:
        near = nearest(answer, question.options + question.options_sw)
        fault(
            "answer",
            answer,
            " or ".join(question.options),
            f"Did you mean {near[0]}?" if near else "",
        )


def _check_strata(table: Table, answers: Sequence[SurveyAnswer], findings: Findings) -> None:
    """One respondent stands for one stratum."""
    first: dict[str, SurveyAnswer] = {}
    for each in answers:
        if not each.respondent or not each.stratum:
            continue
        before = first.setdefault(each.respondent, each)
        if before.stratum != each.stratum:
            findings.fault(
                table.file, each.row, "stratum", each.stratum, before.stratum,
                f"Respondent {shown(each.respondent)} is of another stratum in row {before.row}",
            )  # fmt: skip


def read_audits(table: Table, names: VoiceNames, findings: Findings) -> tuple[AuditScore, ...]:
    """The scores of `audit.csv`; sound only where nothing was noted."""
    sites = _joined(table, "branch", names.sites, "branch", findings)
    scores: list[AuditScore] = []
    for row in table.rows:
        score, most = row.number_or_none("score"), row.number_or_none("most")
        if score is not None and most is not None and score > most:
            findings.fault(
                table.file, row.number, "score", score, f"at most {most:g}",
                "A score cannot be above the most that can be reached",
            )  # fmt: skip
        scores.append(
            AuditScore(
                row=row.number,
                day=row.day("date") or date.min,
                site=sites.get(row.number, ""),
                item=row.text("item"),
                score=float(score or 0),
                most=float(most or 1),
                auditor=row.text("auditor"),
                mark=mark_of(row),
            )
        )
    return tuple(scores)


def read_actions(table: Table, names: VoiceNames, findings: Findings) -> tuple[Action, ...]:
    """The entries of `actions.csv`; sound only where nothing was noted."""
    sites = _joined(table, "branch", names.sites, "branch", findings)
    actions: list[Action] = []
    for row in table.rows:
        opened, due, done = row.day("opened"), row.day("due"), row.day("done")
        before, after = row.number_or_none("before"), row.number_or_none("after")
        for column, day in (("due", due), ("done", done)):
            if opened is not None and day is not None and day < opened:
                findings.fault(
                    table.file, row.number, column, day, f"{opened} or later",
                    "It lies before the day on which the action was opened",
                )  # fmt: skip
        if after is not None and row.values.get("done") is None:
            findings.fault(
                table.file, row.number, "after", after, "a blank cell, or a day in done",
                "What was measured afterwards belongs to an action that is done",
            )  # fmt: skip
        actions.append(
            Action(
                row=row.number,
                site=sites.get(row.number, ""),
                flag=row.text("flag"),
                action=row.text("action"),
                champion=row.text("champion"),
                opened=opened,
                due=due,
                done=done,
                measure=row.text("measure"),
                before=None if before is None else float(before),
                after=None if after is None else float(after),
                mark=mark_of(row),
            )
        )
    return tuple(actions)


def read_comments(table: Table, names: VoiceNames, findings: Findings) -> tuple[Comment, ...]:
    """The comments of `comments.csv`; sound only where nothing was noted."""
    sites = _joined(table, "branch", names.sites, "branch", findings)
    areas = _joined(table, "area", names.areas, "area", findings)
    return tuple(
        Comment(
            row=row.number,
            day=row.day("date") or date.min,
            plan=row.text("plan"),
            stance=next((each for each in STANCES if each == row.text("stance")), "neither"),
            comment=row.text("comment"),
            site=sites.get(row.number, ""),
            area=areas.get(row.number, ""),
            group=row.text("group"),
            mark=mark_of(row),
        )
        for row in table.rows
    )


def _joined(
    table: Table, column: str, names: Names | None, what: str, findings: Findings
) -> dict[int, str]:
    """The id that each row means, by id or by name; unknown ones are faults with the nearest."""
    if column not in table.columns:
        return {}
    cells = {row.number: row.text(column) for row in table.rows if row.text(column)}
    if names is None:
        findings.warn(
            f"{table.file}: {column} not checked, as no {what} was given or read to join to"
        )
        return cells
    by_key: dict[str, set[str]] = {}
    for key, name in names.items():
        by_key.setdefault(header_key(name), set()).add(key)
    found: dict[int, str] = {}
    understood: dict[str, str] = {}
    for number, text in cells.items():
        meant = {text} if text in names else by_key.get(header_key(text), set())
        if len(meant) == 1:
            (found[number],) = meant
            if found[number] != text:
                understood[text] = found[number]
            continue
        if meant:
            message = f"Several have this name: {', '.join(sorted(meant))}; give the id"
        else:
            near = nearest(text, [*names, *names.values()])
            message = f"Did you mean {near[0]}?" if near else ""
        findings.fault(table.file, number, column, text, f"the id or name of a {what}", message)
    if understood:
        text, key = next(iter(understood.items()))
        findings.warn(f"{table.file}: {column}: names understood, such as {shown(text)} as {key}")
    return found
