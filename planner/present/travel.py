"""How sure travel figures are and where they come from, in words: one way to say both."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import fields

from planner.pack.figures import Figure
from planner.pack.modes_file import FILE as MODES_FILE
from planner.pack.travel_types import TravelParameters
from planner.pack.types import Pack
from planner.present.words import Words
from planner.travel import TravelTold

_FIRST_WORDS = re.compile(r":\s|;\s|\s\(")  # what follows explains the source
_BY_SPEED = ("great_circle", "network", "euclidean")  # models that go by the pack's speeds
_EXAMPLE_MIN = 120
_ONLY_NOUGHTS = re.compile(r"[^0-9]*0[^1-9]*")
_TOGETHER = str.maketrans(" ", "\N{NO-BREAK SPACE}")


def error_text(w: Words, told: TravelTold | None) -> str:
    """How far a travel figure may be off: `± 5 %`, or that it was not measured."""
    error = _error(told)
    if error is None:
        return w("travel.not_measured")
    return w("travel.plus_minus", v=percent(error)).translate(_TOGETHER)


def is_measured(told: TravelTold | None) -> bool:
    """Whether it is known how far travel figures are off."""
    return _error(told) is not None


def _error(told: TravelTold | None) -> float | None:
    """The error, None where nothing is known or half of the known roads have no way."""
    known = told is not None and told.error is not None and math.isfinite(told.error)
    return told.error if told is not None and known else None


def percent(share: float) -> int:
    """A share in whole percent; 0 only where there is no error at all."""
    return max(1, round(share * 100)) if share > 0 else 0


def with_error(w: Words, text: str, told: TravelTold | None) -> str:
    """A travel figure or the heading of such figures with its error: `63 min ± 5 %`."""
    error = error_beside(w, text, told)
    if not error:
        return text
    return f"{text} ({error})" if _error(told) is None else f"{text}\N{NO-BREAK SPACE}{error}"


def error_beside(w: Words, text: str, told: TravelTold | None) -> str:
    """The error of a travel figure in words; none beside `0.0 min`, of which no share is told."""
    return "" if _ONLY_NOUGHTS.fullmatch(text) else error_text(w, told)


def heading(w: Words, text: str, told: TravelTold | None, *, is_part: bool = False) -> str:
    """The heading of a table or a legend of travel figures: `Longest travel (± 5 %)`.

    `is_part`: travel is one figure among others there, so that it is named.
    """
    return f"{text} ({part_text(w, told) if is_part else error_text(w, told)})"


def part_text(w: Words, told: TravelTold | None) -> str:
    """The error of the travel in a figure that holds other time too: `travel ± 5 %`."""
    return w("travel.part", error=error_text(w, told)).translate(_TOGETHER)


def explanation(w: Words, told: TravelTold | None, pack: Pack) -> str:
    """What the error of a page's travel figures means, and their speeds; said once a page."""
    return " ".join(each for each in (_of_distances(w, told), _of_speeds(w, told, pack)) if each)


def _of_distances(w: Words, told: TravelTold | None) -> str:
    if told is None or _error(told) is None:
        return w("travel.explain_not_measured")
    error = error_text(w, told)
    if told.worst is None or not math.isfinite(told.worst):
        return w("travel.explain_no_way", error=error, n=told.known_count)
    key = "travel.explain_one" if told.known_count == 1 else "travel.explain"
    return w(key, error=error, n=told.known_count, worst=percent(told.worst))


def _of_speeds(w: Words, told: TravelTold | None, pack: Pack) -> str:
    """The speed that minutes rest on and what its span makes of them; nothing of other speeds."""
    found = _speeds(told, pack)
    if found is None:
        return ""
    speed, slow = found
    parts = {"speed": _span(w, speed), "mark": _mark(w, speed)}
    if slow is not None and pack.travel.slow_areas:
        parts["speed"] += w("travel.speed_slow", slow=_span(w, slow))
    said = w("travel.speed", **parts)
    if not 0 < speed.low < speed.high:
        return said
    ends = (w.minutes(_EXAMPLE_MIN * speed.value / end) for end in (speed.high, speed.low))
    least, most = ends
    shown = w("travel.speed_ends", example=w.minutes(_EXAMPLE_MIN), least=least, most=most)
    return f"{said} {shown}"


def _speeds(told: TravelTold | None, pack: Pack) -> tuple[Figure, Figure | None] | None:
    """The pack's speeds, the ordinary and the slow one; None where minutes come from elsewhere."""
    if told is None or told.model not in _BY_SPEED:
        return None
    if not told.mode:
        return pack.travel.speed_kmh, pack.travel.speed_slow_kmh
    mode = next((each for each in pack.modes if each.id == told.mode), None)
    return None if mode is None or mode.speed_kmh is None else (mode.speed_kmh, mode.speed_slow_kmh)


def _span(w: Words, figure: Figure) -> str:
    if figure.low == figure.high:
        return w("travel.plain_speed", value=w.number(figure.value))
    ends = {name: w.number(getattr(figure, name)) for name in ("value", "low", "high")}
    return w("travel.span_speed", **ends)


def _mark(w: Words, figure: Figure) -> str:
    return f": {w(f'mark.{figure.mark.confidence}')}" if figure.mark.confidence else ""


def model_name(w: Words, model: str) -> str:
    """What a travel model is called."""
    return w(f"travel.model_{model}")


def mode_name(w: Words, mode: str, pack: Pack) -> str:
    """What a mode of travel is called; nothing for a model's own door-to-door speeds."""
    if mode in ("", "mixed"):
        return w("travel.mode_mixed") if mode else ""
    return next((w.name(each) for each in pack.modes if each.id == mode), mode)


def way_name(w: Words, told: TravelTold, pack: Pack) -> str:
    """Model and mode together: what two sets of figures must share to be compared."""
    mode = mode_name(w, told.mode, pack)
    return ", ".join(each for each in (model_name(w, told.model), mode) if each)


def source_line(w: Words, told: TravelTold | None, pack: Pack) -> str:
    """The line under every map: model, mode, makers of the data and error of the travel there."""
    if told is None:
        return w("travel.line_unknown", error=error_text(w, told))
    way = way_name(w, told, pack)
    if named := makers(told, pack):
        way = f"{way} ({'; '.join(named)})"
    return w("travel.line", way=way, error=error_text(w, told))


def makers(told: TravelTold, pack: Pack) -> list[str]:
    """Who made the roads or the table that travel is measured on, in few words each.

    Where the pack's figures and road changes come from stands beside these, not under maps.
    """
    own = {change.mark.source for change in pack.road_changes}
    own |= {figure.mark.source for figure in _figures(pack.travel)}
    own |= {mode.mark.source or MODES_FILE for mode in pack.modes}
    named = (_FIRST_WORDS.split(each)[0] for each in told.sources if each and each not in own)
    return list(dict.fromkeys(named))


def _figures(travel: TravelParameters) -> Iterator[Figure]:
    given = (getattr(travel, each.name) for each in fields(travel))
    yield from (each for each in given if isinstance(each, Figure))
    yield from travel.class_speed_kmh.values()


def other_way(w: Words, here: TravelTold | None, there: TravelTold | None, pack: Pack) -> str:
    """What must be said where figures of two travel models meet; nothing where they agree."""
    if here is None or there is None or (here.model, here.mode) == (there.model, there.mode):
        return ""
    return w("travel.other_way", here=way_name(w, here, pack), there=way_name(w, there, pack))
