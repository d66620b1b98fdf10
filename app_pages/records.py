"""Records: what the branches did day by day, and a check of a file of one's own."""

import streamlit as st

from planner.demand.records import branch_records
from planner.pack.faults import AT_MOST
from planner.pack.work_records_file import FILE, template
from planner.present import session
from planner.present.demand import records
from planner.present.view import View
from planner.present.widgets import lead, sentences, table, titled_table

w = session.speak()
case = session.case()
view = View(w, case.pack, case.problem)
branches = {case.pack.sites[each.site].id: each for each in branch_records(case.pack)}

st.title(w("records.title"))
st.text(w("records.about"))

if branches:
    lead(records.summary(view, list(branches.values())))
    titled_table(w("records.branches"), records.branch_table(view, list(branches.values())))
    titled_table(w("records.quality"), records.quality_table(view, list(branches.values())))
    st.caption(records.method(view))
    sentences(records.sources(view), kind="note")

    st.header(w("records.series"), anchor=False)
    chosen = st.selectbox(
        w("records.pick"),
        list(branches),
        key="records.branch",
        format_func=lambda site: view.site_name(branches[site].site),
    )
    branch = branches[chosen]
    st.altair_chart(records.series_chart(view, branch), width="stretch")
    seasons = [
        kind for kind in ("months", "weekdays") if not records.index_frame(view, branch, kind).empty
    ]
    for place, kind in zip(st.columns(2, gap="medium"), seasons, strict=False):
        with place:
            st.subheader(w(f"records.{kind}"), anchor=False)
            st.altair_chart(records.index_chart(view, branch, kind), width="stretch")
    st.caption(w("records.index_note") if seasons else w("records.too_few"))
    with st.expander(w("records.same_data")):
        table(records.series(view, branch), w("records.series"))
        for kind in seasons:
            table(records.index_frame(view, branch, kind), w(f"records.{kind}"))
    titled_table(w("records.kinds"), records.kind_table(view, branch))
    titled_table(w("records.parts"), records.part_table(view, branch))
    remarks = [each for each in case.pack.warnings if each.startswith("work_records")]
    if remarks:
        with st.expander(w("records.remarks", n=len(remarks)), expanded=True):
            sentences(w.in_english(remarks))
else:
    st.info(w("records.none"))
    st.text(w("records.none_made"))
    sentences(
        f"{number}. {text}"
        for number, text in enumerate(
            (w("records.step_template"), w("records.step_check"),
             w("records.step_pack", file=FILE)),
            start=1,
        )
    )  # fmt: skip

st.header(w("records.own"), anchor=False)
st.download_button(
    w("records.template"),
    template(),
    FILE,
    "text/csv",
    on_click="ignore",
    key="records.template",
    type="secondary" if branches else "primary",
)
with st.expander(w("records.columns"), expanded=not branches):
    table(records.column_table(view), w("records.columns"), rows_in_view=None)

st.header(w("records.check"), anchor=False)
st.caption(w("records.check_note"))
sent = st.file_uploader(w("records.upload"), type=["csv", "xlsx"], key="records.upload")
if sent is not None:
    report = records.checked(sent.name, sent.getvalue(), case.pack)
    if report.faults:
        st.error(records.verdict(view, report))
        if len(report.faults) > records.FAULTS_SHOWN:
            st.caption(w("records.faults_more", n=records.FAULTS_SHOWN, most=AT_MOST))
        titled_table(w("records.faults"), records.fault_table(view, report))
        st.download_button(
            w("records.faults_file"),
            records.fault_file(report),
            "faults.csv",
            "text/csv",
            on_click="ignore",
            key="records.faults",
        )
    else:
        st.success(records.verdict(view, report))
    if report.warnings:
        st.subheader(w("records.notes"), anchor=False)
        sentences(w.in_english(report.warnings))
