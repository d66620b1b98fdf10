"""The plan document: every chapter in both languages, and the same figures as the run's tables."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from defusedxml.ElementTree import fromstring

from planner.errors import PlannerError
from planner.evaluate import todays_network
from planner.export.document.as_html import html_page
from planner.export.document.as_pdf import pdf_file
from planner.export.document.content import plan_document
from planner.export.document.model import Facts, Grid, Paragraph, Picture, Points
from planner.export.sheets import plan_sheets, words_for
from planner.insight.duplicates import audit_duplicates
from planner.insight.scorecard_facts import service_within
from planner.pack import find_pack, read_pack
from planner.present.words import words
from planner.runs import judge_and_write, read_run
from planner.scenario import build
from tests.export.document.runs import hostile, listed_run, tiny_run
from tests.pack import tiny
from tests.present.cases import HOSTILE
from tests.runs import cases

CHAPTERS = [
    *("summary", "changes", "staff", "costs", "phases", "people", "duplicates", "standards"),
    *("equity", "sensitivity", "method", "sources"),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The announced network of the built-in pack, with one more branch."""
    pack = read_pack(find_pack("immigration"))
    return listed_run(pack, tmp_path_factory.mktemp("built-in"), sites={"023-lodwar"})


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return tiny_run(tmp_path_factory.mktemp("tiny"))


def blocks(document):
    for chapter in document.chapters:
        yield from chapter.blocks
        for section in chapter.sections:
            yield from section.blocks


def texts(document):
    """Every text that is set, wherever it stands."""
    yield from (document.title, document.subtitle, *document.licences)
    for mark in document.marks:
        yield from (mark.label, mark.value)
    for chapter in document.chapters:
        yield from (chapter.title, *(section.title for section in chapter.sections))
    for block in blocks(document):
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Points):
            yield from block.items
        elif isinstance(block, Facts):
            for fact in block.items:
                yield from (fact.label, fact.value, fact.note)
        elif isinstance(block, Picture):
            yield from (block.alt, block.caption)
        else:
            yield from (block.caption, block.note, *(column.heading for column in block.columns))
            for row in (*block.rows, *([block.total] if block.total else [])):
                yield from row


def chapter(document, name):
    return next(each for each in document.chapters if each.id == name)


def grids(part):
    found = [block for block in part.blocks if isinstance(block, Grid)]
    for section in getattr(part, "sections", ()):
        found += grids(section)
    return found


def table(run, key, language="en"):
    sheet = next(each for each in plan_sheets(run, words_for(run, language)) if each.key == key)
    return [
        dict(zip([column.key for column in sheet.columns], row, strict=True)) for row in sheet.rows
    ]


# -- the whole ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "sw"])
def test_every_chapter_is_there_and_a_page_for_each_area(run, language):
    document = plan_document(run, language)
    names = [each.id for each in document.chapters]
    assert names[: len(CHAPTERS)] == CHAPTERS
    pages = document.chapters[len(CHAPTERS) :]
    assert [each.title for each in pages] == [area.name for area in run.pack.areas]
    assert all(each.new_page for each in pages)
    assert document.language == language
    assert document.licences == run.pack.attribution
    assert run.problem.fingerprint in [mark.value for mark in document.marks]
    html_page(document)  # asks that every row fits its table


@pytest.mark.parametrize("language", ["en", "sw"])
def test_no_text_is_missing_or_has_an_open_place(run, language):
    said = list(texts(plan_document(run, language)))
    assert not [text for text in said if re.search(r"\{\w*\}|\bNone\b(?!\.)|\bnan\b|\binf\b", text)]
    assert not [text for text in said if re.search(r"(?<!\w)[-\u2212]\s?0(\.0+)?(?![\d.])", text)]
    assert not [text for text in said if re.fullmatch(r"document\.\w+", text)]


def test_the_same_run_makes_the_same_document(run):
    assert plan_document(run, "en") == plan_document(run, "en")


def test_kiswahili_is_not_english(run):
    english, kiswahili = (plan_document(run, language) for language in ("en", "sw"))
    for one, other in zip(english.chapters[:-47], kiswahili.chapters[:-47], strict=True):
        assert one.title != other.title
    captions = {block.caption for block in blocks(english) if isinstance(block, Grid)}
    others = {block.caption for block in blocks(kiswahili) if isinstance(block, Grid)}
    assert len(captions) == len(others)
    assert not captions & others


