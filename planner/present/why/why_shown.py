"""The parts of the page why: choosing, what is known at once, and what is solved for."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from planner.present import session
from planner.present.maps.area_layers import plain_areas
from planner.present.maps.maps import show_map
from planner.present.results.duplicates import duplicate_table
from planner.present.results.plans_doubled import by_the_packs_own
from planner.present.results.separations import counted
from planner.present.session import Case
from planner.present.studies import robust_kept, study_job
from planner.present.view import View
from planner.present.why import why, why_asked, why_price
from planner.present.why.why import Asked
from planner.present.widgets import lead, sentences, table, titled_table
from planner.present.words import Words
from planner.runs.reading import StoredRun
from planner.runs.store import KeptRun, Study

SITE, SERVICE = "why.site", "why.service"
_BOX = "why_box_"  # keys of numbers, which are kept by hand
_WHOLE = ""  # the branch as a whole, in place of a service
_MILLION = 1_000_000


def choose_plan(w: Words, plans: dict[str, KeptRun]) -> str:
    """Which plan is asked about: that of the address, the one seen last, or the newest."""
    state = st.session_state
    session.follow_address("run", "why.plan", plans, next(iter(plans)))
    if state.get("why.plan") not in plans:
        seen = state.get("plan.run")
        found = (each for each, run in plans.items() if run.kpis is not None)
        last = seen if seen in plans else next(found, next(iter(plans)))
        state["why.plan"] = session.asked_for("run", plans) or last
    chosen: str = st.selectbox(
        w("why.plan"),
        list(plans),
        key="why.plan",
        format_func=lambda each: robust_kept.named(w, plans[each]),
    )
    session.put_in_address("run", chosen)
    return chosen


def choose_site(view: View, run: StoredRun) -> Asked | None:
    """Which place, and which service there or the branch as a whole; also by the address."""
    w, state, plan = view.words, st.session_state, run.report.plan
    if plan is None or run.score is None:
        return None
    ids, services = run.problem.site_ids, run.problem.service_ids
    opened = [ids[j] for j in plan.is_open.nonzero()[0].tolist()]
    position = {name: j for j, name in enumerate(ids)}
    listed = [*opened, *(name for name in ids if name not in set(opened))]
    session.follow_address("site", SITE, ids, listed[0])
    session.follow_address("service", SERVICE, services, _WHOLE)
    clicked = state.pop("why.clicked", None)
    if clicked in position:
        state[SITE] = clicked
    if state.get(SITE) not in position:
        state[SITE] = session.asked_for("site", position) or listed[0]
    if state.get(SERVICE) not in (_WHOLE, *services):
        state[SERVICE] = session.asked_for("service", frozenset(services)) or _WHOLE
    left, right = st.columns([3, 2], gap="medium")

    def called(name: str) -> str:
        text = view.site_name(position[name])
        return w("why.in_plan", name=text) if plan.is_open[position[name]] else text

    site = left.selectbox(w("why.site"), listed, key=SITE, format_func=called)
    service = right.selectbox(
        w("why.service"),
        [_WHOLE, *services],
        key=SERVICE,
        format_func=lambda name: (
            view.service_name(services.index(name)) if name else w("why.whole")
        ),
    )
    session.put_in_address("site", site)
    session.put_in_address("service", service or None)
    at = services.index(service) if service else None
    return Asked(view, plan, run.score, position[site], at)


def plan_map(asked: Asked, run: StoredRun) -> None:
    """The plan's branches and all other sites; a click asks about one."""
    w, view = asked.view.words, asked.view
    count = len(run.score.branches) if run.score is not None else 0
    text = w("why.map", branches=count, others=len(view.pack.sites) - count)
    layers = [plain_areas(view, text), why.site_layer(view, asked.score, asked.site)]
    ways = why.ways_layer(view, asked.plan, asked.site)
    if ways is not None:
        layers.insert(1, ways)
    layers.append(why.legend(view, asked.score))
    clicked = show_map("why_map", run.pack, w, layers, travel=run.problem.travel, height=560)
    st.caption(w("why.map_help"))
    if clicked and clicked.get("site"):
        st.session_state["why.clicked"] = str(clicked["site"])
        st.rerun()


