"""Plans: today's network, the announced one and the plans found, side by side to choose from."""

import streamlit as st

from planner.present import session, subjects
from planner.present.failure import leave
from planner.present.plans import plans, plans_begin, plans_cards, plans_curves, plans_map
from planner.present.shipped import ASSETS
from planner.present.view import View
from planner.present.widgets import lead, sentences, table

w = session.speak()
case = session.case()
view = View(w, case.pack, case.problem)
state = st.session_state
session.restore("plans.")
st.html(ASSETS / "plans.css")

st.title(w("plans.title"))
finished = subjects.finished_plans()
state.setdefault("plans.shown", plans.FEW)
picked = plans.picked()
options = plans.read(w, case, finished, most=state["plans.shown"], also=picked)
for name, text in options.faults.items():
    sentences([w("compare.unreadable", name=name), *w.in_english([text])], kind="warning")
lead(plans_cards.summary(view, options))
if not any(each.run for each in options.found.values()):
    plans_begin.begin(w, case)
else:
    plans_begin.under_way(w)
if not options.found:
    leave()

# -- the choice ----------------------------------------------------------------------------

left, right = st.columns([2, 3], gap="medium", vertical_alignment="bottom")
order = left.selectbox(
    w("plans.order"),
    plans.ORDERS,
    key="plans.order",
    format_func=lambda name: w(f"plans.order_{name}"),
)
with right:
    plans_cards.compare_bar(view, options, picked)

shown = plans.in_order(options.found.values(), order)
breaks = plans_map.shared_breaks(shown)
st.html(plans_map.legend_html(view, shown, breaks))
for row in plans.rows_of(shown, 3):
    for place, option in zip(st.columns(3, gap="medium"), row, strict=False):
        with place.container(border=True, height="stretch", key=f"plans_card_{option.id}"):
            st.html(plans_cards.card_html(view, option, breaks))
            plans_cards.links(view, option, options)
sentences([w("plans.note_price"), w("plans.note_doubled")], kind="note")

if options.more > 0:
    st.button(w("plans.more", n=options.more), on_click=plans.show_more, key="plans-more")
with st.expander(w("plans.as_table")):
    table(plans_cards.table(view, shown), w("plans.as_table"), rows_in_view=None)
st.page_link("app_pages/kept.py", label=w("plans.to_kept"))

# -- the curves ----------------------------------------------------------------------------

st.header(w("plans.curves"), anchor=False)
for place, curve in zip(st.columns(2, gap="large"), plans_curves.curves(w, case), strict=True):
    with place:
        st.subheader(w(f"plans.curve_{curve.kind}"), anchor=False)
        if curve.seen is None or curve.study is None:
            st.text(w("plans.curve_none"))
            st.page_link("app_pages/frontiers.py", label=w("plans.curve_make"))
            continue
        st.text(plans_curves.sentence(curve.seen))
        st.altair_chart(
            plans_curves.chart(curve.seen),
            width="stretch",
            key=f"plans-curve-{curve.kind}",
            alt=plans_curves.named(curve.seen, curve.kind),
        )
        st.page_link(
            "app_pages/frontiers.py",
            label=w("plans.curve_open"),
            query_params={"study": curve.study.id},
        )
sentences([view.how_sure], kind="note")
session.keep("plans.")