def test_a_run_without_a_plan_is_refused(tmp_path):
    pack = read_pack(cases.write_pack(tmp_path / "tiny"))
    rules = cases.scenario(str(tmp_path / "tiny"))
    judge_and_write(cases.no_answer(pack, rules), pack, rules, tmp_path / "run")
    with pytest.raises(PlannerError, match="no plan"):
        plan_document(read_run(tmp_path / "run"), "en")


# -- the first page -------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "sw"])
def test_the_first_page_and_each_areas_page_is_a_page(run, language):
    """Set on A4; the title has a page of its own."""
    pytest.importorskip("typst")
    pdfium = pytest.importorskip("pypdfium2")
    document = plan_document(run, language)
    areas = document.chapters[len(CHAPTERS) :]
    for chapters in (document.chapters[:1], areas):
        alone = replace(document, chapters=chapters, licences=())
        with pdfium.PdfDocument(pdf_file(alone, run.created)) as pages:
            assert len(pages) == 1 + len(chapters)


def test_the_first_page_has_six_figures_against_today(run):
    first = plan_document(run, "en").chapters[0]
    facts = next(block for block in first.blocks if isinstance(block, Facts))
    kpis, w = run.score.kpis, words("en")
    values = [fact.value for fact in facts.items]
    assert len(values) == 6
    assert values[0].startswith(w.minutes(kpis.mean_min))
    assert values[1] == w.share(kpis.within_standard)
    assert values[2].startswith(w.minutes(kpis.worst_tenth_min))
    assert values[3] == w.count(kpis.branches)
    assert values[4] == w.money(kpis.annual_kes)
    assert values[5] == w.count(kpis.duplicates.unnecessary)
    assert all("today" in fact.note for fact in facts.items)


# -- the same figures -----------------------------------------------------------------------


def test_every_area_has_its_figures_of_the_table(run):
    w = words("en")
    (grid,) = grids(chapter(plan_document(run, "en"), "people"))
    shown = {row[0]: row for row in grid.rows}
    rows = table(run, "areas")
    assert len(shown) == len(rows)
    for row in rows:
        _, visits, then, now, change, within, count = shown[row["name"]]
        assert visits == w.count(row["visits_per_year"])
        assert then == w.minutes(row["today_mean_min"])
        assert now == w.minutes(row["mean_min"])
        assert within == w.share(row["within_standard"])
        assert count == w.count(row["branches"])
        size = abs(row["mean_min"] - row["today_mean_min"])
        assert change.lstrip("+\N{MINUS SIGN}\N{NO-BREAK SPACE}") == w.minutes(size)
        if size > 1:
            assert change.startswith("+" if row["mean_min"] > row["today_mean_min"] else "\u2212")
    gains = [row["mean_min"] - row["today_mean_min"] for row in rows]
    by_name = {row["name"]: gain for row, gain in zip(rows, gains, strict=True)}
    assert [by_name[row[0]] for row in grid.rows] == sorted(gains)


def test_every_branch_stands_once_with_its_figures(run):
    w = words("en")
    sections = chapter(plan_document(run, "en"), "changes").sections
    opened, changed, closed, kept, services = (section.blocks for section in sections)
    branches = {row["name"]: row for row in table(run, "branches")}
    new = {row[0]: row for row in opened[0].rows}
    assert set(new) == {name for name, row in branches.items() if row["status"] != "existing"}
    for name, row in new.items():
        told = branches[name]
        assert row[-1] == w.money(told["annual_kes"])
        assert row[-2] == w.money(told["capital_kes"])
        assert row[-3] == w.minutes(told["mean_min"])
        assert row[-4] == w.count(told["visits_per_year"])
    (mixes,) = chapter(plan_document(run, "en"), "changes").blocks
    letters = {row[0]: row[1] for row in mixes.rows}
    assert sum(int(row[2]) for row in mixes.rows) == len(branches)
    for row in opened[0].rows:
        own = branches[row[0]]["services"].split(";")
        names = {s.name for s in run.pack.services if s.id in own}
        said = letters[row[2]]
        assert said == "all services" if len(own) == 6 else all(n in said for n in names)
    stays = {row[0] for row in kept[0].rows}
    assert stays == {name for name, row in branches.items() if row["status"] == "existing"}
    assert closed == changed == (Paragraph("None."),)
    for row, told in zip(services[0].rows, table(run, "services"), strict=True):
        figures = (told["branches_today"], told["branches"], told["visits_per_year"])
        assert row[1:4] == tuple(w.count(each) for each in figures)