def at_once(asked: Asked, run_id: str) -> None:
    """What is known without solving: whom it serves, what it saves, which rules bear on it."""
    problem = asked.view.problem
    site = problem.site_ids[asked.site]
    service = None if asked.service is None else problem.service_ids[asked.service]
    if asked.is_there:
        use, rules = why_asked.use(run_id, (site, service))
        first, *rest = why.use_sentences(asked, use, rules)
    else:
        first, *rest = why.beside_sentences(asked, why_asked.more(run_id, (site, service)))
    lead(first)
    sentences(rest)


def services(asked: Asked, run_id: str) -> None:
    """What each service of an open branch does there; nothing of a site that is not open."""
    view, ids = asked.view, asked.view.problem
    if not asked.plan.is_open[asked.site] or asked.service is not None:
        return
    site, offered = ids.site_ids[asked.site], asked.plan.offers[asked.site].nonzero()[0]
    uses = {s: why_asked.use(run_id, (site, ids.service_ids[s]))[0] for s in offered.tolist()}
    title = view.words("why.services", site=view.site_name(asked.site))
    titled_table(title, why.services_table(view, asked.plan, asked.site, uses))


def price(asked: Asked, case: Case, run_id: str, kept: Sequence[Study], *, is_busy: bool) -> None:
    """The proved price of the contrary: what was answered, or the button that asks."""
    w, problem = asked.view.words, asked.view.problem
    site = problem.site_ids[asked.site]
    service = None if asked.service is None else problem.service_ids[asked.service]
    wanted = {"site": site, "service": service}
    st.subheader(w("why.proved"), anchor=False)
    found = why_asked.answer(kept, "site", **wanted)
    if found is not None and found.told is not None:
        sentences(why_price.answer_sentences(asked.view, found.told))
        sentences(w.in_english(found.told["clashes"]))
        _links(w, run_id, [point.run_id for point in found.points if point.run_id])
        _when(w, found)
    else:
        st.caption(w("why.proved_note_here" if asked.is_there else "why.proved_note_not"))
    seconds(w)
    st.button(
        w("why.ask_site" if found is None else "why.ask_again"),
        type="primary" if found is None else "secondary",
        disabled=is_busy,
        key="why.ask_site",
        on_click=_ask,
        args=(case, run_id, {"ask": "site", **wanted}),
    )


def _links(w: Words, run_id: str, others: list[str]) -> None:
    if not others:
        return
    left, right = st.columns(2)
    if len(others) == 1:
        left.page_link(
            "app_pages/plan.py", label=w("why.open_other"), query_params={"run": others[0]}
        )
    ids = ",".join([run_id, *others[:5]])
    label = w("why.compare_other" if len(others) == 1 else "why.ties_compare")
    right.page_link(
        "app_pages/compare.py", label=label, query_params={"compare": ids, "base": run_id}
    )


def _when(w: Words, found: Study) -> None:
    st.caption(w("why.asked_when", when=f"{found.created.astimezone():%Y-%m-%d %H:%M}"))


def ties(view: View, case: Case, run_id: str, kept: Sequence[Study], *, is_busy: bool) -> None:
    """Plans almost as good."""
    w = view.words
    st.header(w("why.ties_title"), anchor=False)
    st.caption(w("why.ties_about"))
    found = why_asked.answer(kept, "ties")
    if found is not None and found.told is not None:
        sentences(why_price.ties_sentences(view, found.told))
        if len(found.told["plans"]) > 1:
            table(why_price.ties_table(view, found.told), w("why.ties_plans"))
            _links(w, run_id, [point.run_id for point in found.points if point.run_id])
            with st.expander(w("why.ties_sites")):
                table(why_price.ties_sites_table(view, found.told), w("why.ties_sites"))
        _when(w, found)
    first, second, third = st.columns(3, gap="medium", vertical_alignment="bottom")
    with first:
        _number(w("why.ties_within"), "within", (0.0, 20.0), 0.5, step=0.1)
    with second:
        _number(w("why.ties_count"), "count", (2, 30), 10)
    third.checkbox(w("why.ties_prove"), key="why.prove")
    st.button(
        w("why.ties_ask"),
        disabled=is_busy,
        key="why.ask_ties",
        on_click=_ask_ties,
        args=(case, run_id),
    )


