"""What a visitor has brought: files taken apart into a draft of a pack, checked, and kept."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from planner.errors import Fault, InputError, PlannerError
from planner.pack import CheckReport
from planner.pack.archive import names_in
from planner.pack.check_apart import check_draft
from planner.pack.draft import replace_files, unpack_pack
from planner.pack.faults import Findings
from planner.pack.manifest import FILE
from planner.pack.opening import form_of
from planner.pack.parts import files_by_kind, kind_of_file
from planner.present.data.data_faults import renamed
from planner.present.uploads import safe_name
from planner.runs.files import own_prefix

Upload = tuple[str, bytes]
MOST_MB = 200
_BLANK = b" \t\r\n\xef\xbb\xbf"
_DAMAGED = {".xlsx": "damaged_book"}
ENDINGS = ("csv", "tsv", "txt", "xlsx", "geojson", "json", "gpkg", "zip", "parquet", "pbf", "toml")


@dataclass(frozen=True, slots=True)
class Brought:
    """The files that were sent, sorted.

    Attributes:
        whole: A zip with a whole pack; None for none.
        single: The other files, in the order they came.
        unreadable: Files in which nothing can be read, by name, and why: `empty`, `damaged_zip`,
            `damaged_book` or `binary`.
        kinds: The kind that each of `single` looks like; None for no known one.
    """

    whole: Upload | None
    single: tuple[Upload, ...]
    kinds: tuple[str | None, ...]
    unreadable: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A draft on disk until the visitor turns to another one or leaves.

    Attributes:
        digest: Of all that it is made of.
        beside: The folder that it lies in; gone with this record.
        folder: The folder of its `pack.toml`; None where it could not be put together.
        report: What the check of all its files found, with the files' own names.
    """

    digest: str
    beside: tempfile.TemporaryDirectory[str]
    folder: Path | None
    report: CheckReport

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault of it."""
        return self.report.faults

    @property
    def is_sound(self) -> bool:
        """Whether it can be kept."""
        return self.folder is not None and not self.faults


def sort_out(uploads: Sequence[Upload]) -> Brought:
    """Tell a whole pack from single files, and what each of those looks like.

    A second whole pack is a single file of no known kind: one of the two has to go.
    """
    whole = [each for each in uploads if holds_a_pack(each[1])][:1]
    single, unreadable = [], []
    for each in uploads:
        if each in whole:
            continue
        if why := why_unreadable(*each):
            unreadable.append((each[0], why))
        else:
            single.append(each)
    with tempfile.TemporaryDirectory(prefix="ugatuzi-") as beside:
        kinds = []
        for number, (name, content) in enumerate(single):
            path = Path(beside) / str(number) / safe_name(name, "table")
            path.parent.mkdir()
            path.write_bytes(content)
            kinds.append(kind_of_file(path))
    return Brought(whole[0] if whole else None, tuple(single), tuple(kinds), tuple(unreadable))


def holds_a_pack(content: bytes) -> bool:
    """Whether a file is a zip with a `pack.toml`; nothing of it is unpacked."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    return any(PurePosixPath(name).name == FILE for name in names_in(content))


def why_unreadable(name: str, content: bytes) -> str:
    """Why nothing can be read in a file, whatever it holds; '' where something can.

    A zip is looked at by its list of contents alone, and nothing of it is unpacked.
    """
    ending = PurePosixPath(name).suffix.lower()
    if not content.strip(_BLANK):
        return "empty" if ending != ".zip" else "damaged_zip"
    form = form_of(content)
    if form == "zip" or ending in (".zip", ".xlsx"):
        return "" if names_in(content) else _DAMAGED.get(ending, "damaged_zip")
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))  # UTF-16 has a zero in most letters
    return "binary" if form == "text" and b"\0" in content[:4096] and not is_wide else ""


def digest_of(
    source: str, whole: Upload | None, files: Mapping[str, Upload], leave_out: Collection[str]
) -> str:
    """Changes with anything that a draft is made of; `source` names the pack it is laid over."""
    digest = hashlib.sha256(source.encode())
    for kind, (name, content) in [("", whole or ("", b"")), *sorted(files.items())]:
        digest.update(f"\n{kind}\n{name}\n".encode())
        digest.update(hashlib.sha256(content).digest())
    digest.update("\n".join(sorted(leave_out)).encode())
    return digest.hexdigest()


def make_draft(
    source: Path,
    digest: str,
    whole: Upload | None,
    files: Mapping[str, Upload],
    leave_out: Collection[str] = (),
) -> Draft:
    """Put a draft together and check it; every fault is told at once, under the files' own names.

    Args:
        source: The pack that single files are laid over, where no whole one was brought.
        digest: As `digest_of` gives it.
        whole: A zip with a whole pack.
        files: Single files by their kind.
        leave_out: Kinds of files of the pack that the draft is without.

    Raises:
        PlannerError: The disk refuses.
    """
    beside = tempfile.TemporaryDirectory(prefix=own_prefix("draft"))
    findings = Findings()
    try:
        folder = _put_together(source, Path(beside.name), whole, files, leave_out, findings)
    except InputError as error:
        findings.faults.extend(error.faults)
        folder = None
    except OSError as error:
        raise PlannerError(f"The files could not be put together: {_refusal(error)}.") from error
    if folder is None:
        report = CheckReport("refuse", 0, {}, tuple(findings.faults), ())
    else:
        try:
            report = check_draft(folder, Path(beside.name))
        except OSError as error:
            raise PlannerError(f"The files could not be checked: {_refusal(error)}.") from error
    names = {} if folder is None else _own_names(folder, files)
    faults = renamed(report.faults, names)
    return Draft(digest, beside, folder, replace(report, faults=faults))


def _refusal(error: OSError) -> str:
    return (error.strerror or "the disk refused").lower()


def _put_together(
    source: Path,
    beside: Path,
    whole: Upload | None,
    files: Mapping[str, Upload],
    leave_out: Collection[str],
    findings: Findings,
) -> Path | None:
    if whole is not None:
        archive = beside / safe_name(whole[0], "pack.zip")
        archive.write_bytes(whole[1])
        unpacked = unpack_pack(archive, beside / "unpacked", findings)
        archive.unlink()
        if unpacked is None or not (files or leave_out):
            return unpacked
        source = unpacked
    return replace_files(source, beside / "draft", files, findings, leave_out)


def _own_names(folder: Path, files: Mapping[str, Upload]) -> dict[str, str]:
    """The names that files had where they came from, by those that they have in the draft."""
    there = files_by_kind(folder)
    return {there[kind].name: name for kind, (name, _) in files.items() if kind in there}
