"""Drafts of packs: a zip of somebody's, or files of theirs in place of a pack's own."""

import io
import zipfile

import pytest

from pack import tiny
from planner.pack import check_table, read_pack
from planner.pack.draft import replace_files, unpack_pack, zip_pack
from planner.pack.faults import Findings
from planner.pack.fingerprint import print_of
from planner.pack.parts import files_by_kind, kind_of_file


def zipped(path, names):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return path


def unpacked(tmp_path, names):
    findings = Findings()
    file = names if not isinstance(names, dict) else zipped(tmp_path / "mine.zip", names)
    return unpack_pack(file, tmp_path / "into", findings), findings.faults


def replaced(tmp_path, files, **options):
    findings = Findings()
    source = tiny.write(tmp_path / "source")
    given = {
        kind: (name, content.encode() if isinstance(content, str) else content)
        for kind, (name, content) in files.items()
    }
    return replace_files(source, tmp_path / "into", given, findings, **options), findings.faults


@pytest.mark.parametrize("around", ["", "tiny/", "data/tiny/"])
def test_a_zip_may_have_folders_around_the_pack(tmp_path, around):
    names = {f"{around}{name}": content for name, content in tiny.FILES.items()}
    folder, faults = unpacked(tmp_path, {**names, "__MACOSX/._pack.toml": "x"})
    assert faults == []
    assert read_pack(folder).id == "tiny"


def test_what_is_zipped_is_unpacked_as_the_same_pack(tmp_path):
    source = tiny.write(tmp_path / "data" / "tiny")
    (tmp_path / "data" / "pack").mkdir()
    (source / "areas.geojson").rename(tmp_path / "data" / "pack" / "areas.geojson")
    text = (source / "pack.toml").read_text().replace("areas.geojson", "../pack/areas.geojson")
    (source / "pack.toml").write_text(text)
    zip_pack(source, tmp_path / "a.zip")
    zip_pack(source, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    folder, faults = unpacked(tmp_path, tmp_path / "a.zip")
    assert faults == []
    assert print_of(folder) == print_of(source)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ({"../pack.toml": "x"}, "leaves its folder"),
        ({"/etc/pack.toml": "x"}, "leaves its folder"),
        ({"a/pack.toml": "x", "a/con.csv": "x"}, "the name of a device"),
        ({"pack.toml": "x", "Sites.csv": "x", "sites.csv": "x"}, "take for one"),
        ({"sites.csv": "x"}, "no pack.toml"),
        ({"a/pack.toml": "x", "b/pack.toml": "x"}, "2 files called pack.toml"),
        ({"pack.toml": b"0" * 3_000_000}, "packed"),
    ],
)
def test_a_zip_that_is_not_one_sound_pack_is_refused(tmp_path, names, found):
    folder, faults = unpacked(tmp_path, names)
    assert folder is None
    assert found in faults[0].found
    assert faults[0].file == "mine.zip"
    assert not (tmp_path / "into").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"id = 1", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_zip_is_refused(tmp_path, content):
    (tmp_path / "mine.zip").write_bytes(content)
    folder, faults = unpacked(tmp_path, tmp_path / "mine.zip")
    assert folder is None
    assert faults[0].file == "mine.zip"


def test_a_member_whose_content_is_damaged_is_refused(tmp_path):
    file = zipped(tmp_path / "mine.zip", tiny.FILES)
    content = bytearray(file.read_bytes())
    content[60:80] = b"\xff" * 20
    file.write_bytes(content)
    folder, faults = unpacked(tmp_path, file)
    assert folder is None
    assert faults[0].found == "a damaged zip file"


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("pack.toml", 'lakes = "../../../etc/lakes.geojson"'),
        ("pack.toml", 'lakes = "/etc/passwd"'),
        ("pack.toml", 'lakes = "C:\\\\secret\\\\lakes.geojson"'),
        ("demand.toml", 'facts = "../../facts.csv"'),
        ("scenarios/a.toml", 'pack = "../../../other"'),
    ],
)
def test_a_pack_may_not_name_files_of_this_machine(tmp_path, file, line):
    names = dict(tiny.FILES)
    names[file] = f"{line}\n{names.get(file, '')}"
    folder, faults = unpacked(tmp_path, names)
    assert folder is None
    assert [fault.file for fault in faults] == [file]
    assert faults[0].column == line.split()[0]


def test_a_place_within_what_was_brought_is_no_fault(tmp_path):
    names = {f"data/tiny/{name}": text for name, text in tiny.FILES.items()}
    names["data/maps/areas.geojson"] = names.pop("data/tiny/areas.geojson")
    toml = names["data/tiny/pack.toml"]
    names["data/tiny/pack.toml"] = toml.replace("areas.geojson", "../maps/areas.geojson")
    folder, faults = unpacked(tmp_path, names)
    assert faults == []
    assert len(read_pack(folder).areas) == 2


# -- files in place of a pack's own --------------------------------------------------------


