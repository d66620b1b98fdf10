"""What if we are wrong: which uncertain figures matter, and which sites hang on them."""

import streamlit as st

from planner.insight.resolved import core_of
from planner.insight.uncertain import MEASURES
from planner.present import (
    failure,
    session,
    subjects,
    today,
    uncertain,
    uncertain_drawn,
    uncertain_sites,
    uncertain_state,
)
from planner.present.widgets import lead, sentences, table, titled_table

DRAWS = 200

w = session.speak()
case = session.case()
state = st.session_state

st.title(w("uncertain.title"))
st.text(w("uncertain.about"))
finished = subjects.finished_plans()
choices = [*finished, *case.networks]
if not choices:
    st.info(w("uncertain.empty"))
    st.page_link("app_pages/plan.py", label=w("uncertain.go"))
    st.stop()

state.setdefault("uncertain.subject", subjects.first_of(finished, choices[0]))
left, right = st.columns(2, gap="medium")
chosen = left.selectbox(
    w("uncertain.subject"),
    choices,
    key="uncertain.subject",
    format_func=lambda name: subjects.called(w, case, finished, name),
)
subject = subjects.subject_of(case, chosen, finished)
if subject is None:
    st.info(w("uncertain.no_plan"))
    st.stop()
w = w.of_pack(subject.pack)
with st.spinner(w("uncertain.making")):
    found = uncertain_state.tornado(subject)
measure = right.selectbox(
    w("uncertain.measure"),
    [each for each in MEASURES if found.now.value(each) is not None],
    key="uncertain.measure",
    format_func=lambda name: w(f"uncertain.{name}"),
)
view = today.View(w, subject.pack, subject.problem)
figures = tuple(swing.assumption for swing in found.swings)
lead(" ".join(uncertain.lead_sentences(view, found, measure)))
sentences([view.how_sure], kind="note")

st.header(w("uncertain.tornado"), anchor=False)
moving = found.by(measure)
if moving:
    st.caption(w("uncertain.tornado_note"))
    st.altair_chart(uncertain.tornado_chart(view, found, measure), width="stretch")
    if len(moving) > uncertain.DRAWN:
        st.caption(w("uncertain.fewer", n=uncertain.DRAWN))
if figures:
    table(uncertain.tornado_table(view, found, measure), w("uncertain.tornado"))
    with st.expander(w("uncertain.sources")):
        table(uncertain.source_table(view, found, measure), w("uncertain.sources"))
if found.without_effect:
    with st.expander(w("uncertain.idle", n=len(found.without_effect))):
        st.text(uncertain.idle_names(view, found))


def draw() -> None:
    """Draw, with a bar, and keep what came."""
    bar = st.progress(0.0)
    drawn = 0

    def show(_: object) -> None:
        nonlocal drawn
        drawn += 1
        told = w("uncertain.drawing", k=min(drawn, DRAWS), n=DRAWS)
        bar.progress(min(1.0, drawn / DRAWS), told)

    state[f"uncertain.drawn:{subject.id}"] = uncertain_state.samples(subject, figures, DRAWS, show)
    bar.empty()


if figures:
    st.header(w("uncertain.sampled"), anchor=False)
    st.caption(w("uncertain.sampled_note"))
    if f"uncertain.drawn:{subject.id}" not in state and st.button(
        w("uncertain.draw", n=DRAWS), key="uncertain.draw"
    ):
        draw()
        st.rerun()
    drawn = state.get(f"uncertain.drawn:{subject.id}")
    if drawn is not None and len(drawn.drawn):
        sentences([" ".join(uncertain_drawn.sample_sentences(view, drawn, measure))])
        st.altair_chart(
            uncertain_drawn.sample_chart(view, drawn, found.now, measure), width="stretch"
        )
        table(uncertain_drawn.band_table(view, drawn, found.now), w("uncertain.sampled"))
        follows = uncertain_drawn.follow_table(view, drawn, measure)
        if follows.empty:
            st.text(w("uncertain.nothing_follows"))
        else:
            titled_table(w("uncertain.follows"), follows)
            st.caption(w("uncertain.follows_note", noise=f"{drawn.noise:.2f}"))


@st.fragment(run_every=0.5)
def solving() -> None:
    """One question a run of this part, until all are solved or it is stopped."""
    with failure.net(w):
        done, of = len(asked.answers), len(asked.questions)
        st.progress(done / of, w("uncertain.solving", k=done, n=of))
        if st.button(w("uncertain.stop"), key="uncertain.stop"):
            state["uncertain.solving"] = None
            st.rerun()
        uncertain_state.step(subject, subject.report, asked)
        if asked.next is None:
            state["uncertain.solving"] = None
            st.rerun()


if figures:
    st.header(w("uncertain.resolved"), anchor=False)
    st.caption(w("uncertain.resolved_note"))
if figures and subject.report is None:
    st.text(w("uncertain.resolved_today"))
    st.page_link("app_pages/plan.py", label=w("uncertain.go"))
elif figures:
    asked = uncertain_state.steps(subject, subject.report, figures)
    if state.get("uncertain.solving") == subject.id:
        solving()
    elif asked.next is not None:
        rest = len(asked.questions) - len(asked.answers)
        label = "uncertain.more" if asked.answers else "uncertain.solve"
        if st.button(w(label, n=rest), key="uncertain.solve"):
            state["uncertain.solving"] = subject.id
            st.rerun()
    if asked.answers:
        answers = [asked.answers[k] for k in sorted(asked.answers)]
        core = core_of(subject.report, answers)
        told = uncertain_sites.resolved_sentences(view, answers, core, len(asked.questions))
        sentences(told)
        hanging = uncertain_sites.sites_table(view, core)
        if not hanging.empty:
            titled_table(w("uncertain.hang"), hanging)
        titled_table(w("uncertain.resolved"), uncertain_sites.resolved_table(view, answers))
