"""One area: how far its people go now and under plans, what opens or closes, and a leaflet."""

import streamlit as st

from planner.present import session, subjects
from planner.present.escape import markdown_text
from planner.present.failure import leave
from planner.present.place import (
    place,
    place_facts,
    place_map,
    place_people,
    place_said,
    place_shown,
    place_tables,
)
from planner.present.shipped import ASSETS
from planner.present.view import View
from planner.present.widgets import heading, lead, sentences, table, titled_table

w = session.speak()
case = session.case()
st.html(ASSETS / "plans.css")
named = place.choices(w, case, subjects.finished_plans())
st.title(w("place.title"))
if not named:
    st.info(w("place.empty"))
    st.page_link("app_pages/plans.py", label=w("place.to_plans"))
    leave()

place.start(case, named)
code, chosen = place_shown.choose(w, case, named)
place.put_in_address(named, code, chosen)
if code is None:
    place_shown.where_to_begin(View(w, case.pack, case.problem), case)
    session.keep("place.")
    leave()
with st.spinner(w("place.reading")):
    sides = place.read(w, case, named, chosen)
for name, text in sides.faults.items():
    sentences([w("compare.unreadable", name=name), *w.in_english([text])], kind="warning")
here = [side for side in sides.found if side.position(code) is not None]
if not here:
    st.info(w("place.choose_plan"))
    session.keep("place.")
    leave()
first = here[0]

# -- the answer ----------------------------------------------------------------------------

st.header(markdown_text(place_facts.name_of(first, code)), anchor=False)
for side in here:
    lead(place_said.lead_sentence(side, code))
sentences(place_said.warnings(here), kind="warning")
shared = place_map.drawn(here, code)
place_shown.side_by_side(here, code, shared)
sentences([w("place.wards_note")], kind="note")

st.header(w("place.branches"), anchor=False)
for side in here:
    title = side.view.heading(w("place.branches_under", name=side.name), is_part=True)
    heading(title)
    table(place_tables.branch_table(side, code), title)

title = first.view.heading(w("place.wards"), is_part=True)
titled_table(title, place_tables.ward_table(here, code))

# -- the people, and what needs nobody to come ---------------------------------------------

facts = place_people.facts(first.view, code)
with st.expander(w("place.people_title")):
    table(place_people.fact_table(first.view, facts), w("place.people_title"), rows_in_view=None)
st.header(w("place.online_title"), anchor=False)
spared = place_people.remote(first, code)
st.text(place_people.remote_sentence(first, spared))
with st.expander(w("place.online_by")):
    table(place_people.remote_table(first, spared), w("place.online_title"), rows_in_view=None)

st.header(w("place.neighbours"), anchor=False)
table(place_tables.neighbour_table(here, code), first.view.heading(w("place.neighbours")))
place_shown.neighbour_links(first, code, chosen)

# -- the leaflet ---------------------------------------------------------------------------

with st.container(key="no_print_leaflet_part"):  # it has a print button of its own
    st.header(w("place.leaflet"), anchor=False)
    place_shown.leaflet(here, code)
sentences([first.view.travel_line, first.view.how_sure], kind="note")
