"""How long an explanation may take, as a whole and in its parts."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Watch:
    """Until a moment of `time.monotonic`, or until a stop is asked for."""

    until: float
    asked_to_stop: Callable[[], bool] | None = None

    @property
    def left(self) -> float:
        """Seconds left; none once a stop was asked for."""
        if self.asked_to_stop is not None and self.asked_to_stop():
            return 0.0
        return self.until - time.monotonic()

    def part(self, share: float, *, least: float = 0.0) -> Watch:
        """A share of the time that is left, or `least` seconds of it where that is more."""
        seconds = max(share * max(0.0, self.left), least)
        return replace(self, until=min(self.until, time.monotonic() + seconds))
