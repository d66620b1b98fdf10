"""Next shilling: online, information, counters or a branch? One budget for all levers."""

from datetime import date

import streamlit as st

from planner.present import session, subjects
from planner.present.escape import markdown_text
from planner.present.failure import leave
from planner.present.levers import levers, levers_budget, levers_state, remedies
from planner.present.view import View
from planner.present.widgets import lead, sentences, show_cards, table, titled_table

w = session.speak()
state = st.session_state
session.restore("levers.")

st.title(w("levers.title"))
st.text(w("levers.about"))
finished = subjects.finished_plans()
if not finished:
    st.info(w("levers.empty"))
    st.page_link("app_pages/plan.py", label=w("levers.go"))
    leave()

if state.get("levers.job") not in finished:
    state["levers.job"] = subjects.first_of(finished, next(iter(finished)))
left, right = st.columns(2, gap="medium")
chosen = left.selectbox(
    w("levers.plan"),
    list(finished),
    key="levers.job",
    format_func=lambda name: subjects.called(w, session.case(), finished, name),
)
state.setdefault("levers.knowledge", 1.0)
known = right.slider(
    w("levers.knowledge"),
    0.0,
    1.0,
    step=0.1,
    key="levers.knowledge",
    format="percent",
    help=w("levers.knowledge_help"),
)
run = session.run(chosen)
if run.report.plan is None:
    st.info(w("levers.no_plan"))
    leave()
asked = f"{run.id}:{known}"
done = state.setdefault("levers.asked", [])
if asked not in done:
    sentences([w("levers.takes")], kind="note")
    if not st.button(w("levers.reckon"), type="primary", key="levers-reckon"):
        session.keep("levers.")
        leave()
with st.spinner(w("levers.reckoning")):
    found = levers_state.reckoned(run, known)
if asked not in done:
    done.append(asked)
    session.keep("levers.")
    st.rerun()

view = View(w, run.pack, run.problem)
answer = found.answer
lead(" ".join(levers.lead_sentences(view, answer)))
sentences(levers.left_out(view, answer.left_out), kind="warning")
if answer.effects:
    st.header(w("levers.ranking"), anchor=False)
    st.caption(w("levers.ranking_note", currency=run.pack.currency))
    st.altair_chart(levers.ranking_chart(view, answer), width="stretch")
    table(levers.ranking_table(view, answer), view.heading(w("levers.ranking"), is_part=True))
    sentences([*levers.remarks(view, answer), view.how_sure], kind="note")
if answer.counters:
    with st.expander(w("levers.counters")):
        table(levers.counter_table(view, answer), w("levers.counters"))

st.header(w("levers.remedies"), anchor=False)
cures = levers_state.cures(run, known, date.today())  # noqa: DTZ011 - the day on this desk
if cures:
    st.caption(w("levers.remedies_note"))
else:
    st.text(w("levers.remedies_none"))
for cure in cures:
    with st.expander(markdown_text(view.site_name(cure.site))):
        sentences(remedies.remedy_sentences(view, cure))
        if cure.remedies:
            table(remedies.remedy_table(view, cure), view.site_name(cure.site))
        else:
            st.text(w("levers.nothing_saves"))

st.header(w("levers.one_budget"), anchor=False)
choices = levers_budget.budgets(found.menu)
if state.get("levers.money") not in choices:
    state["levers.money"] = levers_budget.first_budget(choices)
money = st.select_slider(w("levers.money"), choices, key="levers.money", format_func=w.money)
st.caption(w("levers.money_note"))
spent = f"{asked}:{money}"
if spent in done or st.button(w("levers.find"), type="primary", key="levers-find"):
    with st.spinner(w("levers.finding")):
        points = levers_state.frontier(run, known, money)
    if spent not in done:
        done.append(spent)
        session.keep("levers.")
        st.rerun()
    point = points[levers_budget.PARTS.index(1.0)]
    lead(" ".join(levers_budget.answer_sentences(view, point)))
    show_cards(levers_budget.cards(view, point))
    bought = levers_budget.bought_table(view, found.menu, point)
    if not bought.empty:
        titled_table(w("levers.bought"), bought)
    st.subheader(w("levers.frontier"), anchor=False)
    st.altair_chart(levers_budget.frontier_chart(view, points), width="stretch")
    table(levers_budget.frontier_table(view, points), w("levers.frontier"))
    sentences([w("levers.package_note")], kind="note")

figures = levers.figure_table(view, answer)
if not figures.empty:
    titled_table(w("levers.figures"), figures)
    st.caption(w("levers.figures_note"))
session.keep("levers.")
