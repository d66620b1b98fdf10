"""The engine: seconds to a proved bound and good networks, in front of the model in PuLP."""

from planner.optimize.engine.bound import relaxation_of
from planner.optimize.engine.engine import EngineResult, run_engine
from planner.optimize.engine.fixing import Fixed, fixed_at, narrowed_instance
from planner.optimize.engine.instance import (
    Instance,
    instance_of,
    plain_instance,
    rules_left_out,
)
from planner.optimize.engine.warm import is_warm, warm_up

__all__ = [
    "EngineResult",
    "Fixed",
    "Instance",
    "fixed_at",
    "instance_of",
    "is_warm",
    "narrowed_instance",
    "plain_instance",
    "relaxation_of",
    "rules_left_out",
    "run_engine",
    "warm_up",
]
