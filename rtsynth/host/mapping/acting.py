"""Does what physical controls are mapped to do: see `rtsynth.host.mapping.actions`."""

from rtsynth.common.errors import ControlError
from rtsynth.host.mapping.actions import Action, States, read_action
from rtsynth.host.mapping.binding import NOTE, TOGGLE, Binding, Move
from rtsynth.host.mapping.presses import Presses


class Actions:
    """Of the controls of one port. For one thread."""

    def __init__(self, engine: object) -> None:
        states = getattr(engine, "banks", None)
        self._states = states if isinstance(states, States) else None
        self._presses = Presses()

    def do(self, binding: Binding, slot: int, moved: Move, at_ns: int | None) -> bool:
        """Do a binding's action in a slot if this move asks for that; whether it did.

        Raises:
            RtsynthError: the engine refuses it, or has no states.
        """
        action = read_action(binding.target)
        turned = self._presses.turn((binding, moved.control, slot), moved)
        if action.is_placed and (moved.control.kind != NOTE or turned):
            position = binding.value_at(moved.position)
            self._act(action, slot, (moved.position if position is None else position,), at_ns)
            return True
        if action.is_placed or turned is None:
            return False
        ends = action.kind.end is not None
        if turned and not (ends and binding.way == TOGGLE and self._lasts(action, slot)):
            self._act(action, slot, (), at_ns)
        elif turned or (ends and binding.way != TOGGLE):
            self._act(action, slot, (), at_ns, ends=True)
        else:
            return False
        return True

    def _lasts(self, action: Action, slot: int) -> bool:
        lasts = action.kind.lasts
        return lasts is not None and lasts(self._found(action), slot, *action.words)

    def _act(
        self,
        action: Action,
        slot: int,
        placed: tuple[float, ...],
        at_ns: int | None,
        *,
        ends: bool = False,
    ) -> None:
        act = action.kind.end if ends else action.kind.do
        assert act is not None
        act(self._found(action), slot, *action.words, *placed, at_ns=at_ns)

    def _found(self, action: Action) -> States:
        if self._states is None:
            raise ControlError(f"{action.command}: there are no states to keep or put back here")
        return self._states
