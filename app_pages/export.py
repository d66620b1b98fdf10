"""Export: choose a finished plan and take it away as files."""

import itertools
from functools import partial

import streamlit as st

from planner.export import (
    FORMATS,
    export_files,
    file_stem,
    hindrances,
    studies_beside,
    table_keys,
)
from planner.present import session, subjects
from planner.present.failure import leave
from planner.present.results import handing
from planner.present.view import View
from planner.present.widgets import sentences, table

w = session.speak()
case = session.case()

st.title(w("export.title"))
picked = subjects.pick_plan(w, case, "export")
if picked is None:
    leave()
run = session.run(picked)
view = View(w, run.pack, run.problem)
if run.report.plan is None:
    st.info(w("export.no_plan"))
    table(handing.facts(view, run, picked), w("export.title"))
    leave()

made_of = (run, export_files, studies_beside, w.language)
cannot = hindrances(run)
sentences([w("export.when_made"), w("export.language_note")], kind="note")
for group, formats in handing.GROUPS.items():
    offered = [each for each in formats if each in FORMATS]
    st.subheader(w(f"export.group_{group}"), anchor=False)
    for place, each in zip(itertools.cycle(st.columns(3)), offered, strict=False):
        if each in cannot:
            with place:
                sentences([w(f"export.{each}"), *w.in_english([cannot[each]])], kind="note")
            continue
        place.download_button(
            w(f"export.{each}"),
            partial(handing.content, *made_of, each),
            handing.file_name(file_stem(run), each),
            handing.TYPES[handing.ending(each)],
            on_click="ignore",
            width="stretch",
            type="primary" if each == "zip" else "secondary",
            key=f"export.get.{each}",
        )
        place.caption(w(f"export.{each}_note"))
st.subheader(w("export.group_again"), anchor=False)
left, middle = st.columns(3)[:2]
left.download_button(
    w("export.toml"),
    (run.path / "scenario.toml").read_bytes(),
    "scenario.toml",
    handing.TYPES["toml"],
    on_click="ignore",
    width="stretch",
    key="export.get.toml",
)
left.caption(w("export.toml_note"))
with middle.popover(w("export.single"), width="stretch"):
    for each in table_keys(run):
        st.download_button(
            w(f"export.sheet.{each}"),
            partial(handing.one_table, *made_of, each),
            f"{file_stem(run)}-{each}.csv",
            handing.TYPES["csv"],
            on_click="ignore",
            width="stretch",
            key=f"export.get.{each}.csv",
        )
st.subheader(w("export.about"), anchor=False)
table(handing.facts(view, run, picked), w("export.title"))
st.page_link("app_pages/tracking.py", label=w("tracking.go"), query_params={"run": picked})
