"""Serves what the maps load: shipped scripts, and a pack's outlines written once a content."""

from __future__ import annotations

import hashlib
import os
import tempfile
from functools import cache
from pathlib import Path

import streamlit.components.v1 as components

from planner.pack.place import home
from planner.pack.types import Pack
from planner.present.geometry import outlines_script
from planner.present.places import Places
from planner.present.shipped import ASSETS, DRAWING, text_of
from planner.runs.files import own_prefix, plain_disk_errors, replace_file

# A map's frame is served at component/<name>/index.html; going up one level keeps the address
# relative, so that it also holds behind a proxy that adds a prefix.
_SHIPPED = f"../{__name__}.shipped"
_MADE = f"../{__name__}.made"


def scripts(pack: Pack) -> list[tuple[str, str]]:
    """The scripts of a map, in the order they are needed, with addresses relative to its frame."""
    _declare()
    return [
        ("drawing", f"{_MADE}/{_made('drawing', _drawing())}"),
        ("outlines", f"{_MADE}/{outlines_file(pack)}"),
    ]


@cache
def _drawing() -> str:
    """All shipped scripts of a map as one: a frame loads its scripts one after another."""
    names = ["vendor/leaflet/leaflet", "vendor/jquery/jquery.min", *DRAWING]
    return "\n;\n".join(text_of(f"{name}.js") for name in names)


def page_script(name: str = "page.js") -> str:
    """The address of a script of the page itself, relative to the page."""
    _declare()
    return f"{_SHIPPED.replace('../', 'component/')}/{_versioned(name)}"


def styles() -> list[tuple[str, str]]:
    """The style sheets of a map."""
    return [
        ("leaflet", f"{_SHIPPED}/vendor/leaflet/leaflet.css"),
        ("map", f"{_SHIPPED}/{_versioned('map.css')}"),
    ]


def _declare() -> None:
    """Tell Streamlit the two folders; it forgets them when no page is being drawn."""
    components.declare_component("shipped", path=str(ASSETS))
    components.declare_component("made", path=str(made_folder()))


def _versioned(name: str) -> str:
    """A name that changes with the content, so that no browser keeps an old script."""
    digest = hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:10]
    return f"{name}?{digest}"


def made_folder() -> Path:
    """The user's folder for outlines; one of this process where that cannot be written."""
    folder = home() / "outlines"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return _own_folder()
    return folder if os.access(folder, os.W_OK) else _own_folder()


@cache
def _own_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix=own_prefix("outlines")))


def outlines_file(pack: Pack) -> str:
    """The name of the file with a pack's outlines, written if it is not there yet."""
    return _made("outlines", outlines_script(pack))


def places_address(places: Places) -> str:
    """The address of the land round demand points, relative to a map's frame.

    A map asks for it when it draws such land for the first time.
    """
    return f"{_MADE}/{_made('places', places.script)}"


def _made(kind: str, text: str) -> str:
    """The name of a file that holds a text, written if it is not there yet."""
    name = f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.js"
    target = made_folder() / name
    if not target.is_file():
        with plain_disk_errors("A part of the map"):
            replace_file(target, text.encode())
    return name
