"""A plain survey for a pack that brings no questions of its own."""

from __future__ import annotations

from planner.pack.types import Pack
from planner.pack.voice_types import Question

_GENERAL = (
    Question(
        "speed_expected",
        "How quick did you expect the service to be?",
        "expectation",
        "Ulitarajia huduma iwe ya haraka kiasi gani?",
        subject="Speed",
        subject_sw="Kasi ya huduma",
    ),
    Question(
        "speed",
        "How quick was it in fact?",
        "experience",
        "Ilikuwa ya haraka kiasi gani kwa kweli?",
        subject="Speed",
        subject_sw="Kasi ya huduma",
    ),
    Question(
        "information",
        "Did you know beforehand what to bring and what to pay?",
        "rating",
        "Je, ulijua mapema unachopaswa kuleta na kulipa?",
    ),
    Question(
        "waiting",
        "How do you find the time that you waited?",
        "rating",
        "Unaonaje muda uliosubiri?",
    ),
    Question(
        "right_first_time",
        "Was your matter settled at the first attempt?",
        "rating",
        "Je, shughuli yako ilikamilika mara ya kwanza?",
    ),
    Question("courtesy", "How were you treated?", "rating", "Ulihudumiwa vipi?"),
    Question(
        "travel",
        "How easy was it to get here, in time and money?",
        "rating",
        "Ilikuwa rahisi kiasi gani kufika hapa, kwa muda na pesa?",
    ),
    Question(
        "channel",
        "Where would you rather have this service?",
        "choice",
        "Ungependa kupata huduma hii wapi?",
        options=("an office", "online", "with help nearby", "by courier"),
        options_sw=("ofisini", "mtandaoni", "kwa msaada karibu nami", "kwa mjumbe"),
    ),
)
_OPEN = Question("help", "What would have helped you most?", "open", "Ni nini kingekusaidia zaidi?")


def questions_of(pack: Pack) -> tuple[Question, ...]:
    """The pack's own questions, else general ones with the importance of each of its services."""
    if pack.voices.questions:
        return pack.voices.questions
    importance = tuple(
        Question(
            f"importance_{each.id}",
            f"How important is it to you to have this service near you: {each.name}?",
            "importance",
            f"Ni muhimu kiasi gani kwako kupata huduma hii karibu: {each.name_sw or each.name}?",
            service=each.id,
        )
        for each in pack.services
    )
    return (*_GENERAL, *importance, _OPEN)
