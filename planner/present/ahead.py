"""What pages work out at their first sight of a newcomer's pack, done before anybody opens them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from planner.present import session, subjects
from planner.present.demand import comes
from planner.present.how_far import travel_judged
from planner.present.places import places_of_pack
from planner.present.reach import reach
from planner.present.scorecard import scorecard_state


def look_ahead(wait: Callable[[], None]) -> None:
    """Work out the first sights of the pack that newcomers see, one after another.

    Args:
        wait: Called before each of them; returns when nobody waits for a page.

    Raises:
        PlannerError: The pack has faults, or lacks what a page needs.
    """
    case = session.case_of(session.default_folder())
    steps: list[Callable[[], object]] = [partial(places_of_pack, case.pack)]
    for name in list(case.networks)[:1]:  # what pages show before there are plans
        subject = subjects.subject_of(case, name, {})
        if subject is not None:
            steps += [
                partial(reach.worked_out, subject, reach.FIRST, None),
                partial(scorecard_state.worked_out, subject, datetime.now(UTC).date()),
                partial(comes.side_by_side, subject, comes.KNOWLEDGE),
            ]
    steps += [
        partial(comes.fitted, case),
        partial(travel_judged.judged_models, case.pack, case.key),
    ]
    for step in steps:
        wait()
        step()
