"""A map as a file of its own: scripts, outlines and data stand in it, and nothing is loaded."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from planner.pack.types import Pack
from planner.present.escape import html_text, script_data
from planner.present.geometry import outlines_script
from planner.present.maps.ground import DrawnLayer, Ground
from planner.present.shipped import text_of
from planner.present.words import Words

_STYLES = ("vendor/leaflet/leaflet.css", "map.css", "standalone.css")
_SCRIPTS = ("vendor/leaflet/leaflet.js", "map.js", "marks.js", "step.js")
_PICTURES = re.compile(r"[^{}]*\{[^{}]*url\([^{}]*\}")  # of controls that are not used here


@dataclass(frozen=True, slots=True)
class Shown:
    """One view of the map: its name, and its layers, the lowest first."""

    name: str
    layers: Sequence[DrawnLayer]


def map_page(
    pack: Pack,
    words: Words,
    views: Sequence[Shown],
    *,
    title: str,
    said: Sequence[str],
    below: str,
) -> bytes:
    """A page that stands alone, in UTF-8; its policy lets it load nothing and send nothing.

    Args:
        pack: Whose outlines are the ground.
        words: Of the page.
        views: What the map can show, the first one first; layers whose land is loaded when it is
            needed (small areas, lines, gaps) cannot stand in a file.
        title: Of the page.
        said: Sentences above the map.
        below: Markup under the map, its texts escaped.
    """
    ground = Ground(" · ".join(pack.attribution), words("map.legend"), answers=False)
    shown = {
        "ground": {**ground.given, "two_fingers": words("maps.two_fingers")},
        "views": [
            [{"call": layer.call, "data": layer.given} for layer in view.layers] for view in views
        ],
    }
    scripts = [
        *(text_of(name) for name in _SCRIPTS),
        outlines_script(pack),
        f"window.ugatuzi.shown = {script_data(shown)};\n",
        text_of("standalone.js"),
    ]
    styles = "\n".join(_PICTURES.sub("", text_of(name)) for name in _STYLES)
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        f"script-src {' '.join(map(_digest, scripts))}; base-uri 'none'; form-action 'none'"
    )
    body = [
        f"<header><h1>{html_text(title)}</h1>",
        *(f"<p>{html_text(text)}</p>" for text in said),
        f"</header><main>{_choice(words, views)}",
        '<div id="root"><div id="parent"><div class="float-child">',
        '<div id="map_div"></div></div></div></div><div id="legend"></div>',
        f"<noscript><p>{html_text(words('export.needs_script'))}</p></noscript>",
        f"{below}</main>",
        *(f"<script>{script}</script>" for script in scripts),
    ]
    return (
        f'<!doctype html>\n<html lang="{words.language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html_text(title)}</title><style>{styles}</style></head>"
        f"<body>{''.join(body)}</body></html>\n"
    ).encode()


def _choice(words: Words, views: Sequence[Shown]) -> str:
    if len(views) < 2:
        return ""
    buttons = "".join(
        f'<label><input type="radio" name="view"{" checked" if at == 0 else ""}>'
        f"{html_text(view.name)}</label>"
        for at, view in enumerate(views)
    )
    return f"<fieldset><legend>{html_text(words('maps.show'))}</legend>{buttons}</fieldset>"


def _digest(script: str) -> str:
    """By what the policy knows a script that may run."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"'sha256-{digest}'"