def test_money_adds_up_to_the_judges(run):
    w, kpis = words("en"), run.score.kpis
    (grid,) = grids(chapter(plan_document(run, "en"), "costs"))
    assert grid.total[1:] == (
        w.count(kpis.branches), w.money(kpis.capital_kes), w.money(kpis.annual_kes)
    )  # fmt: skip
    kept = [each for each in run.score.branches if run.problem.existing[each.site]]
    new = [each for each in run.score.branches if not run.problem.existing[each.site]]
    for row, own in zip(grid.rows, (kept, new), strict=True):
        assert row[1:] == (
            w.count(len(own)),
            w.money(sum(each.capital_kes for each in own)),
            w.money(sum(each.annual_kes for each in own)),
        )


def test_counter_work_is_that_of_the_branches(run):
    w = words("en")
    (grid,) = grids(chapter(plan_document(run, "en"), "staff"))
    work = [each.load.minutes for each in run.score.branches]
    assert [row[2] for row in grid.rows] == [w.count(each) for each in work]
    assert grid.total[2] == w.count(sum(work))
    counter = run.pack.counter_minutes_per_year.value
    assert [row[3] for row in grid.rows] == [f"{each / counter:,.1f}" for each in work]


def test_the_charter_counts_all_visits_of_a_service(run):
    w = words("en")
    grid = grids(chapter(plan_document(run, "en"), "standards"))[0]
    now = service_within(run.problem, run.report.plan)
    then = service_within(run.problem, todays_network(run.problem))
    for row, service, old, new in zip(grid.rows, run.pack.services, then, now, strict=True):
        assert row == (service.name, w.minutes(service.standard_min), w.share(old), w.share(new))


def test_people_by_bands_are_all_people_with_visits(run):
    grid = next(
        each
        for each in grids(chapter(plan_document(run, "en"), "equity"))
        if "how far" in each.caption
    )
    for column in (1, 2):
        people = sum(int(row[column].replace(",", "")) for row in grid.rows)
        assert people == pytest.approx(sum(p.population for p in run.pack.demand_points), abs=4)


def test_an_areas_page_has_the_areas_figures(run):
    w = words("en")
    document = plan_document(run, "en")
    for k, area in enumerate(run.pack.areas):
        page = chapter(document, f"area-{k + 1}")
        facts = next(block for block in page.blocks if isinstance(block, Facts)).items
        told = run.score.areas[k]
        assert page.title == area.name
        assert facts[0].value.startswith(w.minutes(told.mean_min))
        assert facts[2].value == w.share(told.within_standard)
        assert facts[3].value == w.count(told.branches)


# -- other runs -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "sw"])
def test_hostile_names_pass_through_as_text(run, language):
    document = plan_document(hostile(run), language)
    said = set(texts(document))
    cells = {
        cell
        for block in blocks(document)
        if isinstance(block, Grid)
        for row in block.rows
        for cell in row
    }
    assert set(HOSTILE) <= {each for each in said if each in HOSTILE}
    assert len({name for name in HOSTILE if any(name in cell for cell in cells)}) == len(HOSTILE)
    for block in blocks(document):
        if isinstance(block, Picture):
            root = fromstring(block.svg)
            kinds = {each.tag.rpartition("}")[2] for each in root.iter()}
            assert kinds <= {"svg", "rect", "path", "circle", "text", "g", "title"}
    html_page(document)


@pytest.mark.parametrize("language", ["en", "sw"])
def test_a_tiny_run_is_told(small, language):
    document = plan_document(small, language)
    assert [each.id for each in document.chapters][: len(CHAPTERS)] == CHAPTERS
    said = list(texts(document))
    assert cases.HOSTILE in said
    assert not [text for text in said if re.search(r"\{\w+\}|\bNone\b(?!\.)|\bnan\b", text)]
    html_page(document)


