"""A drawing of a document, looked through before it becomes part of a page or a PDF."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_SHAPES = frozenset(
    {
        *("svg", "g", "defs", "use", "symbol", "marker", "clipPath", "mask", "pattern"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
        *("text", "tspan", "textPath", "title", "desc"),
        *("linearGradient", "radialGradient", "stop"),
    }
)
_PLACE = re.compile(r"url\(\s*(['\"]?)#([^)'\"]+)\1\s*\)")
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|javascript:|expression\(|@import", re.IGNORECASE)
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CODED = re.compile(r"&#(\d+);|&#x([0-9a-fA-F]+);")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing that holds shapes and words alone; `width` and `height` of its view box."""

    root: Element
    width: float
    height: float

    @property
    def shape(self) -> float:
        """Its height, of its width."""
        return self.height / self.width

    def words(self) -> str:
        """All its texts."""
        return "".join(self.root.itertext())

    def text(self) -> str:
        """The drawing as XML."""
        return tostring(self.root, encoding="unicode")


def drawing_of(svg: str) -> Drawing:
    """Read a drawing; letters that XML cannot hold are left out.

    Raises:
        ValueError: It is no SVG, has no view box, or holds what is not a shape or a text: a
            script, a style sheet, a picture, an event, or an address outside itself.
    """
    try:
        root = fromstring(_CODED.sub(_sound, _NO_XML.sub("", svg)), forbid_dtd=True)
    except (ParseError, DefusedXmlException) as error:
        raise ValueError(f"a drawing is no SVG: {error}") from error
    for element in root.iter():
        _require_safe(element)
        element.tag = element.tag.removeprefix(_SVG)
    if root.tag != "svg":
        raise ValueError(f"a drawing is no SVG: it begins with {root.tag!r}")
    width, height = _box(root)
    root.set("xmlns", _SVG.strip("{}"))
    return Drawing(root, width, height)


def in_page(svg: str, name: str, title: str, alt: str) -> str:
    """The drawing as part of a page: told as a picture, its places named apart from others'.

    Args:
        svg: The drawing.
        name: In plain letters, of this drawing alone on its page.
        title: What it is called.
        alt: What it shows.
    """
    drawing = drawing_of(svg)
    root = drawing.root
    for element in root.iter():
        for key, value in element.attrib.items():
            element.set(key, _PLACE.sub(rf"url(#{name}-\2)", value))
        if "id" in element.attrib:
            element.set("id", f"{name}-{element.get('id')}")
        for key in ("href", _LINK):
            if key in element.attrib:
                element.set("href", f"#{name}-{element.attrib.pop(key)[1:]}")
    for key in ("width", "height", "aria-label", "class", "style", "id"):
        root.attrib.pop(key, None)
    told, called = Element("desc", id=f"{name}-desc"), Element("title", id=f"{name}-title")
    told.text, called.text = alt, title
    root.insert(0, told)
    root.insert(0, called)
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    return drawing.text()


@dataclass(frozen=True, slots=True)
class Word:
    """A text of a drawing, lifted from it: its place, height and line in units of the view box."""

    text: str
    x: float
    y: float
    size: float
    anchor: str
    fill: str
    edge: str
    edge_width: float


def lifted(drawing: Drawing, needs: Callable[[str], bool]) -> list[Word]:
    """Take the texts that need it out of a drawing.

    A text that is turned, or made of parts, has no place of its own: it stays.
    """
    above = {child: parent for parent in drawing.root.iter() for child in parent}
    words: list[Word] = []
    for element in [each for each in drawing.root.iter("text") if needs("".join(each.itertext()))]:
        line = [element]
        while line[-1] in above:
            line.append(above[line[-1]])
        word = _word(element, line)
        if word is not None:
            above[element].remove(element)
            words.append(word)
    return words


def _word(element: Element, line: Sequence[Element]) -> Word | None:
    def given(key: str, otherwise: str) -> str:
        return next((each.attrib[key] for each in line if key in each.attrib), otherwise)

    if len(element) or any("transform" in each.attrib for each in line):
        return None
    try:
        return Word(
            text="".join(element.itertext()),
            x=float(element.get("x", "0")),
            y=float(element.get("y", "0")),
            size=float(given("font-size", "16").removesuffix("px")),
            anchor=given("text-anchor", "start"),
            fill=given("fill", "#000000"),
            edge=given("stroke", ""),
            edge_width=float(given("stroke-width", "1").removesuffix("px")),
        )
    except ValueError:
        return None


def reworded(drawing: Drawing, told: Callable[[str], str]) -> None:
    """Put each text of a drawing, and each part of one, in other letters."""
    for element in drawing.root.iter():
        element.text = told(element.text) if element.text else element.text
        element.tail = told(element.tail) if element.tail else element.tail


def _sound(coded: re.Match[str]) -> str:
    decimal, digits = coded.groups()
    code = int(decimal) if decimal else int(digits, 16)
    try:
        return "" if _NO_XML.match(chr(code)) else coded.group()
    except (ValueError, OverflowError):
        return ""


def _require_safe(element: Element) -> None:
    name = element.tag.removeprefix(_SVG)
    if name not in _SHAPES:
        raise ValueError(f"a drawing holds <{name}>, which is no shape")
    for key, value in element.attrib.items():
        local = key.rpartition("}")[2].lower()
        is_coded = local == "style" and "\\" in value
        if local.startswith("on") or is_coded or _OUTSIDE.search(value):
            raise ValueError(f"a drawing does something: {local}={value!r}")
        if local in {"href", "src"} and not value.startswith("#"):
            raise ValueError(f"a drawing points outside itself: {value!r}")


def _box(root: Element) -> tuple[float, float]:
    try:
        _, _, width, height = (float(each) for each in root.get("viewBox", "").split())
    except ValueError as error:
        raise ValueError("a drawing has no view box") from error
    if not (width > 0 and height > 0):
        raise ValueError("a drawing's view box is empty")
    return width, height
