"""Where packs are: the built-in ones, those of one's own, and any folder."""

from __future__ import annotations

import stat
from pathlib import Path

from planner.errors import Fault, InputError, nearest
from planner.pack.own_note import own_folder, own_ids, own_root, seen_ids

DEFAULT_PACK = "immigration"  # the built-in pack that is meant where none is named
_PACKAGE = Path(__file__).resolve().parent.parent


def bundle_root() -> Path:
    """The folder that holds `app.py`, `app_pages`, `.streamlit` and `data`."""
    bundle = _PACKAGE / "_bundle"
    return bundle if bundle.is_dir() else _PACKAGE.parent


def data_root() -> Path:
    """The folder that holds `counties/` and the built-in packs."""
    return bundle_root() / "data"


def builtin_packs() -> tuple[str, ...]:
    """The ids of the built-in packs, sorted."""
    root = data_root()
    if not root.is_dir():
        return ()
    return tuple(sorted(each.parent.name for each in root.glob("*/pack.toml")))


def find_pack(name_or_path: str, relative_to: Path | None = None) -> Path:
    """The folder of a pack, from an id or a path.

    A built-in id comes first, then a folder, then the id of a pack of one's own.

    Args:
        name_or_path: A built-in id, a folder (or the `pack.toml` in it), or the id of a pack of
            one's own.
        relative_to: The folder that a relative path starts from; then the working folder.

    Raises:
        InputError: When there is no such pack; the known ids are named.
    """
    known = builtin_packs()
    is_closed = False
    if name_or_path in known:
        return data_root() / name_or_path
    starts = [Path.cwd()] if relative_to is None else [relative_to, Path.cwd()]
    for start in starts:
        try:
            folder = _pack_folder(start / name_or_path) if name_or_path.strip() else None
        except PermissionError:
            is_closed = True
            continue
        if folder is not None:
            return folder
    own = own_folder(own_root(), name_or_path)
    if own is not None:
        return own
    if is_closed:
        raise InputError(
            [
                Fault(
                    file=Path(name_or_path).name,
                    row=None,
                    column=None,
                    found="a folder that cannot be read: no permission",
                    expected="a folder with pack.toml",
                    message="Ask its owner for permission to open it",
                )
            ]
        )
    mine = seen_ids(own_root())
    alike = nearest(name_or_path, (*known, *mine))
    hint = f"Did you mean {alike[0]}? " if alike else ""
    within = (each for start in starts for each in _packs_within(start / name_or_path))
    if names := list(dict.fromkeys(within)):
        hint = f"Did you mean {' or '.join(names)} within it? "
    listed = f"Built-in packs: {', '.join(known) or 'none'}"
    listed += f"; of your own: {', '.join(mine)}" if mine else ""
    raise InputError(
        [
            Fault(
                file=Path(name_or_path).name or name_or_path,
                row=None,
                column=None,
                found="no data pack",
                expected="a built-in pack, one of your own, or a folder with pack.toml",
                message=f"{hint}{listed}",
            )
        ]
    )


def name_of_pack(folder: Path) -> str:
    """How a pack is named for good: by its id where `find_pack` knows one, else by its folder."""
    folder = folder.resolve()
    for name in builtin_packs():
        if (data_root() / name).resolve() == folder:
            return name
    for name in own_ids(own_root()):
        own = own_folder(own_root(), name)
        if own is not None and own.resolve() == folder:
            return name
    return str(folder)


def _packs_within(folder: Path) -> list[str]:
    """The packs directly within a folder, as a folder of scenarios may keep one."""
    try:
        return sorted(each.parent.name for each in folder.glob("*/pack.toml"))
    except (OSError, ValueError):
        return []


def _pack_folder(path: Path) -> Path | None:
    try:
        if path.name == "pack.toml" and _is_file(path):
            return path.parent.resolve()
        if _is_file(path / "pack.toml"):
            return path.resolve()
    except PermissionError:
        raise
    except (OSError, ValueError):
        return None
    return None


def _is_file(path: Path) -> bool:
    """Whether there is such a file; unlike `Path.is_file` never silent about permissions."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
