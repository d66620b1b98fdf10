"""Files to hand a run on: made once a run, kept as bytes for the download buttons."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pandas as pd
import streamlit as st

from planner.present.results.results import status_sentence
from planner.present.view import View
from planner.present.words import Language
from planner.runs.reading import StoredRun


class Exporter(Protocol):
    """Writes formats of a run into a folder, in a language, and names the files."""

    def __call__(
        self, run_dir: StoredRun, formats: Sequence[str], out: Path, *, language: Language
    ) -> list[Path]:
        """Write them."""
        ...


FORMATS = ("csv", "xlsx", "geojson")
TYPES: Mapping[str, str] = {
    "zip": "application/zip",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "toml": "application/toml",
    "json": "application/json",
    "svg": "image/svg+xml",
}


def exported(run: StoredRun, export: Exporter, language: Language) -> Mapping[str, bytes]:
    """Every file of a run by name: the exports, the rules, and the machine's copy.

    Args:
        run: A finished run with a plan.
        export: What writes them.
        language: Of the headings and sentences in them.
    """
    files: Mapping[str, bytes] = _kept(str(run.path), run.id, language, run, export)
    return files


def _make(
    path: str, run_id: str, language: Language, _run: StoredRun, _export: Exporter
) -> dict[str, bytes]:
    del path, run_id  # the names under which the files are kept
    with tempfile.TemporaryDirectory(prefix="ugatuzi-") as out:
        made = {
            file.name: file.read_bytes()
            for file in _export(_run, FORMATS, Path(out), language=language)
        }
    for name in ("scenario.toml", "run.json"):
        made[name] = (_run.path / name).read_bytes()
    return made


_kept = st.cache_data(_make, show_spinner=False, max_entries=8)


def zipped(files: Mapping[str, bytes], ending: str) -> bytes:
    """The files with an ending, in one zip that is the same each time."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            if name.endswith(ending):
                archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), files[name])
    return content.getvalue()


def facts(view: View, run: StoredRun) -> pd.DataFrame:
    """What names a run and what is known of it."""
    w = view.words
    rows = [
        (w("export.name"), run.scenario.name),
        (w("export.id"), run.id),
        (w("export.fingerprint"), str(run.info.get("fingerprint", ""))),
        (w("export.created"), f"{run.created:%Y-%m-%d %H:%M} UTC"),
        (w("export.status"), status_sentence(view, run.report)),
        (w("export.solver"), f"{run.report.solver}, {w.count(run.report.seconds)} s"),
        (w("page.travel"), view.travel_line),
    ]
    return pd.DataFrame(rows, columns=[w("column.item"), w("column.value")])


def size(content: bytes) -> str:
    """A file's size in words."""
    return f"{max(1, round(len(content) / 1000)):,} kB"
