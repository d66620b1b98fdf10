"""The zip of a workspace: written the same for the same content, judged before it is believed."""

from __future__ import annotations

import contextlib
import hashlib
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from planner.errors import Fault, InputError, PlannerError
from planner.pack.archive import READ_ERRORS
from planner.pack.ordinary import open_ordinary
from planner.runs.files import disk_words, plain_disk_errors, reading_words, written_beside
from planner.runs.store.runfiles import NAMES
from planner.runs.store.workspace.records import (
    DAMAGED,
    MANIFEST,
    SCHEMA,
    ManifestRecord,
    MemberRecord,
    read_record,
)

MOST_MEMBERS = 500_000
MOST_UNPACKED = 16 * 2**30
MOST_OF_ONE = 2**30
MOST_RATIO = 200
_RATIO_FROM = 2**20
_MOST_OF_RECORD = 256 * 2**20
_MOST_FAULTS = 100
_CHUNK = 2**20
_WHEN = (1980, 1, 1, 0, 0, 0)
_KNOWN = re.compile(
    r"manifest\.json|(scenarios|studies|packs|runs)/[0-9a-f]{16}\.json|contents/[0-9a-f]{64}|"
    rf"runs/[0-9a-f]{{16}}/({'|'.join(map(re.escape, NAMES))})",
    re.ASCII,
)
_STRANGER = "Do not open this file; ask for a new export."


@dataclass(frozen=True, slots=True)
class Member:
    """A file to be put into the zip: its size, its SHA-256, and how to get it."""

    size: int
    sha256: str
    content: Callable[[], bytes]

    @classmethod
    def of(cls, content: bytes) -> Member:
        """A member that is at hand."""
        return cls(len(content), hashlib.sha256(content).hexdigest(), lambda: content)


def write_zip(path: Path, manifest: bytes, members: Mapping[str, Member]) -> None:
    """Write the zip; it is there whole or not at all, and the same for the same members.

    Raises:
        PlannerError: Something else has that name, or the disk refuses.
    """
    _require_free(path)
    with plain_disk_errors(f"The workspace {path.name}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        with (
            written_beside(path) as beside,
            zipfile.ZipFile(beside, "x", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
        ):
            _add(archive, MANIFEST, manifest)
            for name, member in sorted(members.items()):
                _add(archive, name, member.content())


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, _WHEN)
    info.create_system = 3
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    if len(content) > _RATIO_FROM and len(zlib.compress(content, 6)) * MOST_RATIO < len(content):
        info.compress_type = zipfile.ZIP_STORED  # or it would be taken for a zip bomb
    archive.writestr(info, content)


def _require_free(path: Path) -> None:
    """Refuse to write over anything but an earlier workspace."""
    if path.is_dir():
        raise PlannerError(f"{path.name} is a folder; give the name of a file.")
    if path.exists() and not _is_workspace(path):
        message = (
            f"{path.name} is there already and is no workspace; nothing was written. "
            "Choose another name."
        )
        raise PlannerError(message)


def _is_workspace(path: Path) -> bool:
    try:
        with open_ordinary(path) as file, zipfile.ZipFile(file) as archive:
            content = archive.open(MANIFEST).read(_MOST_OF_RECORD)
    except (OSError, KeyError, ValueError, *READ_ERRORS):
        return False
    return read_record(ManifestRecord, content, MANIFEST, []) is not None


class Archive:
    """A zip whose every member was found to be what the manifest says."""

    def __init__(self, archive: zipfile.ZipFile, members: Mapping[str, MemberRecord]) -> None:
        self._archive = archive
        self._members = members

    def names(self, start: str) -> tuple[str, ...]:
        """The members whose names begin so, in order."""
        return tuple(sorted(name for name in self._members if name.startswith(start)))

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """The content of a member.

        Raises:
            PlannerError: It has changed since it was judged.
        """
        told, content = self._members[name], b""
        with contextlib.suppress(*READ_ERRORS):
            content = b"".join(_parts(self._archive, name, told.size))
        if hashlib.sha256(content).hexdigest() != told.sha256:
            raise PlannerError(f"{name} was changed while it was read. Try again.")
        return content


@contextmanager
def open_zip(path: Path) -> Iterator[Archive]:
    """Open a workspace and judge all of it; nothing is unpacked to the disk.

    Raises:
        InputError: It is no workspace, is damaged, or holds what no workspace holds; with every
            fault.
        PlannerError: It cannot be read.
    """
    with _opened(path) as file, _zip_in(file, path.name) as archive:
        _raise_any(_strange(archive.infolist(), path.name))
        manifest = _manifest(archive, path.name)
        _raise_any(_not_as_told(archive, manifest.members))
        yield Archive(archive, manifest.members)


def _opened(path: Path) -> BinaryIO:
    try:
        return open_ordinary(path)
    except OSError as error:
        is_gone = isinstance(error, FileNotFoundError)
        what = "there is no such file" if is_gone else reading_words(error)
        raise PlannerError(f"The workspace {path.name} cannot be read: {what}.") from error


