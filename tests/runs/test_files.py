from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest

from planner.errors import PlannerError
from planner.runs import files


def test_a_replaced_file_is_the_old_one_when_the_disk_is_full(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    files.replace_file(path, b"old")

    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device", "/secret/path")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError):
        files.replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EACCES, "permission"),
        (errno.EROFS, "only be read"),
        (errno.ENAMETOOLONG, "too long"),
        (9999, "refused"),
        (None, "refused"),
    ],
)
def test_disk_errors_are_told_in_words_without_paths(code, words):
    error = OSError(code, "text", "/secret/path") if code else OSError("plain")
    with pytest.raises(PlannerError) as caught, files.plain_disk_errors("The run"):
        raise error
    message = str(caught.value)
    assert message.startswith("The run could not be written: ")
    assert words in message
    assert "/" not in message
    assert "Errno" not in message


def test_a_place_that_makes_no_folders_is_not_called_removed(tmp_path):
    gone = FileNotFoundError(errno.ENOENT, "No such file or directory", str(tmp_path / "a" / "b"))
    assert "removed meanwhile" in files.disk_words(gone)
    strange = FileNotFoundError(errno.ENOENT, "No such file or directory", str(tmp_path / "a"))
    assert "does not let files or folders be made" in files.disk_words(strange)


def test_publish_gives_the_old_folder_back_when_the_new_cannot_take_its_place(
    tmp_path, monkeypatch
):
    out = tmp_path / "out"
    files.publish_folder(out, lambda folder: (folder / "a").write_text("1"))
    monkeypatch.setattr(files, "_exchanged", lambda *_: False)  # as on disks that cannot
    rename = Path.rename

    def refuse(self, target):
        if self.name.endswith(".part"):
            raise OSError(errno.EIO, "broken")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OSError):
        files.publish_folder(out, lambda folder: (folder / "a").write_text("2"))
    assert (out / "a").read_text() == "1"
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_what_a_killed_writer_left_is_cleared_later_but_not_what_is_being_written(tmp_path):
    old, fresh = tmp_path / ".o[u]t.0123abcd.part", tmp_path / ".o[u]t.0123abce.part"
    other = tmp_path / ".other.0123abcd.part"
    for folder in (old, fresh, other):
        folder.mkdir()
    for folder in (old, other):
        os.utime(folder, (time.time() - 7200,) * 2)
    files.publish_folder(tmp_path / "o[u]t", lambda folder: (folder / "a").touch())
    left = sorted(each.name for each in tmp_path.iterdir())
    assert left == [fresh.name, other.name, "o[u]t"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_writers_of_the_same_folder_leave_one_whole_folder(tmp_path):
    out = tmp_path / "out"

    def fill(folder):
        for name in "abc":
            (folder / name).write_text(str(os.getpid()))

    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                for _ in range(25):
                    files.publish_folder(out, fill)
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0, 0]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert len({(out / name).read_text() for name in "abc"}) == 1
