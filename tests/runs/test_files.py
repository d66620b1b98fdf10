from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from planner.errors import PlannerError
from planner.runs import files
from tests.faults.injected import BROKEN, Disk
from tests.nobody import as_nobody, folder_for_all


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


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOENT, "a.csv is not there any more. Put it back and try again"),
        (errno.EACCES, "there is no permission to read a.csv. Ask its owner for it"),
        (errno.EPERM, "there is no permission to read a.csv. Ask its owner for it"),
        (errno.EISDIR, "a.csv is a folder, not a file"),
        (errno.EIO, "the disk reported an error. Choose another disk"),
    ],
)
def test_what_cannot_be_read_is_told_by_its_name_without_its_place(code, words):
    assert files.reading_words(OSError(code, "text", "/secret/a.csv")) == words
    unnamed = files.reading_words(OSError(code, "text"))
    assert unnamed == words.replace("a.csv", "a file")


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


def test_what_a_writer_left_that_ended_is_cleared_later_but_not_what_is_being_written(tmp_path):
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


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can")
def test_two_folders_change_names_at_one_moment_however_they_are_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        Path(name).mkdir()
        Path(name, f"of-{name}").touch()
    assert files._exchanged(Path("a"), Path("b"))
    assert Path("a", "of-b").exists()
    assert files._exchanged(tmp_path / "a", tmp_path / "b")
    assert Path("a", "of-a").exists()
    assert not files._exchanged(tmp_path / "a", tmp_path / "c")
    Path("c").symlink_to("b")
    assert not files._exchanged(tmp_path / "a", tmp_path / "c")
    assert Path("a", "of-a").exists()


def test_the_disk_has_a_file_before_it_gets_its_name(tmp_path):
    disk = Disk(tmp_path)
    with disk.in_use():
        files.replace_file(tmp_path / "a.json", b"new")
    (beside,) = {step.split()[1] for step in disk.steps if step.startswith("open")}
    assert re.fullmatch(r"\.a\.json\.[0-9a-f]{8}\.part", beside)
    last = [f"write {beside}", f"open {beside}", f"fsync {beside}", f"replace {beside}"]
    assert disk.steps[-5:] == [*last, f"fsync {tmp_path.name}"]


def test_the_disk_has_a_folder_and_its_files_before_it_gets_its_name(tmp_path):
    disk = Disk(tmp_path)
    with disk.in_use():
        files.publish_folder(tmp_path / "out", lambda out: files.write_synced(out / "a", b"new"))
    beside = disk.steps[1].removeprefix("mkdir ")
    assert re.fullmatch(r"\.out\.[0-9a-f]{8}\.part", beside)
    assert disk.steps == [
        *(
            f"mkdir {tmp_path.name}",
            f"mkdir {beside}",
            "open a",
            "write a",
            "fsync a",
            f"fsync {beside}",
        ),
        *("rename out", f"rename {beside}", f"fsync {tmp_path.name}"),
    ]
    disk = Disk(tmp_path)
    with disk.in_use():
        files.try_folder(tmp_path, "out")
    assert re.fullmatch(r"mkdir \.out\.[0-9a-f]{8}\.part", disk.steps[0])
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_a_file_whose_writing_fails_stays_as_it_was_and_the_failure_is_told(tmp_path):
    (tmp_path / "a").write_text("old")
    with pytest.raises(ZeroDivisionError), files.written_beside(tmp_path / "a") as beside:
        beside.write_text("half")
        raise ZeroDivisionError
    assert (tmp_path / "a").read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def test_a_new_folder_that_cannot_take_its_place_leaves_nothing(tmp_path):
    with (
        Disk(tmp_path, 7, BROKEN).in_use(),
        pytest.raises(OSError) as told,
    ):
        files.publish_folder(tmp_path / "out", lambda folder: (folder / "a").write_text("new"))
    assert told.value.errno == errno.EIO
    assert list(tmp_path.iterdir()) == []


def test_an_older_folder_that_cannot_be_removed_whole_is_no_failure():
    """As a user without rights, on a disk that cannot let two folders change names."""

    def task(out):
        files.publish_folder(out, lambda folder: (folder / "deep").mkdir())
        (out / "deep" / "a").write_text("old")
        (out / "deep").chmod(0o555)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(files, "_exchanged", lambda *_: False)
            files.publish_folder(out, lambda folder: (folder / "b").write_text("new"))
        assert [each.name for each in out.iterdir()] == ["b"]

    with folder_for_all() as folder:
        folder.chmod(0o777)
        as_nobody(task, folder / "out")


