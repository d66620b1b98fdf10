from __future__ import annotations

import shutil

from planner.pack import find_pack
from planner.pack.fingerprint import pack_files, print_of
from tests.runs import cases


def test_every_file_of_the_pack_counts_and_words_about_it_do_not(tmp_path):
    folder = cases.write_pack(tmp_path / "tiny")
    before = print_of(folder)
    (folder / "README.md").write_text("About it.")
    (folder / ".hidden").write_text("x")
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "a.toml").write_text("")
    assert print_of(folder) == before
    (folder / "visits.csv").write_text(
        (folder / "visits.csv").read_text() + "p4,permit,1,a,found\n"
    )
    after = print_of(folder)
    assert after.fingerprint != before.fingerprint
    assert after.differences(before.files) == ("visits.csv",)
    (folder / "visits.csv").unlink()
    assert print_of(folder).differences(before.files) == ("visits.csv",)


def test_files_elsewhere_that_the_pack_names_belong_to_it(tmp_path):
    folder = find_pack("immigration")
    files = pack_files(folder)
    assert {"pack.toml", "sites.csv", "../counties/counties.geojson"} <= set(files)
    assert all(path.is_file() for path in files.values())
    for name in ("immigration", "counties"):
        shutil.copytree(folder.parent / name, tmp_path / name)
    assert print_of(tmp_path / "immigration") == print_of(folder)


def test_a_folder_without_a_manifest_has_a_print_too(tmp_path):
    (tmp_path / "pack.toml").write_text("no = [toml")
    assert set(print_of(tmp_path).files) == {"pack.toml"}