def _ask_ties(case: Case, run_id: str) -> None:
    state = st.session_state
    asked = {"tolerance": state[f"{_BOX}within"] / 100, "count": state[f"{_BOX}count"]}
    _ask(case, run_id, {"ask": "ties", **asked, "prove": state["why.prove"]})


def worth(view: View, case: Case, run_id: str, kept: Sequence[Study], *, is_busy: bool) -> None:
    """What one step of each limit is worth."""
    w = view.words
    st.header(w("why.worth_title"), anchor=False)
    st.caption(w("why.worth_about"))
    found = why_asked.answer(kept, "worth")
    if found is not None and found.told is not None:
        if found.told["limits"]:
            table(why_price.worth_table(view, found.told), w("why.worth_table"))
        else:
            st.text(w("why.worth_none"))
        _when(w, found)
    left, right = st.columns([1, 2], gap="medium", vertical_alignment="bottom")
    with left:
        _number(w("why.worth_step"), "step", (1, 100_000), 1)
    right.button(
        w("why.worth_ask"),
        disabled=is_busy,
        key="why.ask_worth",
        on_click=_ask_worth,
        args=(case, run_id),
    )


def _ask_worth(case: Case, run_id: str) -> None:
    step = st.session_state[f"{_BOX}step"] * _MILLION
    _ask(case, run_id, {"ask": "worth", "money_step": step})


def _ask(case: Case, run_id: str, options: dict[str, object]) -> None:
    """Begin the work on a question, before the page is drawn anew."""
    why_asked.begin(case, run_id, int(st.session_state[f"{_BOX}seconds"]), **options)


def seconds(w: Words) -> None:
    """How long one question may take."""
    _number(w("why.seconds"), "seconds", (5, 86_400), 60, step=30, note=w("why.seconds_help"))


def _number(
    label: str,
    name: str,
    limits: tuple[float, float],
    first: float,
    *,
    step: float = 1,
    note: str | None = None,
) -> None:
    """A number that is still there when the page is shown again, or was drawn in part only."""
    kept = f"why_kept_{name}"
    value = st.session_state.get(kept, first)
    low, high = limits
    st.session_state[kept] = st.number_input(
        label, low, high, value, step, key=f"{_BOX}{name}", help=note
    )


def under_way(w: Words, case: Case) -> bool:
    """A question that is being worked on, with its progress; whether there is one."""
    job = robust_kept.running(why_asked.KIND)
    if job is None:
        failed = robust_kept.last_failed(why_asked.KIND)
        if failed is not None:
            sentences([w("why.failed", message=failed.message)], kind="warning")
        return False
    st.caption(w("why.busy"))
    study_job.follow(w, case, "why", job.id)
    return True


def duplicates(asked: Asked, case: Case, run: StoredRun) -> None:
    """The plan's duplicates with verdict and evidence, and by which separation they are such."""
    w, pairs = asked.view.words, asked.score.duplicates
    st.header(asked.view.heading(w("why.duplicates_title"), is_part=True), anchor=False)
    by_own = by_the_packs_own(case, run)
    sentences(counted(w, run.scenario, len(pairs), by_own))
    if not pairs:
        return
    here = sum(asked.site in (pair.site_a, pair.site_b) for pair in pairs)
    site = asked.view.site_name(asked.site)
    sentences([w("why.duplicates_here", n=here, site=site), w("why.duplicates_about")])
    table(duplicate_table(asked.view, pairs), w("why.duplicates_title"))


def every_branch(asked: Asked, run_id: str) -> None:
    """What every branch does, worked out when it is asked for."""
    w = asked.view.words
    st.header(asked.view.heading(w("why.uses"), is_part=True), anchor=False)
    st.caption(w("why.uses_note"))
    if not st.toggle(w("why.uses_show"), key="why.uses"):
        return
    with st.spinner(w("why.reading")):
        found = why_asked.uses(run_id)
    table(why.uses_table(asked.view, found), w("why.uses"))
