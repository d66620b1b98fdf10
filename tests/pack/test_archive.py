import zipfile

import pytest

from pack import files
from planner.pack import archive
from planner.pack.foreign import Refused


def refusal(path):
    with pytest.raises(Refused) as caught:
        archive.open_archive(path)
    return caught.value.answer["faults"][0]["found"]


@pytest.mark.parametrize(
    "name", ["../up.shp", "/etc/up.shp", "a/../../up.shp", "C:\\up.shp", "..\\up.shp"]
)
def test_names_that_leave_their_folder(tmp_path, name):
    path = files.zipped(tmp_path / "a.zip", {name: b"x"})
    assert refusal(path) == "a zip with a name that leaves its folder"


def test_a_link(tmp_path):
    link = zipfile.ZipInfo("a.shp")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as target:
        target.writestr(link, "/etc/passwd")
    assert refusal(tmp_path / "a.zip") == "a zip with a link in it"


def test_a_password(tmp_path):
    path = files.zipped(tmp_path / "a.zip", {"a.shp": b"x"})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert refusal(path) == "a file with a password"


def test_too_many_files(tmp_path):
    path = files.zipped(tmp_path / "a.zip", {f"{n}.txt": b"" for n in range(2001)})
    assert refusal(path) == "2001 files in a zip"


def test_too_much_when_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MOST_UNPACKED", 2**20)
    path = files.zipped(tmp_path / "a.zip", {"a": bytes(2**20), "b": b"x"})
    assert refusal(path) == "1 MB when unpacked"


def test_packed_too_well(tmp_path):
    path = files.zipped(tmp_path / "a.zip", {"a": bytes(3 * 2**20)})
    assert refusal(path).startswith("data packed")


def test_damaged(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04" + bytes(50))
    assert refusal(path) == "a damaged zip file"


def test_the_kinds(tmp_path):
    book = files.workbook(tmp_path / "a.xlsx", [["a"]])
    assert archive.open_archive(book)[1] == "xlsx"
    shape = files.zipped(tmp_path / "a.zip", {"a.shp": b"x"})
    assert archive.open_archive(shape)[1] == "shapefile"
    word = {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}
    path = files.zipped(tmp_path / "b.zip", word)
    assert refusal(path) == "an Office file that is no workbook"
