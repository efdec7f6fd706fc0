"""The learning rate over a training."""

import math
from typing import Protocol

from rtsynth_train.core.stretch import Stretch


class Schedule(Protocol):
    """The settings that it depends on."""

    @property
    def steps(self) -> int: ...
    @property
    def rate(self) -> float: ...
    @property
    def final_rate(self) -> float | None: ...
    @property
    def warm_up_steps(self) -> int: ...


def learning_rate(step: int, schedule: Schedule, stretch: Stretch | None = None) -> float:
    """Linear warm-up, then half a cosine from `rate` to `final_rate`, or `rate` throughout; over
    the steps of `stretch`, if one is given.
    """
    stretch = stretch or Stretch(schedule.steps, schedule.steps)
    warm_up_steps = stretch.short(schedule.warm_up_steps)
    if step < warm_up_steps:
        return schedule.rate * (step + 1) / warm_up_steps
    if schedule.final_rate is None:
        return schedule.rate
    done = (step - warm_up_steps) / max(1, stretch.steps - warm_up_steps)
    depth = 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
    return schedule.final_rate + (schedule.rate - schedule.final_rate) * depth