def _zip_in(file: BinaryIO, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except OSError as error:
        raise PlannerError(f"The workspace {name} cannot be read: {disk_words(error)}.") from error
    except (ValueError, *READ_ERRORS):
        message = "Give a file that planner workspace export has made."
        fault = Fault(name, None, None, "no zip, or a damaged one", "a workspace", message)
        raise InputError([fault]) from None


def _raise_any(faults: list[Fault]) -> None:
    if len(faults) > _MOST_FAULTS:
        more = f"and {len(faults) - _MOST_FAULTS} more faults"
        faults = [*faults[:_MOST_FAULTS], Fault(faults[0].file, None, None, more, "", "")]
    if faults:
        raise InputError(faults)


def _strange(members: list[zipfile.ZipInfo], file: str) -> list[Fault]:
    """What the table of contents alone gives away."""
    if len(members) > MOST_MEMBERS:
        found = f"{len(members):,} members"
        return [Fault(file, None, None, found, f"at most {MOST_MEMBERS:,}", _STRANGER)]
    faults = []
    total = sum(member.file_size for member in members)
    if total > MOST_UNPACKED:
        found, most = f"{total / 2**30:,.0f} GB when unpacked", f"{MOST_UNPACKED // 2**30} GB"
        faults.append(Fault(file, None, None, found, f"at most {most}", _STRANGER))
    seen: set[str] = set()
    for member in members:
        shown = ascii(member.filename)[1:-1][:80]
        found = _strange_member(member, seen)
        if found:
            faults.append(Fault(shown, None, None, found, "a member of a workspace", _STRANGER))
        seen.add(member.filename)
    return faults


def _strange_member(member: zipfile.ZipInfo, seen: set[str]) -> str:
    name, mode = member.orig_filename, member.external_attr >> 16
    if not _KNOWN.fullmatch(name):
        leaves = ".." in re.split(r"[/\\]", name) or name.startswith(("/", "\\")) or ":" in name
        return "a name that leaves its folder" if leaves else "a name that no workspace has"
    if name in seen:
        return "a name that is there twice"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "a link or a device in place of a file"
    if member.header_offset < 0:
        return "a list of contents that leads out of the file"
    if member.flag_bits & 1:
        return "a file with a password"
    if member.file_size > MOST_OF_ONE:
        return f"{member.file_size / 2**30:,.0f} GB when unpacked"
    if member.file_size > _RATIO_FROM and member.file_size > 250 * member.compress_size:
        return f"data packed {member.file_size // max(1, member.compress_size)} to 1"
    return ""


def _manifest(archive: zipfile.ZipFile, file: str) -> ManifestRecord:
    faults: list[Fault] = []
    if MANIFEST not in archive.namelist():
        message = "Give a file that planner workspace export has made."
        raise InputError([Fault(file, None, None, f"no {MANIFEST}", "a workspace", message)])
    try:
        content = b"".join(_parts(archive, MANIFEST, _MOST_OF_RECORD))
    except READ_ERRORS:
        raise InputError([_damaged(MANIFEST)]) from None
    manifest = read_record(ManifestRecord, content, MANIFEST, faults)
    if manifest is None:
        raise InputError(faults)
    if manifest.schema_ != SCHEMA:
        found = f"schema {manifest.schema_}"
        message = "It was made by another version of the planner; import it with that one."
        raise InputError([Fault(MANIFEST, None, "schema", found, str(SCHEMA), message)])
    return manifest


def _not_as_told(archive: zipfile.ZipFile, told: Mapping[str, MemberRecord]) -> list[Fault]:
    """Every member that is missing, is too many, or is not what the manifest says."""
    there = {*archive.namelist()} - {MANIFEST}
    faults = [
        Fault(name[:80], None, None, "no such member", "a member", DAMAGED)
        for name in sorted(told.keys() - there)
    ]
    faults += [
        Fault(name, None, None, "a member that the manifest does not name", "none", DAMAGED)
        for name in sorted(there - told.keys())
    ]
    for name in sorted(there & told.keys()):
        digest, size = hashlib.sha256(), 0
        try:
            for part in _parts(archive, name, told[name].size):
                digest.update(part)
                size += len(part)
        except READ_ERRORS:
            faults.append(_damaged(name))
            continue
        if size != told[name].size or digest.hexdigest() != told[name].sha256:
            found = "other content than the manifest says"
            faults.append(Fault(name, None, None, found, "what was exported", DAMAGED))
    return faults


def _damaged(name: str) -> Fault:
    return Fault(name, None, None, "a damaged member", "what was exported", DAMAGED)


def _parts(archive: zipfile.ZipFile, name: str, most: int) -> Iterator[bytes]:
    """A member piece by piece; one byte more than `most` is the end of it."""
    left = most + 1
    with archive.open(name) as file:
        while left > 0 and (part := file.read(min(_CHUNK, left))):
            left -= len(part)
            yield part
