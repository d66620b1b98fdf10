"""What the program brings along to draw with: style sheets and scripts, as files."""

from pathlib import Path

ASSETS = Path(__file__).parent / "assets"
DRAWING = ("map", "marks", "places", "step", "pair")  # our own scripts, each on the ones before


def text_of(name: str) -> str:
    """A shipped file's text."""
    return (ASSETS / name).read_text(encoding="utf-8")
