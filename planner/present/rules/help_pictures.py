"""Small pictures that show what a rule does; each carries its own ground, for light and dark.

A picture stands in a help text as an image of its own, so it cannot take colours from the page: its
ground is pale and its lines are dark enough on it, whatever the page's colours are.
"""

from __future__ import annotations

import base64
from functools import cache

_WIDTH, _HEIGHT = 220, 88
_GROUND, _LINE, _INK = "#f4f1e8", "#8a938f", "#1c2624"
_TODAY, _NEW, _WRONG, _LAND = "#0b5e4a", "#0072b2", "#b3400e", "#dfe6da"


def _circle(
    x: float, y: float, r: float, fill: str, *, stroke: str = "none", dash: str = ""
) -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    shape = f'cx="{x:g}" cy="{y:g}" r="{r:g}"'
    return f'<circle {shape} fill="{fill}" stroke="{stroke}" stroke-width="1.5"{dashed}/>'


def _line(
    x: float, y: float, to_x: float, to_y: float, colour: str = _INK, width: float = 1.5
) -> str:
    return f'<path d="M{x:g} {y:g}L{to_x:g} {to_y:g}" stroke="{colour}" stroke-width="{width:g}"/>'


def _text(x: float, y: float, said: str, colour: str = _INK, size: int = 13) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" fill="{colour}" font-family="sans-serif" font-size="{size}" '
        f'text-anchor="middle">{said}</text>'
    )


def _box(x: float, y: float, width: float, height: float, fill: str, stroke: str = _LINE) -> str:
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="3" fill="{fill}" '
        f'stroke="{stroke}"/>'
    )


def _today(x: float, y: float, size: float = 8) -> str:
    return _box(x - size, y - size, 2 * size, 2 * size, _TODAY, _TODAY)


def _new(x: float, y: float, size: float = 9) -> str:
    return _circle(x, y, size, _NEW)


def _crossed(x: float, y: float, size: float = 8) -> str:
    return _line(x - size, y - size, x + size, y + size, _WRONG, 3) + _line(
        x - size, y + size, x + size, y - size, _WRONG, 3
    )


def _person(x: float, y: float) -> str:
    return (
        _circle(x, y - 6, 3.5, _INK) + f'<path d="M{x - 5:g} {y + 8:g}q5 -14 10 0z" fill="{_INK}"/>'
    )


def _areas(*marks: str) -> str:
    """Three areas side by side, each with what stands in it."""
    boxes = [_box(12 + 67 * k, 14, 62, 60, _LAND) for k in range(3)]
    return "".join(boxes) + "".join(marks)


def _bars(*heights: float, colours: tuple[str, ...]) -> str:
    step = 34
    first = _WIDTH / 2 - step * len(heights) / 2
    drawn = [
        _box(first + step * k + 4, 76 - height, step - 8, height, colours[k], colours[k])
        for k, height in enumerate(heights)
    ]
    return "".join(drawn) + _line(first - 8, 76, first + step * len(heights) + 8, 76)


def _coins(x: float, y: float, count: int, colour: str = _TODAY) -> str:
    return "".join(
        f'<ellipse cx="{x:g}" cy="{y - 8 * k:g}" rx="15" ry="6" fill="{colour}" '
        f'stroke="{_GROUND}"/>'
        for k in range(count)
    )


