"""A draft of a pack: somebody's whole pack unpacked, or tables of theirs in place of another's."""

from __future__ import annotations

import os
import tempfile
import tomllib
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from planner.pack.archive import READ_ERRORS, open_zip
from planner.pack.faults import Findings, shown
from planner.pack.foreign import Refused
from planner.pack.manifest import FILE
from planner.pack.opening import MOST_UPLOAD_BYTES, is_as_named, is_small_enough
from planner.pack.own import copy_pack
from planner.pack.parts import NAMED, TABLES, TEXTS, files_by_kind, place_for
from planner.pack.safe_names import alike, unsafe
from planner.pack.snapshot import texts_in
from planner.pack.toml_edit import with_texts

_EXPECTED = "a zip with the folder of a pack"
_NO_FILES = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
_BLOCK = 2**20
_NO_DATE = (1980, 1, 1, 0, 0, 0)  # the same zip of the same files


def unpack_pack(file: Path, into: Path, findings: Findings) -> Path | None:
    """Unpack a zip with a whole pack; nothing in it may lead out of `into`.

    Args:
        file: The zip: a pack's folder, with or without the folders around it.
        into: An empty folder.
        findings: Takes every fault of names and places; the tables are not read here.

    Returns:
        The folder with its `pack.toml`; None where there are faults.

    Raises:
        OSError: The disk refuses.
    """
    before = len(findings.faults)
    try:
        archive = open_zip(file, _EXPECTED)
    except Refused as refusal:
        for each in refusal.answer["faults"]:
            findings.fault(file.name, None, None, each["found"], each["expected"], each["message"])
        return None
    with archive:
        members = {each.filename: each for each in archive.infolist() if _is_data(each)}
        _check_names(members, file.name, findings)
        manifest = _manifest_in(members, file.name, findings)
        if manifest is None or len(findings.faults) > before:
            return None
        try:
            for name, member in members.items():
                _write(archive, member, into / name)
        except READ_ERRORS:
            findings.fault(file.name, None, None, "a damaged zip file", _EXPECTED, "Zip it again")
            return None
    folder = into / PurePosixPath(manifest).parent
    _check_places(folder, into, findings)
    return folder if len(findings.faults) == before else None


def replace_files(
    source: Path,
    into: Path,
    files: Mapping[str, tuple[str, bytes]],
    findings: Findings,
    leave_out: Collection[str] = (),
) -> Path | None:
    """Copy a pack with files of one's own in place of its own.

    Args:
        source: The folder of the pack; it is left as it is.
        into: An empty folder.
        files: By their kind (`parts.PARTS`), the name that each has and its bytes.
        findings: Takes the faults of names and of places that `pack.toml` names; tables are not
            read here.
        leave_out: Kinds of files of the pack that are not copied.

    Returns:
        The folder of the copy; None where there are faults.

    Raises:
        InputError: The pack itself cannot be copied.
        OSError: The disk refuses.
    """
    before = len(findings.faults)
    for kind, (name, content) in files.items():
        if kind not in TEXTS:  # once put in place its name follows its content
            is_as_named(name, content, findings)
        if kind in (*TABLES, "areas"):
            is_small_enough(name, len(content), MOST_UPLOAD_BYTES, findings)
    folder = copy_pack(source, into)
    for kind, (name, content) in sorted(files.items(), key=lambda each: each[0] != "pack"):
        _put(folder, kind, name, content)
    there = files_by_kind(folder)
    for kind in leave_out:
        if kind in there and kind not in files and there[kind].is_relative_to(folder.resolve()):
            there[kind].unlink()
    if "station_counts" in files and "station_counts" not in there:
        findings.fault(
            files["station_counts"][0], None, None, f"counts that {FILE} does not name",
            f"[station_counts] in {FILE}", "Say there what was counted, when, and in which file",
        )  # fmt: skip
    _check_places(folder, into, findings)
    return folder if len(findings.faults) == before else None


