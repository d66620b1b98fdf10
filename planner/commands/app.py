"""The command that opens the web app; it loads nothing that the server does not wait for."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from planner import pack as packs
from planner.serve import serve

if TYPE_CHECKING:
    from planner.commands.options import Add


def add_commands(add: Add) -> None:
    """Adds app."""
    app = add("app", _app, "open the web app")
    app.add_argument("pack", nargs="?", help=f"a built-in pack or a folder ({packs.DEFAULT_PACK})")
    app.add_argument("--port", type=int, default=8501, help="port on 127.0.0.1 (8501)")
    app.add_argument("--no-browser", action="store_true", help="do not open a browser")


def _app(args: argparse.Namespace) -> int:
    folder = packs.find_pack(args.pack) if args.pack else None
    if folder is not None:
        packs.read_pack(folder)  # its faults are told here, before a page is opened
    return serve(args.port, open_browser=not args.no_browser, pack=folder)
