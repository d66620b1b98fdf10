"""Files to hand a run on: made when they are asked for, kept as bytes for the next time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import pandas as pd
import streamlit as st

from planner.people import acting
from planner.present.results.results import status_sentence
from planner.present.view import View
from planner.present.words import Language
from planner.runs.reading import StoredRun


class Exporter(Protocol):
    """Makes files of a run in some formats, by name, in a language."""

    def __call__(
        self, run: StoredRun, formats: Iterable[str] | str, *, language: Language
    ) -> dict[str, bytes]:
        """Make them."""
        ...


Beside = Callable[[StoredRun], tuple[str, ...]]
"""Names what is kept beside a run and goes into its files."""

# What is offered, for whom; formats that this version cannot make are left out by the page.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "people": ("zip", "html", "pdf", "xlsx", "map"),
    "maps": ("gpkg", "geojson"),
    "programs": ("csv", "json"),
}
_FILES: Mapping[str, str] = {
    "zip": "everything.zip",
    "html": "plan.html",
    "pdf": "plan.pdf",
    "xlsx": "plan.xlsx",
    "map": "map.html",
    "gpkg": "plan.gpkg",
    "geojson": "branches.geojson",
    "csv": "tables.zip",
    "json": "machines.zip",
}
TYPES: Mapping[str, str] = {
    "zip": "application/zip",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "html": "text/html",
    "pdf": "application/pdf",
    "toml": "application/toml",
    "json": "application/json",
    "svg": "image/svg+xml",
}


def file_name(stem: str, kind: str) -> str:
    """The name of the file that holds a format of a run, whose files begin with `stem`."""
    return f"{stem}-{_FILES[kind]}"


def ending(kind: str) -> str:
    """The end of that name, without the dot."""
    return _FILES[kind].rsplit(".", 1)[-1]


def content(
    run: StoredRun, export: Exporter, beside: Beside, language: Language, kind: str
) -> bytes:
    """The file that holds a format of a run; several files of one format stand in a zip.

    Args:
        run: A finished run with a plan.
        export: What makes files.
        beside: Tells of what is kept beside the run: the files are made anew where it changed.
        language: Of the headings and sentences in them.
        kind: The format.
    """
    files = _made(run, export, beside, language, kind)
    return zipped(files) if len(files) > 1 else next(iter(files.values()))


def one_table(
    run: StoredRun, export: Exporter, beside: Beside, language: Language, key: str
) -> bytes:
    """One table of a run as CSV; its arguments are those of `content`."""
    files = _made(run, export, beside, language, "csv")
    return next(each for name, each in files.items() if name.endswith(f"-{key}.csv"))


def _made(
    run: StoredRun, export: Exporter, beside: Beside, language: Language, kind: str
) -> Mapping[str, bytes]:
    person = acting()  # what is kept beside a run is not the same for all
    mine = "" if person is None else person.id
    of_what = (str(run.path), run.id, language, kind, mine, beside(run))
    files: Mapping[str, bytes] = _kept(*of_what, run, export)
    return files


def _make(
    path: str,
    run_id: str,
    language: Language,
    kind: str,
    mine: str,
    studies: tuple[str, ...],
    _run: StoredRun,
    _export: Exporter,
) -> dict[str, bytes]:
    del path, run_id, mine, studies  # the names under which the files are kept
    return _export(_run, [kind], language=language)


_kept = st.cache_data(_make, show_spinner=False, max_entries=24)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Files in one zip that is the same each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return out.getvalue()


def facts(view: View, run: StoredRun, kept_id: str) -> pd.DataFrame:
    """What names a run, here by `kept_id` and in its files, and what is known of it."""
    w = view.words
    rows = [
        (w("export.name"), run.scenario.name),
        (w("export.kept_id"), kept_id),
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
