"""Hands a run on: checks it, writes every file beside its place, then names them all."""

from __future__ import annotations

import re
import secrets
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from planner.errors import ContradictionError, PlannerError, UsageError
from planner.export.as_csv import csv_files
from planner.export.as_geojson import geojson_files
from planner.export.as_gpkg import gpkg_files
from planner.export.as_json import json_files
from planner.export.as_map import map_files
from planner.export.as_xlsx import xlsx_files
from planner.export.as_zip import zip_file
from planner.export.document.as_files import html_files, pdf_files, require_pdf
from planner.export.layers import require_places
from planner.export.sheets import Imprint, Sheet, imprint, plan_sheets, words_for
from planner.pack.synced import sync_folder
from planner.present.words import LANGUAGES, Language, Words
from planner.runs import StoredRun, read_run, verify_run
from planner.runs.files import plain_disk_errors, write_synced

Writer = Callable[[StoredRun, Sequence[Sheet], Imprint, Words], dict[str, bytes]]

_WRITERS: dict[str, Writer] = {
    "csv": csv_files,
    "xlsx": xlsx_files,
    "geojson": geojson_files,
    "gpkg": gpkg_files,
    "map": map_files,
    "json": json_files,
    "html": html_files,
    "pdf": pdf_files,
}
_NEEDS: dict[str, Callable[[StoredRun], None]] = {
    "geojson": require_places,
    "gpkg": require_places,
    "map": require_places,
    "pdf": require_pdf,
}
EVERYTHING = "zip"
FORMATS = (*_WRITERS, EVERYTHING)


def export_run(
    run_dir: Path | StoredRun,
    formats: Iterable[str] | str,
    out: Path,
    *,
    language: Language = "en",
) -> list[Path]:
    """Write a run's plan in one or more formats.

    Args:
        run_dir: A run folder, or a run that was read already.
        formats: Some of FORMATS; a text may join them by commas. zip: all others in one file;
            what cannot be made of this plan is left out, and its README says why.
        out: The folder to write into; it is made where it is missing. Files of the same run
            that are there already are replaced.
        language: Of sheet names, headings, meanings and sentences. Keys of columns, codes in CSV
            and GeoJSON, names in the data and all figures are the same in every language.

    Returns:
        The files, in the order of the formats.

    Raises:
        UsageError: A format is unknown or not in this version.
        InputError: The run cannot be read.
        ContradictionError: The run does not agree with its data; nothing was written.
        PlannerError: There is no plan, or the disk refuses; in plain words.
    """
    wanted = _formats(formats)
    _require_language(language)
    run = run_dir if isinstance(run_dir, StoredRun) else read_run(Path(run_dir))
    return _write(Path(out), export_files(run, wanted, language=language))


def export_files(
    run: StoredRun, formats: Iterable[str] | str, *, language: Language = "en"
) -> dict[str, bytes]:
    """The same files by name, written nowhere; see `export_run`."""
    wanted = _formats(formats)
    _require_language(language)
    if run.report.plan is None:
        message = f"This run has no plan to export: its status is {run.report.status}."
        raise PlannerError(message)
    _refuse_contradiction(run)
    w = words_for(run, language)
    sheets, marks = plan_sheets(run, w), imprint(run, w)
    made: dict[str, dict[str, bytes]] = {}
    left_out: dict[str, str] = {}
    for each in _WRITERS if EVERYTHING in wanted else wanted:
        try:
            made[each] = _WRITERS[each](run, sheets, marks, w)
        except PlannerError as error:
            if each in wanted:
                raise
            left_out[each] = str(error)
    stem = file_stem(run)
    if EVERYTHING in wanted:
        files = {name: content for each in made.values() for name, content in each.items()}
        whole = zip_file(run, stem, files, left_out, marks, w)
        made[EVERYTHING] = {"everything.zip": whole}
    return {f"{stem}-{name}": content for each in wanted for name, content in made[each].items()}


def hindrances(run: StoredRun) -> dict[str, str]:
    """The formats that cannot be made of a run with a plan, each with the reason, in English."""
    found = {}
    for name, require in _NEEDS.items():
        try:
            require(run)
        except PlannerError as error:
            found[name] = str(error)
    return found


def _require_language(language: str) -> None:
    if language not in LANGUAGES:
        message = f"There is no language {language!r}; expected {', '.join(LANGUAGES)}."
        raise UsageError(message)


def file_stem(run: StoredRun) -> str:
    """How the files of an export begin: the scenario's name in safe letters, the fingerprint."""
    plain = unicodedata.normalize("NFKD", run.scenario.name).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:40].strip("-")
    return f"{slug or 'plan'}-{run.info['fingerprint'][:8]}"


def _formats(formats: Iterable[str] | str) -> list[str]:
    given = formats.split(",") if isinstance(formats, str) else list(formats)
    wanted = list(dict.fromkeys(str(each).strip().lower().removeprefix(".") for each in given))
    unknown = [each for each in wanted if each not in FORMATS]
    if unknown or not wanted:
        asked = ", ".join(each or "an empty name" for each in unknown)
        begin = f"This version cannot export {asked}." if unknown else "No format was asked for."
        message = f"{begin} Formats that work: {', '.join(FORMATS)}."
        raise UsageError(message)
    return wanted


def _refuse_contradiction(run: StoredRun) -> None:
    checked = verify_run(run)
    if checked.agrees:
        return
    first = "; ".join(checked.differences[:3])
    message = f"Nothing was exported: the run does not agree with its data: {first}."
    raise ContradictionError(message)


def _write(out: Path, contents: dict[str, bytes]) -> list[Path]:
    with plain_disk_errors("The export"):
        if out.exists() and not out.is_dir():
            message = f"{out.name} is a file; give a folder for the export."
            raise PlannerError(message)
        out.mkdir(parents=True, exist_ok=True)
        beside = out / f".export-{secrets.token_hex(4)}"
        beside.mkdir()
        try:
            for name, content in contents.items():
                write_synced(beside / name, content)
            for name in contents:
                (beside / name).replace(out / name)
            sync_folder(out)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return [out / name for name in contents]
