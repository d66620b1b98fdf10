"""A survey to hand out: a table to fill in that reads back at the door, and a sheet to print."""

from __future__ import annotations

from pathlib import Path

from planner.errors import UsageError
from planner.pack.general_questions import questions_of
from planner.pack.types import Pack
from planner.pack.voice_types import RATED, Question
from planner.present.escape import html_text, markdown_text
from planner.runs.files import plain_disk_errors, replace_file
from planner.runs.table import Table, csv_bytes

ENDINGS = ("csv", "html", "md")
COLUMNS = (
    "respondent",
    "date",
    "question",
    "rating",
    "answer",
    "branch",
    "stratum",
    "service",
    "note",
)
_STYLE = (
    "body{font:11pt/1.35 sans-serif;max-width:46rem;margin:1.5rem auto;padding:0 1rem;color:#111;"
    "background:#fff}li{margin:.7rem 0;break-inside:avoid}i{color:#444}"
    ".box{white-space:nowrap;margin-right:1.1rem}.line{border-bottom:1px solid #777;height:1.6rem}"
    "h1{font-size:1.4rem}"
)
_BOX = "\N{BALLOT BOX}"


def write_questionnaire(pack: Pack, path: Path) -> int:
    """Writes the questionnaire of a pack; gives the number of questions.

    Raises:
        UsageError: The name ends in none of `ENDINGS`.
        PlannerError: The disk refuses.
    """
    kind = path.suffix.lstrip(".").lower()
    if kind not in ENDINGS:
        endings = " or ".join(f".{each}" for each in ENDINGS)
        raise UsageError(f"{path.name}: the name must end in {endings}.")
    with plain_disk_errors(path.name):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, questionnaire(pack, kind))
    return len(questions_of(pack))


def questionnaire(pack: Pack, kind: str) -> bytes:
    """The questionnaire of a pack as csv, html or md, in English and Kiswahili."""
    if kind == "csv":
        return _csv(pack)
    return (_html(pack) if kind == "html" else _markdown(pack)).encode()


def _csv(pack: Pack) -> bytes:
    """One block of rows for a first respondent; date, rating and answer are to be filled in."""
    low, high = pack.voices.rating_low, pack.voices.rating_high
    rows = tuple(
        ("1", "", each.id, "", "", "", "", each.service, f"{each.text} [{_how(each, low, high)}]")
        for each in questions_of(pack)
    )
    return csv_bytes(Table("survey", COLUMNS, rows), mark=True)


def _how(question: Question, low: float, high: float) -> str:
    if question.kind in RATED:
        return f"rating {low:g} to {high:g}"
    if question.kind == "choice":
        return "answer: " + " / ".join(question.options)
    return "answer in words"


def _scale(pack: Pack) -> list[str]:
    """The steps of the scale, where they are few whole numbers; else nothing to tick."""
    low, high = pack.voices.rating_low, pack.voices.rating_high
    whole = low == int(low) and high == int(high) and high - low <= 10
    return [str(step) for step in range(int(low), int(high) + 1)] if whole else []


def _choices(question: Question) -> list[str]:
    both = question.options_sw or question.options
    pairs = zip(question.options, both, strict=True)
    return [here if here == there else f"{here} / {there}" for here, there in pairs]


def _groups(pack: Pack) -> list[str]:
    strata = [each.name for each in pack.voices.strata]
    return strata or list(dict.fromkeys(each.division for each in pack.services if each.division))


def _html(pack: Pack) -> str:
    items = "\n".join(_html_item(pack, each) for each in questions_of(pack))
    groups = _boxes(_groups(pack))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{html_text(pack.name)}: questions / maswali</title><style>{_STYLE}</style></head>"
        f"<body>\n<h1>{html_text(pack.name)}: questions for customers / maswali kwa wateja</h1>\n"
        "<p>Your answers help to improve the service. No name is needed.<br>"
        "<i>Majibu yako yanasaidia kuboresha huduma. Jina halihitajiki.</i></p>\n"
        "<p>No. ______ &nbsp; Date / Tarehe ____________ &nbsp; Office / Ofisi "
        "______________________</p>\n"
        + (f"<p>Division visited / Kitengo: {groups}</p>\n" if groups else "")
        + f"<ol>\n{items}\n</ol>\n<p>Thank you. / Asante.</p>\n</body></html>\n"
    )


def _html_item(pack: Pack, question: Question) -> str:
    words = html_text(question.text)
    if question.text_sw:
        words += f"<br><i>{html_text(question.text_sw)}</i>"
    return f"<li>{words}<br>{_field(pack, question)}</li>"


def _field(pack: Pack, question: Question) -> str:
    if question.kind == "choice":
        return _boxes(_choices(question))
    if question.kind in RATED:
        low, high = pack.voices.rating_low, pack.voices.rating_high
        return _boxes(_scale(pack)) or f"{low:g} &ndash; {high:g}: ______"
    return '<div class="line"></div><div class="line"></div>'


def _boxes(labels: list[str]) -> str:
    return " ".join(f'<span class="box">{_BOX} {html_text(label)}</span>' for label in labels)


def _markdown(pack: Pack) -> str:
    lines = [
        f"# {markdown_text(pack.name)}: questions for customers / maswali kwa wateja",
        "",
        "Your answers help to improve the service. No name is needed.",
        "*Majibu yako yanasaidia kuboresha huduma. Jina halihitajiki.*",
        "",
        "No. ........  Date / Tarehe ................  Office / Ofisi ................",
        "",
    ]
    groups = _groups(pack)
    if groups:
        ticks = "  ".join(f"{_BOX} {markdown_text(each)}" for each in groups)
        lines += [f"Division visited / Kitengo: {ticks}", ""]
    for number, question in enumerate(questions_of(pack), start=1):
        lines.append(f"{number}. {markdown_text(question.text)}")
        if question.text_sw:
            lines.append(f"   *{markdown_text(question.text_sw)}*")
        lines += ["", f"   {_ticks(pack, question)}", ""]
    return "\n".join([*lines, "Thank you. / Asante.", ""])


def _ticks(pack: Pack, question: Question) -> str:
    labels = _choices(question) if question.kind == "choice" else []
    if question.kind in RATED:
        low, high = pack.voices.rating_low, pack.voices.rating_high
        labels = _scale(pack)
        if not labels:
            return f"{low:g} to {high:g}: ........"
    if not labels:
        return "." * 60
    return "  ".join(f"{_BOX} {markdown_text(each)}" for each in labels)
