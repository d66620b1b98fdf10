"""Everything of a plan in one zip: the files in folders, and what tells them apart."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath

from planner.export.sheets import Imprint
from planner.present.words import Words
from planner.runs import StoredRun
from planner.runs.table import clean_text

README = "README.txt"
_LICENCES = "LICENCES.md"
_TABLES, _MACHINES = "tables", "machines"
_FOLDERS = {
    "csv": _TABLES,
    "json": _MACHINES,
    "toml": _MACHINES,
    "geojson": "layers",
    "gpkg": "layers",
}


def zip_file(
    run: StoredRun,
    stem: str,
    files: Mapping[str, bytes],
    left_out: Mapping[str, str],
    imprint: Imprint,
    w: Words,
) -> bytes:
    """All files under one folder; the same bytes for the same files.

    Args:
        run: The run.
        stem: The name of the folder.
        files: By the ends of their names, as the writers of formats give them.
        left_out: Formats that could not be made, each with the reason, in English.
        imprint: What every file carries.
        w: The words of the export.
    """
    placed = {_place(name): content for name, content in files.items()}
    placed[f"{_MACHINES}/scenario.toml"] = (run.path / "scenario.toml").read_bytes()
    licences = run.pack.folder / _LICENCES
    if licences.is_file():
        placed[_LICENCES] = licences.read_bytes()
    told = _readme(run, sorted(placed), left_out, imprint, w)
    ordered = {README: told.encode(), **dict(sorted(placed.items()))}
    moment = datetime.fromisoformat(imprint.created).astimezone(UTC)
    date = (max(1980, moment.year), *moment.timetuple()[1:6])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in ordered.items():
            entry = zipfile.ZipInfo(f"{stem}/{name}", date)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return out.getvalue()


def _place(name: str) -> str:
    folder = _FOLDERS.get(PurePosixPath(name).suffix[1:], "")
    return f"{folder}/{name}" if folder else name


def _readme(
    run: StoredRun, names: list[str], left_out: Mapping[str, str], imprint: Imprint, w: Words
) -> str:
    """What the files are, whose figures they hold, and under which licences."""
    title = clean_text(run.scenario.name)
    marks = imprint.as_dict() | {"attribution": ""}
    told = {key: clean_text(value) for key, value in marks.items() if value}
    lines = [title, "=" * max(3, len(title)), "", w("export.readme_about"), ""]
    lines += [_labelled(w(f"columns.{key}.label"), value) for key, value in told.items()]
    lines += ["", w("export.readme_files"), ""]
    lines += [f"- {name}: {_meaning(name, w)}" for name in names]
    if left_out:
        lines += ["", w("export.readme_left_out"), ""]
        lines += w.in_english(f"- {name}: {reason}" for name, reason in left_out.items())
    if run.pack.attribution:
        lines += ["", w("export.readme_licences"), ""]
        lines += [f"- {clean_text(line)}" for line in run.pack.attribution]
    lines += ["", w("export.readme_again"), ""]
    return "\n".join(lines)


def _labelled(label: str, value: str) -> str:
    return value if value.startswith(f"{label}:") else f"{label}: {value}"


def _meaning(name: str, w: Words) -> str:
    path = PurePosixPath(name)
    if path.suffix == ".csv":
        return w("export.file.table", table=w(f"export.sheet.{path.stem}"))
    whole = path.name.replace(".", "_").replace("-", "_")
    for key in (whole, path.suffix[1:]):
        if f"export.file.{key}" in w.texts:
            return w(f"export.file.{key}")
    return ""