def test_a_pack_without_marks_minutes_or_today_says_so(tmp_path):
    sites = tiny.FILES["sites.csv"].replace("existing", "proposed")
    folder = tiny.write(tmp_path / "tiny", sites_csv=sites)
    document = plan_document(listed_run(read_pack(folder), tmp_path), "en")
    said = " ".join(texts(document))
    assert "The data give no counter minutes" in said
    assert "today there are" not in said
    assert "tell no groups of people apart" in said
    html_page(document)


def test_a_projected_pack_is_told(tmp_path):
    points = "id,name,area,x,y,population\np1,A,001,0,0,10\np2,B,002,9000,0,10\np3,C,002,8000,0,5\n"
    sites = (
        "id,name,area,x,y,status,services_today\ns1,S,001,0,0,existing,c\n"
        "s2,T,002,9000,0,proposed,c;d\n"
    )
    folder = tiny.write(tmp_path / "tiny", demand_points_csv=points, sites_csv=sites)
    document = plan_document(listed_run(read_pack(folder), tmp_path), "sw")
    assert any(isinstance(block, Picture) for block in document.chapters[0].blocks)
    html_page(document)


@pytest.mark.parametrize("language", ["en", "sw"])
def test_the_second_pack_is_told(tmp_path, language):
    pack = read_pack(find_pack("one-stop"))
    document = plan_document(listed_run(pack, tmp_path), language)
    assert len(document.chapters) == len(CHAPTERS) + len(pack.areas)
    html_page(document)


def test_what_closes_and_what_ends_is_told(tmp_path):
    pack = read_pack(cases.write_pack(tmp_path / "tiny"))
    rules = cases.scenario(str(pack.folder), rules={"existing": "may_close"})
    problem = build(pack, rules)
    offers = cases.answer(pack, rules).plan.offers.copy()
    offers[2] = [False, True]  # Iten ends passports and adds permits
    offers[3] = False  # -Voi closes
    plan = cases.plan_of(problem, offers)
    objective = cases.objective_of(problem, plan)
    report = cases.answer(pack, rules, plan=plan, objective=objective, bound=objective, gap=0.0)
    judge_and_write(report, pack, rules, tmp_path / "run")
    document = plan_document(read_run(tmp_path / "run"), "en")
    sections = chapter(document, "changes").sections
    _, changed, closed, kept, _ = (section.blocks[0] for section in sections)
    assert changed.rows[0][2:4] == ("+Permit", "Passport")
    assert [row[0] for row in closed.rows] == ["-Voi"]
    assert closed.rows[0][2] == "all services"
    assert kept == Paragraph("None.")
    said = document.chapters[0].blocks[0].text
    assert "To close: 1. To change services: 1. To stay as they are: 0." in said
    assert "Branches that close" in [row[0] for row in grids(chapter(document, "costs"))[0].rows]


@pytest.mark.parametrize(
    ("gap", "says"), [(0.0, "Only other figures"), (0.004, "hardly"), (0.3, "more time")]
)
def test_the_gap_is_told_by_what_it_means(tmp_path, gap, says):
    run = tiny_run(tmp_path)
    run = replace(run, report=replace(run.report, gap=gap))
    points = next(b for b in plan_document(run, "en").chapters[0].blocks if isinstance(b, Points))
    assert says in points.items[0]


def test_pairs_and_groups_are_the_audits(run):
    w = words("en")
    audit = audit_duplicates(run.problem, run.report.plan, run.score, run.pack)
    assert audit.groups
    found = {each.caption: each for each in grids(chapter(plan_document(run, "en"), "duplicates"))}
    pairs = found["Every pair of branches with the same service close by"]
    assert [row[-1] for row in pairs.rows] == [w(f"audit.verdict_{p.verdict}") for p in audit.pairs]
    assert [row[-2] for row in pairs.rows] == [w.money(pair.saved_kes) for pair in audit.pairs]
    overview = found["Each group, and how many of its branches the load needs"]
    assert [row[1] for row in overview.rows] == [str(len(each.members)) for each in audit.groups]
    strict = replace(audit.thresholds, overlap=1.0)
    other = audit_duplicates(run.problem, run.report.plan, run.score, run.pack, strict)
    document = plan_document(run, "en", audit=other)
    table = next(
        each for each in grids(chapter(document, "duplicates")) if "From when on" in each.caption
    )
    assert table.rows[0][1] == "1"
