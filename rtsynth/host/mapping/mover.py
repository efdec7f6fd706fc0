"""Moves what physical controls are bound to: positions, presses, encoders' steps, take-over."""

from rtsynth.common.control_info import ControlInfo
from rtsynth.common.knob import clamp
from rtsynth.host.mapping.binding import JUMP, POSITION, TOGGLE, Binding, Move, Physical
from rtsynth.host.mapping.encoder import steps
from rtsynth.host.mapping.presses import Presses
from rtsynth.host.mapping.takeover import TakeOver
from rtsynth.host.protocol import Controls

PLACES = 127  # steps between the places of a controller
MOST_STATES = 10_000


class Mover:
    """Applies moves of the controls of one port to an engine. For one thread."""

    def __init__(self, engine: Controls) -> None:
        self._engine = engine
        self._takeovers: dict[tuple[Binding, Physical, int], TakeOver] = {}
        self._presses = Presses()  # that toggle

    def move(
        self,
        binding: Binding,
        slot: int,
        target: ControlInfo | None,
        moved: Move,
        at_ns: int | None,
    ) -> bool:
        """Move a binding's target in a slot; False while its value waits to be picked up.

        `target` describes it, None if the slot has no such control.

        Raises:
            ControlError: the engine refuses it.
        """
        control, position, value = moved
        if target is not None:
            binding = binding._replace(target=target.name)  # as the engine calls it
        if binding.relative:
            position = self._stepped(binding, slot, target, value)
        elif binding.way == TOGGLE:
            if target is None or not self._presses.turn((binding, control, slot), moved):
                return True
            there = binding.position_of(self._engine.get(slot, binding.target), target)
            position = float(there < 0.5)
        elif binding.way != POSITION:
            position = float(moved.is_pressed)
        elif binding.takeover != JUMP and target is not None:
            there = binding.position_of(self._engine.get(slot, binding.target), target)
            state = self._state(binding, control, slot)
            taken = state.turn(position, there)
            if taken is None:
                return False
            applied = self._set(binding, slot, taken, at_ns)
            state.left_at(binding.position_of(applied, target))
            return True
        elif binding.span is None and target is not None:
            position = exact_position(position, target)
        self._set(binding, slot, position, at_ns)
        return True

    def _set(self, binding: Binding, slot: int, position: float, at_ns: int | None) -> float:
        value = binding.value_at(position)
        if value is None:
            return self._engine.set_norm(slot, binding.target, position, at_ns=at_ns)
        return self._engine.set(slot, binding.target, value, at_ns=at_ns)

    def _stepped(
        self, binding: Binding, slot: int, target: ControlInfo | None, value: int
    ) -> float:
        now = self._engine.get(slot, binding.target)  # refuses a control that is not there
        if target is None:
            return 0.0
        step = binding.step
        if step is None:
            classes = target.maximum - target.minimum
            step = 1.0 / classes if target.role == "class" else 1.0 / PLACES
        turned = step * steps(value, binding.relative)
        return clamp(binding.position_of(now, target) + turned, 0.0, 1.0)

    def _state(self, binding: Binding, control: Physical, slot: int) -> TakeOver:
        if len(self._takeovers) >= MOST_STATES:
            self._takeovers.clear()
        return self._takeovers.setdefault((binding, control, slot), TakeOver(binding.takeover))


def exact_position(position: float, target: ControlInfo) -> float:
    """A controller's position 0..1, at a class if it is the controller's nearest place to one.

    A pan likewise, at the left, the centre and the right. For any other target the position stays
    as it is.
    """
    if target.role not in ("class", "pan"):
        return position
    steps = target.maximum - target.minimum
    nearest = round(position * steps) / steps
    return nearest if abs(position - nearest) < 0.501 / PLACES else position
