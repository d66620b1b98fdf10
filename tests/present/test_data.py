"""What the page of data says, as values: sources and marks, changes, faults, templates, files."""

import csv
import io
import tempfile
import zipfile
from dataclasses import replace

import pytest
from pack import tiny

from planner.errors import Fault
from planner.pack import check_pack, find_pack, read_pack
from planner.pack.draft import zip_pack
from planner.pack.parts import files_by_kind
from planner.present import session
from planner.present.data import data, data_changes, data_draft, data_faults, data_templates
from planner.present.network_map import data_map
from planner.present.view import View
from planner.present.words import words

EN = words("en")


@pytest.fixture(scope="module")
def immigration():
    return read_pack(find_pack("immigration"))


@pytest.fixture
def pair(tmp_path):
    """Two packs: the tiny one, and one with a site more, one renamed and a place fewer."""
    sites = tiny.FILES["sites.csv"].replace("Gamma town", "Gamma city")
    sites += "s3,Beta <b>town</b>,001,-0.2,36.2,candidate,,500\n"
    toml = tiny.FILES["pack.toml"].replace(
        "[travel.speed_kmh]\nvalue = 50\nlow = 50\nhigh = 50",
        "[travel.speed_kmh]\nvalue = 40\nlow = 40\nhigh = 40",
    )
    assert toml != tiny.FILES["pack.toml"]
    first = tiny.write(tmp_path / "one")
    second = tiny.write(tmp_path / "two", sites_csv=sites, pack_toml=toml)
    return session.case_of(first), session.case_of(second)


# -- what is shown -------------------------------------------------------------------------


def test_every_file_of_a_pack_is_listed_with_its_rows_and_marks(immigration):
    table = data.file_table(EN, immigration).set_index("File")
    assert set(table.index) == {path.name for path in files_by_kind(immigration.folder).values()}
    assert table.loc["sites.csv", "Rows"] == len(immigration.sites)
    assert table.loc["demand_points.csv", "Marks"] == f"derived {len(immigration.demand_points):,}"
    marks = [site.mark.confidence for site in immigration.sites]
    assert f"found {marks.count('found')}" in table.loc["sites.csv", "Marks"]
    assert "assumption" in table.loc["pack.toml", "Marks"]


def test_every_source_is_listed_with_how_much_rests_on_it(immigration):
    table = data.source_table(EN, immigration)
    sites = table[table["What it holds"] == "Sites and branches"]
    assert sites["Times"].sum() == sum(bool(each.mark.source) for each in immigration.sites)
    assert set(sites["Source"]) == {site.mark.source for site in immigration.sites} - {""}


def test_the_choice_names_every_pack_and_a_plain_folder_that_is_shown(tmp_path):
    shown = tiny.write(tmp_path / "plain")
    names = data.choices((), shown)
    assert names[str(shown)] == "Tiny"
    assert {"immigration", "one-stop"} < names.keys()
    assert str(shown) not in data.choices((), find_pack("immigration"))


# -- what changes --------------------------------------------------------------------------


def test_rows_that_are_new_gone_or_changed_are_named(pair):
    before, after = pair
    changes = {each.kind: each for each in data_changes.row_changes(before.pack, after.pack)}
    assert changes.keys() == {"sites"}
    assert changes["sites"].added == ("Beta <b>town</b>",)
    assert changes["sites"].changed == ("Gamma city",)
    back = {each.kind: each for each in data_changes.row_changes(after.pack, before.pack)}
    assert back["sites"].removed == ("Beta <b>town</b>",)


def test_changes_in_words_and_in_numbers(pair):
    before, after = pair
    said = data_changes.sentences(EN, before, after)
    mean = [each.networks["today"].score.kpis.mean_min for each in pair]
    assert f"{mean[0]:.1f} min now, {mean[1]:.1f} min with your data" in said[0]
    assert mean[1] > mean[0]
    assert "Sites and branches: 1 new (Beta <b>town</b>); 1 changed (Gamma city)." in said
    assert f"{EN('travel.speed_kmh')}: 50 u becomes 40 u." in said
    table = data_changes.count_table(EN, before, after).set_index("What it holds")
    assert list(table.loc["Possible sites"]) == [1, 2, "+1"]
    assert list(table.loc["People"]) == [180, 180, ""]