_TWO_NEAR = (
    _circle(86, 44, 34, "none", stroke=_LINE, dash="4 3")
    + _circle(134, 44, 34, "none", stroke=_LINE, dash="4 3")
    + _line(86, 44, 134, 44, _WRONG, 2.5)
    + _today(86, 44)
    + _new(134, 44)
)
_DRAWN = {
    "travel": _person(40, 50)
    + f'<path d="M52 50C90 16 130 80 168 46" fill="none" stroke="{_INK}" stroke-width="2" '
    f'stroke-dasharray="5 4"/>' + _today(180, 44),
    "fairness": _bars(16, 22, 28, 36, 62, colours=(_LINE, _LINE, _LINE, _LINE, _WRONG)),
    "count": "".join(_today(34 + 30 * k, 44) for k in range(3))
    + "".join(_new(126 + 30 * k, 44) for k in range(2))
    + _text(198, 50, "…"),
    "new": _today(40, 44)
    + _text(78, 50, "+", size=22)
    + "".join(_new(112 + 32 * k, 44) for k in range(3)),
    "existing": _today(56, 44) + _today(110, 44) + _today(164, 44) + _crossed(164, 44, 12),
    "mix": _box(46, 16, 56, 56, _LAND)
    + _box(118, 16, 56, 56, _LAND)
    + _text(74, 38, "A B")
    + _text(74, 60, "C")
    + _text(146, 50, "B"),
    "floor": _areas(_today(43, 44), _new(110, 44), _new(177, 44)),
    "floor_service": _areas(
        _new(43, 36), _new(110, 36), _new(177, 36), *(_text(43 + 67 * k, 66, "A") for k in range(3))
    ),
    "yearly": _coins(70, 66, 3)
    + _coins(110, 66, 4)
    + _coins(150, 66, 3)
    + f'<path d="M60 22a60 26 0 0 1 100 0" fill="none" stroke="{_INK}" stroke-width="1.5"/>'
    + _line(160, 22, 152, 17)
    + _line(160, 22, 160, 12),
    "once": _coins(64, 64, 5, _NEW)
    + _line(92, 46, 124, 46)
    + _line(124, 46, 117, 41)
    + _line(124, 46, 117, 51)
    + _new(152, 46, 14),
    "divisions": _coins(56, 70, 5, _TODAY) + _coins(110, 70, 3, _NEW) + _coins(164, 70, 2, _WRONG),
    "near": _TWO_NEAR,
    "price": _TWO_NEAR + _coins(196, 60, 3),
    "load": _today(110, 44, 12)
    + "".join(_person(24 + 16 * k, 46) for k in range(4))
    + "".join(_person(146 + 16 * k, 46) for k in range(4)),
    "standard": _today(110, 44)
    + _circle(110, 44, 36, "none", stroke=_TODAY, dash="5 4")
    + _person(92, 52)
    + _person(130, 38)
    + _person(186, 46),
    "counters": "".join(_box(44 + 46 * k, 20, 38, 16, _TODAY, _TODAY) for k in range(3))
    + "".join(_person(63 + 46 * k, 56) for k in range(3)),
    "single": _person(40, 44)
    + _line(54, 44, 150, 24, _TODAY, 2.5)
    + _today(164, 24)
    + _line(54, 46, 150, 66, _LINE, 1.5)
    + _new(164, 66)
    + _crossed(108, 57, 6),
    "formats": _box(40, 50, 22, 22, _NEW, _NEW)
    + _box(86, 36, 36, 36, _NEW, _NEW)
    + _box(146, 20, 52, 52, _NEW, _NEW),
    "growth": _bars(20, 30, 42, 58, colours=(_TODAY,) * 4),
    "range": _bars(24, 40, 60, colours=(_LINE, _TODAY, _LINE)),
    "records": _box(70, 12, 80, 64, "#ffffff")
    + "".join(_line(82, 28 + 14 * k, 138, 28 + 14 * k, _LINE, 2) for k in range(4)),
    "need": _person(54, 60)
    + _person(166, 26)
    + _line(24, 72, 196, 30, _INK, 2.5)
    + _text(54, 30, "\N{MULTIPLICATION SIGN} 1")
    + _text(166, 66, "\N{MULTIPLICATION SIGN} 2"),
    "choice": _person(60, 44)
    + _line(72, 44, 112, 30, _INK, 3)
    + _today(124, 26)
    + _line(72, 46, 160, 66, _LINE, 1.5)
    + _today(174, 66, 11),
    "online": _box(44, 18, 60, 40, "#ffffff", _INK)
    + _line(60, 66, 88, 66, _INK, 3)
    + f'<path d="M62 38l9 9 17 -17" fill="none" stroke="{_TODAY}" stroke-width="3"/>'
    + _today(164, 44)
    + _crossed(134, 44, 6),
    "information": _text(46, 56, "?", _WRONG, 34)
    + f'<path d="M74 44h56m-8 -6l8 6l-8 6" fill="none" stroke="{_INK}" stroke-width="2"/>'
    + f'<path d="M152 46l12 12 24 -28" fill="none" stroke="{_TODAY}" stroke-width="5"/>',
    "gap": _line(36, 64, 190, 64, _INK, 1.5)
    + _line(60, 24, 60, 72, _TODAY, 3)
    + _line(96, 24, 96, 72, _NEW, 3)
    + f'<path d="M64 44h28m-6 -5l6 5l-6 5m-16 -10l-6 5l6 5" fill="none" stroke="{_INK}"/>',
    "clock": _circle(110, 44, 30, "#ffffff", stroke=_INK)
    + _line(110, 44, 110, 22, _INK, 2.5)
    + _line(110, 44, 126, 52, _INK, 2.5),
    "locks": _today(50, 44) + f'<path d="M96 58l14 -26l14 26z" fill="{_NEW}"/>' + _crossed(170, 44),
}
NAMES = tuple(_DRAWN)


@cache
def address(name: str) -> str:
    """A picture as an address that holds it whole, for an image in a help text."""
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}"><rect width="{_WIDTH}" height="{_HEIGHT}" rx="6" '
        f'fill="{_GROUND}"/>{_DRAWN[name]}</svg>'
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"