def test_a_table_takes_the_place_of_the_packs_own_whatever_its_ending(tmp_path):
    sites = "\ufeff" + tiny.FILES["sites.csv"].replace(",", ";").replace("c;0", "c;0")
    folder, faults = replaced(tmp_path, {"sites": ("My sites (1).txt", sites)})
    assert faults == []
    assert read_pack(folder).sites[0].name == "Alpha town"
    assert [path.name for path in folder.glob("sites*")] == ["sites.csv"]
    book = io.BytesIO()
    import openpyxl

    made = openpyxl.Workbook()
    for row in tiny.FILES["sites.csv"].strip().splitlines():
        made.active.append(row.replace("Alpha town", "Book town").split(","))
    made.save(book)
    (tmp_path / "two").mkdir()
    folder, _ = replaced(tmp_path / "two", {"sites": ("sites.csv", book.getvalue())})
    assert read_pack(folder).sites[0].name == "Book town"
    assert [path.name for path in folder.glob("sites*")] == ["sites.csv"]


def test_a_map_takes_the_place_that_pack_toml_names(tmp_path):
    third = tiny.feature("003", "North", tiny.square(36, 0, 38, 1))
    areas = tiny.FILES["areas.geojson"][:-2] + f",{third}]}}"
    folder, faults = replaced(tmp_path, {"areas": ("counties.json", areas)})
    assert faults == []
    assert [area.name for area in read_pack(folder).areas] == ["West", "East", "North"]
    assert files_by_kind(folder)["areas"] == folder / "areas.geojson"
    lake = tiny.collection(tiny.feature("1", "Lake", tiny.square(36.1, -0.9, 36.3, -0.7)))
    (tmp_path / "two").mkdir()
    folder, _ = replaced(tmp_path / "two", {"lakes": ("my lake.geojson", lake)})
    assert read_pack(folder).lakes == folder / "lakes.geojson"


def test_places_come_as_a_map_too(tmp_path):
    point = '{"type":"Feature","properties":{"id":"s1","name":"Drawn","area":"West"},'
    point += '"geometry":{"type":"Point","coordinates":[36.5,-0.5]}}'
    folder, faults = replaced(tmp_path, {"sites": ("offices.json", tiny.collection(point))})
    assert faults == []
    assert [path.name for path in folder.glob("sites*")] == ["sites.geojson"]
    site = read_pack(folder).sites[0]
    assert (site.name, site.area, site.lat, site.lon) == ("Drawn", "001", -0.5, 36.5)


def test_a_file_that_is_not_what_its_name_says_is_refused_as_it_is_elsewhere(tmp_path):
    database = b"SQLite format 3\0" + bytes(100)
    folder, faults = replaced(tmp_path, {"sites": ("my sites.geojson", database)})
    assert folder is None
    assert [(each.file, each.found) for each in faults] == [
        ("my sites.geojson", "other content than the name says")
    ]
    path = tmp_path / "my sites.geojson"
    path.write_bytes(database)
    (same,) = check_table(path, "sites").faults
    assert same == faults[0]


def test_a_table_larger_than_any_is_refused_as_it_is_elsewhere(tmp_path):
    text = tiny.FILES["sites.csv"] + "\n" * (20 * 2**20)
    folder, faults = replaced(tmp_path, {"sites": ("s.csv", text)})
    assert folder is None
    path = tmp_path / "s.csv"
    path.write_text(text)
    assert tuple(faults) == check_table(path, "sites").faults
    assert (faults[0].found, faults[0].expected) == ("20.0 MB", "at most 20 MB")


def test_a_table_that_another_replaces_is_left_out(tmp_path):
    demand = "area,visit_type,visits_per_year\n001,get_card,5\n002,get_deed,7\n"
    folder, _ = replaced(
        tmp_path, {"area_demand": ("d.csv", demand)}, leave_out=("visits", "sites_of_another")
    )
    pack = read_pack(folder)
    assert pack.visits is None
    assert len(pack.area_demand) == 2


def test_a_pack_toml_of_ones_own_may_not_lead_out(tmp_path):
    toml = 'roads = "../../roads.geojson"\n' + tiny.FILES["pack.toml"]
    folder, faults = replaced(tmp_path, {"pack": ("pack.toml", toml)})
    assert folder is None
    assert faults[0].column == "roads"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("sites.csv", "x", "sites"),
        ("Demand-points 2024.xlsx", "x", "demand_points"),
        ("area_facts.csv", "x", "area_facts"),
        ("demand.toml", "x", "demand"),
        ("other.toml", "x", None),
        ("book1.csv", tiny.FILES["services.csv"], "services"),
        ("book1.csv", tiny.FILES["sites.csv"], "sites"),
        ("book1.csv", tiny.FILES["demand_points.csv"], "demand_points"),
        ("book1.csv", tiny.FILES["visits.csv"], "visits"),
        ("book1.csv", tiny.FILES["visit_types.csv"], "visit_types"),
        ("book1.csv", "a,b\n1,2\n", None),
        ("book1.csv", "", None),
    ],
)
def test_the_kind_of_a_file_is_seen_by_its_name_or_its_columns(tmp_path, name, content, kind):
    (tmp_path / name).write_text(content)
    assert kind_of_file(tmp_path / name) == kind