def test_areas_that_are_only_named_are_not_called_outlines(pair):
    before, after = pair
    bare = tuple(replace(each, outline=None) for each in after.pack.areas)
    new = (*bare, replace(bare[0], code="99", name="North"))
    said = data_changes.sentences(EN, before, replace(after, pack=replace(after.pack, areas=new)))
    (line,) = [each for each in said if "North" in each]
    assert line.startswith("Areas: 1 new (North)")


def test_nothing_changes_where_nothing_does(pair):
    before, _ = pair
    said = data_changes.sentences(EN, before, before)
    assert said[1:] == []
    assert "stays at" in said[0]


# -- faults --------------------------------------------------------------------------------


def test_faults_are_counted_by_kind_and_bear_the_files_own_names():
    many = [Fault("sites.csv", n, "lat", "x", "a number", "Mend it") for n in range(2, 3002)]
    many.append(Fault("pack.toml", None, "id", "", "text", ""))
    faults = data_faults.renamed(many, {"sites.csv": "=my sites.csv"})
    groups = data_faults.group_table(EN, faults)
    assert list(groups["Times"]) == [3000, 1]
    assert groups["First rows"][0] == "2, 3, 4, 5, 6, …"
    assert groups["File"][0] == "=my sites.csv"
    rows = list(csv.DictReader(io.StringIO(data_faults.fault_csv(faults).decode("utf-8-sig"))))
    assert len(rows) == 3001
    assert rows[0]["file"] == "'=my sites.csv"


# -- drafts --------------------------------------------------------------------------------


def test_files_are_told_apart_and_faults_bear_their_own_names(tmp_path):
    source = tiny.write(tmp_path / "tiny")
    zip_pack(source, tmp_path / "a.zip")
    whole = ("a.zip", (tmp_path / "a.zip").read_bytes())
    sites = ("../../My <b>sites</b>.csv", tiny.FILES["sites.csv"].replace("001", "77").encode())
    brought = data_draft.sort_out([sites, whole, ("x.bin", b"\0\1"), ("b.zip", whole[1][:-1])])
    assert brought.whole == whole
    assert brought.kinds == ("sites",)
    assert brought.unreadable == (("x.bin", "binary"), ("b.zip", "damaged_zip"))
    draft = data_draft.make_draft(source, "d", None, {"sites": sites})
    assert not draft.is_sound
    assert {fault.file for fault in draft.faults} == {sites[0]}
    assert source.joinpath("sites.csv").read_text() == tiny.FILES["sites.csv"]
    folder = draft.folder
    assert folder.is_relative_to(tempfile.gettempdir())
    draft.beside.cleanup()
    assert not folder.exists()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\xef\xbb\xbf \r\n", "empty"),
        ("a.zip", b"", "damaged_zip"),
        ("a.zip", b"PK\x05\x06" + bytes(18), "damaged_zip"),  # a sound zip of nothing
        ("a.zip", b"not a zip", "damaged_zip"),
        ("a.xlsx", b"PK\x03\x04half", "damaged_book"),
        ("sites.csv", b"\x7fELF\x00\x01", "binary"),
        ("a.csv", "id,name\n1,Kiambu\n".encode("utf-16"), ""),
        ("a.csv", b"id,name\n", ""),
        ("a.json", b"{}", ""),
    ],
)
def test_a_file_in_which_nothing_can_be_read_is_said_to_be_one(name, content, why):
    brought = data_draft.sort_out([(name, content)])
    assert brought.unreadable == (((name, why),) if why else ())
    assert len(brought.single) == (not why)
    assert not why or f"data.unreadable_{why}" in words("sw").texts


