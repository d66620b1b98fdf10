"""Export: choose a finished plan and take it away as files."""

import itertools

import streamlit as st

from planner.export import export_run
from planner.present import session, subjects
from planner.present.failure import leave
from planner.present.results import handing
from planner.present.view import View
from planner.present.widgets import table

w = session.speak()
case = session.case()
state = st.session_state

st.title(w("export.title"))
done = subjects.finished_plans()
if not done:
    st.info(w("export.empty"))
    st.page_link("app_pages/plan.py", label=w("export.go"))
    leave()

first = subjects.first_of(done, next(iter(done)))
session.follow_address("run", "export.run", done, first)
state.setdefault("export.run", first)
picked = st.selectbox(
    w("export.pick"),
    list(done),
    key="export.run",
    format_func=lambda name: subjects.called(w, case, done, name),
)
session.put_in_address("run", picked, default=first)
run = session.run(picked)
view = View(w, run.pack, run.problem)
table(handing.facts(view, run), w("export.title"))
if run.report.plan is None:
    st.info(w("export.no_plan"))
    leave()

with st.spinner(w("export.making")):
    files = handing.exported(run, export_run, w.language)
stem = f"ugatuzi-{run.id}"
archive = handing.zipped(files, ".csv")
st.caption(w("export.language_note"))
packages = {f"{stem}-csv.zip": archive} | {
    (name if name in {"scenario.toml", "run.json"} else f"{stem}-{name}"): content
    for name, content in files.items()
    if not name.endswith(".csv")
}
for row, (name, content) in zip(itertools.cycle(st.columns(3)), packages.items(), strict=False):
    kind = name.rsplit(".", 1)[-1]
    row.download_button(
        w(f"export.{kind}"),
        content,
        name,
        handing.TYPES[kind],
        on_click="ignore",
        width="stretch",
        type="primary" if kind == "xlsx" else "secondary",
        key=f"export.get.{name}",
    )
    row.caption(w(f"export.{kind}_note", size=handing.size(content)))
with st.expander(w("export.single")):
    for name in sorted(each for each in files if each.endswith(".csv")):
        st.download_button(
            f"{name} ({handing.size(files[name])})",
            files[name],
            name,
            handing.TYPES["csv"],
            on_click="ignore",
            key=f"export.get.{name}",
        )
