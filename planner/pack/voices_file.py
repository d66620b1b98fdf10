"""`voices.toml` and the tables beside it: what is asked, heard, audited and done."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path

from planner.errors import nearest
from planner.pack.agency_weights import read_agency_weights
from planner.pack.columns import SCHEMAS
from planner.pack.faults import Findings, listed
from planner.pack.opening import is_file, open_table
from planner.pack.tables import Table
from planner.pack.toml_file import Keys, read_toml
from planner.pack.types import Pack
from planner.pack.voice_types import (
    ADOPTION,
    QUESTION_KINDS,
    Question,
    QuestionKind,
    Stratum,
    Theme,
    Thresholds,
    Voices,
)
from planner.pack.voices_tables import (
    VoiceNames,
    names_of_pack,
    read_actions,
    read_answers,
    read_audits,
    read_comments,
)

FILE = "voices.toml"
_SHARES = ("audit_share", "turned_away")
_NO_SCALE = (-math.inf, math.inf)  # of a scale at fault: no rating is held against it
_WHOLE = ("least_respondents", "audit_months")


def read_voices_toml(
    folder: Path,
    sites: Mapping[str, str] | None,
    services: Mapping[str, str] | None,
    findings: Findings,
) -> Voices:
    """What `voices.toml` says; the planner's own thresholds where there is no such file.

    Args:
        folder: The pack's folder.
        sites: Name by id, None when they could not all be read.
        services: Likewise.
        findings: Takes faults and warnings.
    """
    if not is_file(folder / FILE, findings):
        return Voices()
    keys = read_toml(folder / FILE, findings)
    if keys is None:
        return Voices(rating_low=_NO_SCALE[0], rating_high=_NO_SCALE[1])
    low, high = _scale(keys)
    voices = Voices(
        questions=_questions(keys, services),
        strata=_strata(keys),
        themes=_themes(keys),
        champions=_champions(keys, sites),
        agency_weights=read_agency_weights(keys, services),
        thresholds=_thresholds(keys, low, high),
        rating_low=low,
        rating_high=high,
    )
    keys.refuse_others()
    return voices


def with_tables(
    voices: Voices, tables: Mapping[str, Table], names: VoiceNames, findings: Findings
) -> Voices:
    """The voices with the tables that are there in place of their own: survey, audit and so on."""
    changes: dict[str, object] = {}
    readers: Mapping[str, tuple[str, Callable[[Table, VoiceNames, Findings], object]]] = {
        "survey": ("answers", read_answers),
        "audit": ("audits", read_audits),
        "actions": ("actions", read_actions),
        "comments": ("comments", read_comments),
    }
    for kind, table in tables.items():
        name, read = readers[kind]
        changes[name] = read(table, names, findings)
    read_voices = replace(voices, **changes)  # type: ignore[arg-type]
    if "survey" in tables:
        _check_populations(read_voices, tables["survey"].file, findings)
    return read_voices


def _check_populations(voices: Voices, file: str, findings: Findings) -> None:
    """No stratum has more respondents than people."""
    for stratum in voices.strata:
        people = {each.respondent for each in voices.answers if each.stratum == stratum.id}
        if len(people) > stratum.population:
            findings.fault(
                file, None, "stratum", f"{len(people)} respondents of {stratum.id}",
                f"at most {stratum.population:g}", f"That is its population in {FILE}",
            )  # fmt: skip


def add_voices(pack: Pack, files: Mapping[str, Path]) -> tuple[Pack, Findings]:
    """The pack with tables of voices read from elsewhere, and what was found in them.

    Args:
        pack: A checked pack.
        files: survey, audit, actions or comments -> the file.

    Returns:
        The pack with those files that have no fault, the findings of all of them.
    """
    findings = Findings()
    for kind, path in files.items():
        own = Findings()
        table = open_table(path, SCHEMAS[kind], own)
        if table is not None:
            voices = with_tables(pack.voices, {kind: table}, names_of_pack(pack), own)
            if not own.faults:
                pack = replace(pack, voices=voices)
        findings.take_faults(own)
        findings.warnings.extend(own.warnings)
    return pack, findings


def _scale(keys: Keys) -> tuple[float, float]:
    table = keys.table("scale")
    if table is None:
        given = "scale" in keys.values
        return _NO_SCALE if given else (Voices().rating_low, Voices().rating_high)
    low, high = table.number("low", required=True), table.number("high", required=True)
    table.refuse_others()
    if low is not None and high is not None and low < high:
        return low, high
    if low is not None and high is not None:
        table.fault("high", f"{high:g}", f"more than low, {low:g}")
    return _NO_SCALE


def _questions(keys: Keys, services: Mapping[str, str] | None) -> tuple[Question, ...]:
    questions = []
    for entry in keys.tables("questions"):
        question = Question(
            id=entry.text("id", required=True),
            text=entry.text("text", required=True),
            kind=_kind(entry),
            text_sw=entry.text("text_sw"),
            subject=entry.text("subject"),
            subject_sw=entry.text("subject_sw"),
            service=entry.text("service"),
            options=entry.texts("options"),
            options_sw=entry.texts("options_sw"),
            lever=entry.text("lever"),
        )
        entry.refuse_others()
        _check_question(entry, question, services)
        questions.append(question)
    _once(keys, "questions", [each.id for each in questions])
    subjects = {
        kind: {each.subject for each in questions if each.kind == kind}
        for kind in ("expectation", "experience")
    }
    alone = sorted((subjects["expectation"] ^ subjects["experience"]) - {""})
    if alone:
        keys.findings.warn(
            f"{FILE}: subjects with an expectation or an experience only, so without a gap:"
            f" {listed(alone)}"
        )
    return tuple(questions)


def _kind(entry: Keys) -> QuestionKind:
    word = entry.text("kind", required=True)
    if word and word not in QUESTION_KINDS:
        near = nearest(word, QUESTION_KINDS)
        hint = f"Did you mean {near[0]}?" if near else ""
        entry.fault("kind", word, " or ".join(QUESTION_KINDS), hint)
    return next((each for each in QUESTION_KINDS if each == word), "open")


def _check_question(entry: Keys, question: Question, services: Mapping[str, str] | None) -> None:
    if question.service and services is not None and question.service not in services:
        near = nearest(question.service, services)
        hint = f"Did you mean {near[0]}?" if near else ""
        entry.fault("service", question.service, "the id of a service", hint)
    if question.kind in {"expectation", "experience"} and not question.subject:
        entry.fault("subject", "nothing", "the subject that it shares with its pair")
    if question.kind in ADOPTION and not question.lever:
        entry.fault("lever", "nothing", "the lever that is asked about, such as online")
    elif question.lever and question.kind not in ADOPTION:
        entry.fault("lever", question.lever, 'a lever with kind = "adoption" only')
    if question.kind == "choice":
        if len(question.options) < 2:
            entry.fault("options", listed(question.options), "two options or more")
        for key, options in (("options", question.options), ("options_sw", question.options_sw)):
            doubled = sorted({each for each in options if options.count(each) > 1})
            if doubled:
                entry.fault(key, f"{listed(doubled)} twice", "each option once")
        if question.options_sw and len(question.options_sw) != len(question.options):
            entry.fault("options_sw", len(question.options_sw), f"{len(question.options)} options")
    elif question.options:
        entry.fault("options", listed(question.options), 'options with kind = "choice" only')


def _strata(keys: Keys) -> tuple[Stratum, ...]:
    strata = []
    for entry in keys.tables("strata"):
        key = entry.text("id", required=True)
        strata.append(
            Stratum(
                key,
                entry.text("name") or key,
                # at fault: no count of respondents is held against it
                entry.number("population", required=True, low=1) or math.inf,
                entry.mark(required=True),
            )
        )
        entry.refuse_others()
    _once(keys, "strata", [each.id for each in strata])
    return tuple(strata)


def _themes(keys: Keys) -> tuple[Theme, ...]:
    themes = []
    for entry in keys.tables("themes"):
        words = entry.texts("words")
        theme = Theme(
            entry.text("id", required=True),
            entry.text("name", required=True),
            words,
            entry.text("name_sw"),
        )
        entry.refuse_others()
        if not any(any(c.isalnum() for c in word) for word in words):
            entry.fault("words", listed(words), "at least one word")
        for word in words:
            if not any(c.isalnum() for c in word) or "*" in word.strip().strip("*"):
                entry.fault("words", word, "a word or words; * at the start or the end only")
        themes.append(theme)
    _once(keys, "themes", [each.id for each in themes])
    return tuple(themes)


def _champions(keys: Keys, sites: Mapping[str, str] | None) -> dict[str, str]:
    table = keys.table("champions")
    if table is None:
        return {}
    champions: dict[str, str] = {}
    for site in table.values:
        name = table.text(site, required=True)
        if sites is not None and site not in sites:
            near = nearest(site, sites)
            hint = f"Did you mean {near[0]}?" if near else ""
            table.fault(site, site, "the id of a site", hint)
        champions[site] = name
    return champions


def _thresholds(keys: Keys, low: float, high: float) -> Thresholds:
    table = keys.table("thresholds")
    given = {}
    if table is not None:
        for name in (each.name for each in fields(Thresholds)):
            entry = table.table(name)
            if entry is None:
                continue
            figure = entry.figure(name, "value")
            entry.refuse_others()
            if figure is None:
                continue
            given[name] = figure
            if name == "mean_rating" and not low <= figure.value <= high:
                entry.fault("value", f"{figure.value:g}", f"a number from {low:g} to {high:g}")
            if name in _SHARES and figure.value > 1:
                entry.fault("value", f"{figure.value:g}", "a share from 0 to 1")
            if name in _WHOLE and (figure.value < 1 or figure.value != int(figure.value)):
                entry.fault("value", f"{figure.value:g}", "a whole number from 1")
        table.refuse_others()
    thresholds = Thresholds(**given)
    if not thresholds.opinion_weight.value + thresholds.audit_weight.value:
        keys.fault("thresholds.audit_weight", "0", "opinion_weight + audit_weight > 0")
    missing = [each.name for each in fields(Thresholds) if each.name not in given]
    if missing:
        keys.findings.warn(
            f"{FILE}: no [thresholds] for {', '.join(missing)}: the planner's defaults are used,"
            " an assumption"
        )
    return thresholds


def _once(keys: Keys, key: str, ids: Sequence[str]) -> None:
    doubled = listed(sorted({each for each in ids if each and ids.count(each) > 1}))
    if doubled:
        keys.fault(key, doubled, "each id once", "Rename one of them")
