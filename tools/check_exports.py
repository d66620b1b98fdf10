"""Opens exported files in QGIS and LibreOffice, where they are installed, and compares figures.

Not part of the tests: it needs Debian's packages `python3-qgis` and `libreoffice-calc`.

    planner export RUN --format csv,xlsx,gpkg --out DIR
    python tools/check_exports.py DIR [--pictures DIR]
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MOST = 20  # differences told
SHOWN = (("branches", "duplicates", "areas"), ("branches", "assignment_lines", "catchments"))
_AS_TABLES = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


def main() -> int:
    """Check the files of a folder; 0 where all is well, 1 where not, 2 where nothing could be."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pictures", type=Path, help="draw the layers into this folder")
    parser.add_argument("--inside-qgis", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.inside_qgis:
        print(json.dumps(_look(next(args.folder.glob("*-plan.gpkg")), args.pictures)), flush=True)
        os._exit(0)  # QGIS falls over its own layers when Python ends as usual
    done = [*_libreoffice(args.folder), *_qgis(args.folder, args.pictures)]
    wrong = [line for line in done if line.startswith("WRONG")]
    for line in [line for line in done if line not in wrong] + wrong[:MOST]:
        print(line)
    if len(wrong) > MOST:
        print(f"... and {len(wrong) - MOST} more")
    if any(line.startswith("WRONG") for line in done):
        return 1
    return 0 if any(line.startswith("ok") for line in done) else 2


# -- LibreOffice -----------------------------------------------------------------------------


def _libreoffice(folder: Path) -> Iterator[str]:
    """Each sheet as LibreOffice reads it against the CSV file of the same table."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        yield "LibreOffice is not installed: the workbook was not opened."
        return
    book = next(folder.glob("*-plan.xlsx"))
    with tempfile.TemporaryDirectory() as work:
        asked = [office, "--headless", f"-env:UserInstallation=file://{work}/home"]
        asked += ["--convert-to", _AS_TABLES, "--outdir", work, str(book)]
        ended = subprocess.run(asked, capture_output=True, text=True, timeout=300, check=False)
        sheets = {
            path.stem.removeprefix(f"{book.stem}-"): _rows(path)
            for path in Path(work).glob("*.csv")
        }
    if ended.returncode or not sheets:
        yield f"WRONG LibreOffice cannot open {book.name}: {ended.stderr.strip()}"
        return
    names = _titles(folder)
    compared = 0
    for key, title in names.items():
        if key == "summary":
            continue
        mine = _rows(next(folder.glob(f"*-{key}.csv")))[1:]
        theirs = sheets[title][1:]
        if len(mine) != len(theirs):
            yield f"WRONG {title}: {len(theirs)} rows in LibreOffice, {len(mine)} in CSV"
            continue
        for number, (one, two) in enumerate(zip(mine, theirs, strict=True), start=2):
            for a, b in zip(one, two, strict=False):
                if _is_number(a) and not _alike(a, b):
                    yield f"WRONG {title}, row {number}: {b} in LibreOffice, {a} in CSV"
                compared += _is_number(a)
    yield f"ok LibreOffice: {len(sheets)} sheets, {compared:,} figures compared with CSV"


def _titles(folder: Path) -> dict[str, str]:
    """The titles of the sheets by the keys of their tables, as the dictionary tells them."""
    rows = _rows(next(folder.glob("*-dictionary.csv")))
    told = {row[1].removesuffix(".csv"): row[0] for row in rows[1:]}
    return {key: title for key, title in told.items() if key != "changes"}


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _alike(one: str, two: str) -> bool:
    """Whether LibreOffice tells a figure; it writes fifteen digits, and shares as per cent."""
    is_share = two.endswith("%")
    plain = two.removesuffix("%")
    if not _is_number(plain):
        return False
    return math.isclose(float(one) * (100 if is_share else 1), float(plain), rel_tol=1e-12)


# -- QGIS ------------------------------------------------------------------------------------


def _qgis(folder: Path, pictures: Path | None) -> Iterator[str]:
    """What QGIS makes of each layer, drawn with the styles in the file."""
    pythons = [path for path in (sys.executable, "/usr/bin/python3") if Path(path).exists()]
    probe = [sys.executable, "-c", "import qgis.core"]
    able = [
        path
        for path in pythons
        if not subprocess.run([path, *probe[1:]], capture_output=True, check=False).returncode
    ]
    if not able:
        yield "QGIS is not installed: the GeoPackage was not opened."
        return
    asked = [able[0], __file__, str(folder), "--inside-qgis"]
    asked += ["--pictures", str(pictures)] if pictures else []
    ended = subprocess.run(
        asked,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    if ended.returncode:
        yield f"WRONG QGIS: {ended.stderr.strip()[-400:]}"
        return
    for line in ended.stderr.splitlines():
        if line.startswith(("Warning", "ERROR")):
            yield f"WRONG QGIS: {line}"
    for each in json.loads(ended.stdout):
        table = {"demand_points": "points", "assignment_lines": None, "catchments": None}.get(
            each["layer"], each["layer"]
        )
        rows = len(_rows(next(folder.glob(f"*-{table}.csv")))) - 1 if table else each["features"]
        well = each["valid"] and each["rules"] and not each["faults"] and each["features"] == rows
        told = f"{each['layer']}: {each['features']} features, {each['rules']} rules"
        yield f"ok QGIS {told}" if well else f"WRONG QGIS {told}; {each['faults']}; rows {rows}"


def _look(package: Path, pictures: Path | None) -> list[dict[str, Any]]:
    """Inside QGIS: each layer with the style that it opens with; pictures of some together."""
    from qgis.core import (  # noqa: PLC0415 - only where QGIS is  # type: ignore[import-not-found]
        QgsApplication,
        QgsExpression,
        QgsMapRendererParallelJob,
        QgsMapSettings,
        QgsVectorLayer,
    )
    from qgis.PyQt.QtCore import QSize  # noqa: PLC0415
    from qgis.PyQt.QtGui import QColor  # noqa: PLC0415

    app = QgsApplication([], False)  # lives as long as the layers do
    app.initQgis()
    names = dict.fromkeys((*(each for shown in SHOWN for each in shown), "demand_points"))
    layers = {name: QgsVectorLayer(f"{package}|layername={name}", name, "ogr") for name in names}
    found = []
    for name, layer in layers.items():
        rules = layer.renderer().rootRule().children()
        texts = [rule.filterExpression() for rule in rules]
        faults = [
            QgsExpression(each).parserErrorString() for each in texts if each not in ("", "ELSE")
        ]
        found.append(
            {
                "layer": name,
                "valid": layer.isValid(),
                "features": layer.featureCount(),
                "rules": len(rules),
                "faults": [each for each in faults if each],
            }
        )
    for number, shown in enumerate(SHOWN if pictures else (), start=1):
        settings = QgsMapSettings()
        settings.setLayers([layers[name] for name in shown])
        settings.setOutputSize(QSize(1000, 1100))
        settings.setBackgroundColor(QColor("white"))
        settings.setExtent(layers["areas"].extent())
        settings.setDestinationCrs(layers["areas"].crs())
        job = QgsMapRendererParallelJob(settings)
        job.start()
        job.waitForFinished()
        pictures.mkdir(parents=True, exist_ok=True)
        job.renderedImage().save(str(pictures / f"layers-{number}.png"))
    return found


if __name__ == "__main__":
    sys.exit(main())
