"""Ground and state as one pointer each for compiled code.

A kernel that takes forty arrays takes most of a second to compile, whatever it does, and there are
thirty kernels. The arrays are those of the tuples: both sides see every change.
"""

# mypy: disable-error-code="no-untyped-call,untyped-decorator,misc"

from __future__ import annotations

from typing import Any

from numba import types
from numba.experimental import structref

from planner.optimize.engine.compiled import compiled
from planner.optimize.engine.state import Ground, State


@structref.register
class _GroundType(types.StructRef):
    """Numba's type of `Ground`."""


@structref.register
class _StateType(types.StructRef):
    """Numba's type of `State`."""


class GroundHandle(structref.StructRefProxy):
    """A `Ground` that kernels take as one argument."""


class StateHandle(structref.StructRefProxy):
    """A `State` that kernels take as one argument."""


structref.define_proxy(GroundHandle, _GroundType, list(Ground._fields))
structref.define_proxy(StateHandle, _StateType, list(State._fields))


@compiled
def _ground_handle(fields: Any) -> Any:
    return GroundHandle(*fields)


@compiled
def _state_handle(fields: Any) -> Any:
    return StateHandle(*fields)


def ground_handle(ground: Ground) -> Any:
    """The handle of a ground."""
    return _ground_handle(tuple(ground))


def state_handle(state: State) -> Any:
    """The handle of a state."""
    return _state_handle(tuple(state))
