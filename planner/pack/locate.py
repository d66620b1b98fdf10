"""Where the built-in files are, in a checkout and in an installed package."""

from __future__ import annotations

from pathlib import Path

from planner.errors import Fault, InputError, nearest

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
    """The folder of a pack, from a built-in id or a path.

    Args:
        name_or_path: A built-in id, or a folder (or the `pack.toml` in it).
        relative_to: The folder that a relative path starts from; then the working folder.

    Raises:
        InputError: When there is no such pack; the built-in ids are named.
    """
    known = builtin_packs()
    if name_or_path in known:
        return data_root() / name_or_path
    starts = [Path.cwd()] if relative_to is None else [relative_to, Path.cwd()]
    for start in starts:
        folder = _pack_folder(start / name_or_path) if name_or_path.strip() else None
        if folder is not None:
            return folder
    alike = nearest(name_or_path, known)
    hint = f"Did you mean {alike[0]}? " if alike else ""
    raise InputError(
        [
            Fault(
                file=Path(name_or_path).name or name_or_path,
                row=None,
                column=None,
                found="no data pack",
                expected="a built-in pack, or a folder with pack.toml",
                message=f"{hint}Built-in packs: {', '.join(known) or 'none'}",
            )
        ]
    )


def _pack_folder(path: Path) -> Path | None:
    try:
        if path.name == "pack.toml" and path.is_file():
            return path.parent.resolve()
        if (path / "pack.toml").is_file():
            return path.resolve()
    except (OSError, ValueError):
        return None
    return None