def test_what_is_left_anywhere_is_cleared_when_nobody_can_be_at_it(tmp_path, monkeypatch):
    temporary, kept = tmp_path / "temporary", tmp_path / "kept"
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    old = [
        *(temporary / "planner-read-x", temporary / "planner-cbc-x", kept / ".a.0123abcd.part"),
        *(kept / "deep" / ".b.0123abcd.old", kept / ".s.sqlite.0123abcd.part-wal"),
    ]
    stay = [
        *(temporary / f"{files.own_prefix('sweep')}x", temporary / "ugatuzi-notes"),
        *(temporary / "planner", kept / "a", kept / "deep" / "b", kept / ".hidden"),
    ]
    young = [temporary / "planner-read-y", kept / ".y.0123abcd.part"]
    assert files.own_prefix("sweep") == f"ugatuzi-sweep-{os.getpid()}-"
    of_the_dead = temporary / f"ugatuzi-sweep-{ended.pid}-x"
    for each in (*old, *stay, *young, of_the_dead):
        each.mkdir(parents=True)
        (each / "file").write_text(each.name)
        os.utime(each, (time.time() - 3600.5,) * 2)
    for each in young:
        os.utime(each, (time.time() - 3000,) * 2)
    (kept / ".c.0123abcd.old").mkdir()  # whose place is empty: it gets its name back
    (kept / ".d.0123abcd.part").write_text("a file")
    for each in (".c.0123abcd.old", ".d.0123abcd.part"):
        os.utime(kept / each, (0, 0))
    assert files.clear_leftovers(kept) == len(old) + 3
    assert not [each for each in (*old, of_the_dead) if each.exists()]
    assert [(each / "file").read_text() for each in stay] == [each.name for each in stay]
    assert [(each / "file").read_text() for each in young] == [each.name for each in young]
    assert sorted(each.name for each in kept.iterdir()) == sorted(
        [".hidden", ".y.0123abcd.part", "a", "c", "deep"]
    )


def with_a_quicker_writer(monkeypatch, out, times):
    """Each time the place becomes free another writer takes it, so often; returns its counter."""
    monkeypatch.setattr(files, "_exchanged", lambda *_: False)  # as on disks that cannot
    rename, taken = Path.rename, []

    def rename_and_be_overtaken(self, target):
        moved = rename(self, target)
        if self == out and len(taken) < times:
            taken.append(target)
            out.mkdir()
            (out / "a").write_text("theirs")
        return moved

    monkeypatch.setattr(Path, "rename", rename_and_be_overtaken)
    return taken


def test_of_two_writers_on_a_simple_disk_the_last_one_stays_and_nothing_is_left(
    tmp_path, monkeypatch
):
    out = tmp_path / "out"
    files.publish_folder(out, lambda folder: (folder / "a").write_text("old"))
    taken = with_a_quicker_writer(monkeypatch, out, times=3)
    files.publish_folder(out, lambda folder: (folder / "a").write_text("mine"))
    assert len(taken) == 3
    assert (out / "a").read_text() == "mine"
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_a_writer_who_is_always_overtaken_gives_up_and_leaves_the_others_folder(
    tmp_path, monkeypatch
):
    out = tmp_path / "out"
    files.publish_folder(out, lambda folder: (folder / "a").write_text("old"))
    taken = with_a_quicker_writer(monkeypatch, out, times=1000)
    refused = pytest.raises(PlannerError, match="The run could not be written")
    with refused, files.plain_disk_errors("The run"):
        files.publish_folder(out, lambda folder: (folder / "a").write_text("mine"))
    assert len(taken) == 50
    assert (out / "a").read_text() == "theirs"
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_folder_takes_the_place_of_a_file_or_a_link_and_what_the_link_names_stays(tmp_path, kind):
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a").write_text("theirs")
    if kind == "file":
        out.write_text("a file")
    else:
        out.symlink_to(elsewhere)
    files.publish_folder(out, lambda folder: (folder / "a").write_text("mine"))
    assert (out / "a").read_text() == "mine"
    assert not out.is_symlink()
    assert (elsewhere / "a").read_text() == "theirs"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["elsewhere", "out"]


@pytest.mark.parametrize("kind", ["file", "link", "link to nothing"])
def test_a_file_or_link_that_gave_way_to_a_writer_that_ended_is_cleared_later(tmp_path, kind):
    left, elsewhere, out = (tmp_path / each for each in (".out.0123abcd.old", "else", "out"))
    elsewhere.mkdir()
    (elsewhere / "a").write_text("theirs")
    for clear in (
        lambda: files.publish_folder(out, lambda folder: (folder / "a").touch()),
        lambda: files.clear_leftovers(tmp_path),
    ):
        if kind == "file":
            left.write_text("a file")
        else:
            left.symlink_to(elsewhere if kind == "link" else tmp_path / "nothing")
        clear()
        assert left.is_symlink() or left.exists()  # young
        os.utime(left, (time.time() - 7200,) * 2, follow_symlinks=False)
        clear()
        assert sorted(each.name for each in tmp_path.iterdir()) == ["else", "out"]
    assert (elsewhere / "a").read_text() == "theirs"


def test_what_cannot_be_cleared_stays_and_is_not_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / ".run.0123abcd.old").mkdir()
    os.utime(tmp_path / ".run.0123abcd.old", (0, 0))
    with Disk(tmp_path, 1).in_use():
        assert files.clear_leftovers(tmp_path) == 0
    assert [each.name for each in tmp_path.iterdir()] == [".run.0123abcd.old"]
    assert files.clear_leftovers(tmp_path) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["run"]