def test_the_faults_are_those_of_planner_check(tmp_path):
    source = tiny.write(tmp_path / "tiny")
    sites = tiny.FILES["sites.csv"].replace("001", "77").replace("existing", "there")
    points = tiny.FILES["demand_points.csv"].replace("-0.5", "north")
    given = {"sites": ("my.csv", sites.encode()), "demand_points": ("p.csv", points.encode())}
    draft = data_draft.make_draft(source, "d", None, given)
    (source / "sites.csv").write_text(sites)
    (source / "demand_points.csv").write_text(points)
    names = {"sites.csv": "my.csv", "demand_points.csv": "p.csv"}
    expected = [replace(each, file=names[each.file]) for each in check_pack(source).faults]
    assert list(draft.faults) == expected
    assert len(expected) > 3


def test_single_files_are_laid_over_a_whole_pack_that_was_brought(tmp_path):
    zip_pack(tiny.write(tmp_path / "tiny"), tmp_path / "a.zip")
    services = tiny.FILES["services.csv"].replace("Card", "Kadi")
    draft = data_draft.make_draft(
        find_pack("one-stop"),
        "d",
        ("a.zip", (tmp_path / "a.zip").read_bytes()),
        {"services": ("s.csv", services.encode())},
    )
    assert draft.is_sound
    assert read_pack(draft.folder).services[0].name == "Kadi"


def test_a_zip_that_leads_out_is_a_fault_of_its_own(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../pack.toml", "id = 1")
    whole = ("a.zip", (tmp_path / "a.zip").read_bytes())
    draft = data_draft.make_draft(find_pack("one-stop"), "d", whole, {})
    assert draft.folder is None
    assert [fault.file for fault in draft.faults] == ["a.zip"]
    assert draft.report.verdict == "refuse"


def test_a_digest_changes_with_everything_that_a_draft_is_made_of():
    one = ("a.csv", b"1")
    digests = {
        data_draft.digest_of("s", None, {"sites": one}, ()),
        data_draft.digest_of("t", None, {"sites": one}, ()),
        data_draft.digest_of("s", one, {"sites": one}, ()),
        data_draft.digest_of("s", None, {"visits": one}, ()),
        data_draft.digest_of("s", None, {"sites": ("b.csv", b"1")}, ()),
        data_draft.digest_of("s", None, {"sites": ("a.csv", b"2")}, ()),
        data_draft.digest_of("s", None, {"sites": one}, ("visits",)),
    }
    assert len(digests) == 7


# -- templates -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "sw"])
@pytest.mark.parametrize("kind", data_templates.OFFERED)
def test_every_kind_has_words_columns_and_a_real_file(kind, language):
    w = words(language)
    assert data.kind_name(w, kind)
    assert w(f"data.about_{kind}")
    columns = data_templates.column_table(w, kind)
    empty = data_templates.empty_table(kind)
    if empty is not None:
        head = empty.decode("utf-8-sig").strip().split(",")
        assert head == list(columns[w("records.column")])
        assert columns[w("data.column_holds")].str.len().min() > 0
    filled = data_templates.filled_file(find_pack("immigration"), kind)
    assert filled is None or filled.path.is_file()


def test_a_filled_table_is_the_packs_own_else_that_of_a_built_in_one(tmp_path):
    folder = tiny.write(tmp_path / "tiny")
    assert data_templates.filled_file(folder, "sites").path == folder / "sites.csv"
    assert data_templates.filled_file(folder, "formats").of in ("immigration", "one-stop")
    assert data_templates.filled_file(folder, "road_changes") is None


# -- the map -------------------------------------------------------------------------------


def test_the_map_has_a_square_for_each_place_and_a_symbol_for_each_site(pair):
    _, after = pair
    layers = data_map.map_layers(View(EN, after.pack, after.problem))
    shapes = next(each.given for each in layers if each.call == "shapes")
    assert len(shapes["shapes"][0]["geometry"]["coordinates"]) == 3
    sites = next(each.given for each in layers if each.call == "sites")
    assert [each["kind"] for each in sites["sites"]] == ["existing", "candidate", "candidate"]
    assert data_map.has_places(after.pack)
