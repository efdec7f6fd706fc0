"""Does what physical controls are mapped to do: see `rtsynth.host.mapping.actions`."""

from collections.abc import Callable

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

        Where there are no states, as in a render, nothing is done.

        Raises:
            RtsynthError: the engine refuses it.
        """
        action, states = read_action(binding.target), self._states
        if states is None:
            return False
        turned = self._presses.turn((binding, moved.control, slot), moved)
        if action.is_placed:
            if moved.control.kind == NOTE and not turned:
                return False
            position = binding.value_at(moved.position)
            placed = moved.position if position is None else position
            action.kind.do(states, slot, *action.words, placed, at_ns=at_ns)
            return True
        act = _act(action, states, slot, turned, toggles=binding.way == TOGGLE)
        if act is None:
            return False
        act(states, slot, *action.words, at_ns=at_ns)
        return True


def _act(
    action: Action, states: States, slot: int, turned: bool | None, *, toggles: bool
) -> Callable[..., object] | None:
    """What the beginning (True) or the end of a press does."""
    kind = action.kind
    if not turned:
        return kind.end if turned is False and not toggles else None
    lasts = toggles and kind.lasts is not None and kind.lasts(states, slot, *action.words)
    return kind.end if lasts else kind.do
