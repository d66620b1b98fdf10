"""The recipe of the plan document: which chapters, in which order, from one run."""

from __future__ import annotations

from datetime import UTC

from planner.errors import PlannerError
from planner.export.document.changes import changes
from planner.export.document.costs import costs
from planner.export.document.duplicates import duplicates
from planner.export.document.equity import equity
from planner.export.document.facts import Told, told_of
from planner.export.document.method import method
from planner.export.document.model import Document, Fact
from planner.export.document.people import people
from planner.export.document.phases import Phases
from planner.export.document.phases import phases as phases_chapter
from planner.export.document.places import places
from planner.export.document.sensitivity import Sensitivity
from planner.export.document.sensitivity import sensitivity as sensitivity_chapter
from planner.export.document.sources import sources
from planner.export.document.staff import staff
from planner.export.document.standards import standards
from planner.export.document.summary import summary
from planner.insight.duplicates import DuplicateAudit
from planner.present.words import Language
from planner.runs import StoredRun


def plan_document(
    run: StoredRun,
    language: Language,
    *,
    audit: DuplicateAudit | None = None,
    phases: Phases | None = None,
    sensitivity: Sensitivity | None = None,
) -> Document:
    """The whole plan as a document; the same run always gives the same document.

    Args:
        run: A run with a plan.
        language: Of all texts; names in the data stay as they are.
        audit: What is doubled, judged by other thresholds than the pack's own.
        phases: A roadmap as plain values (`planner.insight.roadmap_told.roadmap_told`), where one
            was made; without it the chapter says how to make one.
        sensitivity: What was found of uncertain figures, likewise.

    Raises:
        PlannerError: The run has no plan.
    """
    if run.report.plan is None:
        message = f"This run has no plan to tell of: its status is {run.report.status}."
        raise PlannerError(message)
    told = told_of(run, language)
    w = told.w
    chapters = (
        summary(told),
        changes(told),
        staff(told),
        costs(told),
        phases_chapter(told, phases),
        people(told),
        duplicates(told, audit),
        standards(told),
        equity(told),
        sensitivity_chapter(told, sensitivity),
        method(told),
        sources(told),
        *places(told),  # last: one who looks for an area finds it by its name
    )
    year = "" if run.pack.year is None else f", {run.pack.year}"
    return Document(
        language=language,
        title=run.scenario.name,
        subtitle=w("document.subtitle", pack=f"{run.pack.name}{year}"),
        marks=tuple(_marks(told)),
        chapters=chapters,
        licences=run.pack.attribution,
    )


def _marks(told: Told) -> list[Fact]:
    """What says which plan this is: when it was made, of what, by which version."""
    w, run = told.w, told.run
    return [
        Fact(w("export.run.created"), f"{run.created.astimezone(UTC):%Y-%m-%d %H:%M}"),
        Fact(w("export.run.fingerprint"), str(run.info["fingerprint"])),
        Fact(w("export.run.run"), run.id),
        Fact(w("export.run.version"), str(run.info["version"])),
    ]