def zip_pack(source: Path, file: Path) -> None:
    """Write a pack with all of its files as a zip that `unpack_pack` takes.

    Raises:
        InputError: A file of the pack cannot be kept, with every fault.
        OSError: The disk refuses.
    """
    with tempfile.TemporaryDirectory(prefix="ugatuzi-") as beside:
        root = Path(beside) / "pack"
        copy_pack(source, root)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(each for each in root.rglob("*") if each.is_file()):
                place = zipfile.ZipInfo(path.relative_to(root).as_posix(), _NO_DATE)
                archive.writestr(place, path.read_bytes(), zipfile.ZIP_DEFLATED)


# -- parts ---------------------------------------------------------------------------------


def _put(folder: Path, kind: str, name: str, content: bytes) -> None:
    old = files_by_kind(folder).get(kind)
    new = place_for(folder, kind, content, name)
    if old is not None and old != new.resolve() and old.is_relative_to(folder.resolve()):
        old.unlink()
    new.parent.mkdir(parents=True, exist_ok=True)
    new.write_bytes(content)
    manifest = folder / FILE
    if kind in NAMED and kind != "station_counts":
        try:
            text = with_texts(manifest.read_text("utf-8-sig"), {kind: new.name})
        except (ValueError, OSError):
            return  # the reader of packs says what is wrong with pack.toml
        manifest.write_text(text, encoding="utf-8", newline="\n")


def _is_data(member: zipfile.ZipInfo) -> bool:
    parts = member.filename.split("/")
    return not member.is_dir() and not any(part in _NO_FILES for part in parts)


def _check_names(names: Collection[str], file: str, findings: Findings) -> None:
    message = "Rename it and zip the pack again"
    for name in names:
        words = unsafe(name)
        if words is not None:
            findings.fault(file, None, None, f"{words}: {name}", "a plain name", message)
    for name in alike(names):
        found = f"two names that some disks take for one: {name}"
        findings.fault(file, None, None, found, "names that differ", message)


def _manifest_in(names: Collection[str], file: str, findings: Findings) -> str | None:
    """The one `pack.toml`; of several the outermost, where that is one alone."""
    there = [name for name in names if PurePosixPath(name).name == FILE]
    least = min((name.count("/") for name in there), default=0)
    outermost = [name for name in there if name.count("/") == least]
    if len(outermost) == 1:
        return outermost[0]
    found = f"{len(outermost)} files called {FILE}" if outermost else f"no {FILE}"
    findings.fault(file, None, None, found, f"one {FILE}", "Zip the folder of one pack")
    return None


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> None:
    """Write a member; it never grows past the size that was judged."""
    path.parent.mkdir(parents=True, exist_ok=True)
    left = member.file_size
    with archive.open(member) as source, path.open("wb") as target:
        while left > 0 and (block := source.read(min(_BLOCK, left))):
            target.write(block)
            left -= len(block)
        if left or source.read(1):  # at its end the sum of its content is checked
            raise EOFError


def _check_places(folder: Path, root: Path, findings: Findings) -> None:
    """Refuses texts of `pack.toml` and its like that name a place outside of what was brought."""
    for path in sorted({folder / name for name in TEXTS.values()}):
        for key, text in texts_in(_toml(path)):
            if _leads_out(folder, root, text):
                findings.fault(
                    path.name, None, key, f"a place outside of the pack: {shown(text)}",
                    "a file of the pack", "Put the file into the pack and name it from there",
                )  # fmt: skip
    for path in sorted((folder / "scenarios").glob("*.toml")):
        named = _toml(path).get("pack")
        if isinstance(named, str) and _leads_out(folder / "scenarios", root, named):
            findings.fault(
                f"scenarios/{path.name}", None, "pack", shown(named), '".."',
                "A scenario in a pack's folder names that pack",
            )  # fmt: skip


def _leads_out(folder: Path, root: Path, text: str) -> bool:
    """Whether a text is a path, and one to elsewhere; a sentence is none."""
    if not text or any(char.isspace() for char in text.strip()) or "\0" in text:
        return False
    path = PurePosixPath(text.replace("\\", "/"))
    if path.is_absolute() or text[1:2] == ":":
        return bool(path.suffix) or os.path.lexists(text)
    here = (folder / path).resolve()
    return ".." in path.parts and not here.is_relative_to(root.resolve())


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}  # its reader says what is wrong with it
