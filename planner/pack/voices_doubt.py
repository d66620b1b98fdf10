"""What of `voices.toml` could be read well enough to hold answers against it."""

from __future__ import annotations

import re
from dataclasses import replace

from planner.pack.faults import Findings
from planner.pack.voice_types import Voices
from planner.pack.voices_file import FILE
from planner.pack.voices_tables import VoiceNames

_STRATA = re.compile(r"strata(\[\d+\]\.(id|name))?")
_QUESTIONS = re.compile(r"questions(\[\d+\]\.id)?")
_QUESTION = re.compile(r"questions\[(\d+)\]\..+")


def as_far_as_read(names: VoiceNames, voices: Voices, findings: Findings) -> VoiceNames:
    """The names without what faults of `voices.toml` leave open, so that nothing follows from it.

    Args:
        names: What the tables are joined to.
        voices: What was read of `voices.toml`, its questions in the order of the file.
        findings: With the faults of that file.
    """
    at_fault = [fault.column for fault in findings.faults if fault.file == FILE]
    if None in at_fault:  # the whole file
        return replace(names, strata=None, questions=None)
    places = [column for column in at_fault if column is not None]
    numbers = [int(match[1]) for each in places if (match := _QUESTION.fullmatch(each))]
    return replace(
        names,
        strata=None if any(map(_STRATA.fullmatch, places)) else names.strata,
        questions=None if any(map(_QUESTIONS.fullmatch, places)) else names.questions,
        doubtful=frozenset(voices.questions[number - 1].id for number in numbers),
    )
