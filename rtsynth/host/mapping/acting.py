"""Does what physical controls are mapped to do: see `rtsynth.host.mapping.actions`."""

from collections.abc import Callable

from rtsynth.host.mapping.actions import Action, States, read_action
from rtsynth.host.mapping.binding import NOTE, PROGRAM, TOGGLE, Binding, Move, Physical
from rtsynth.host.mapping.presses import MOST, Presses

Key = tuple[Binding, Physical, int]


class Actions:
    """Of the controls of one port. For one thread."""

    def __init__(self, engine: object) -> None:
        states = getattr(engine, "banks", None)
        self._states = states if isinstance(states, States) else None
        self._presses = Presses()
        self._places: dict[Key, float] = {}  # where knobs were
        self._lasting: dict[int, Action] = {}  # by slot: what was pressed last and has an end

    def do(self, binding: Binding, slot: int, moved: Move, at_ns: int | None) -> bool:
        """Do a binding's action in a slot if this move asks for that; whether it did.

        Where there are no states, as in a render, nothing is done.

        Raises:
            RtsynthError: the engine refuses it.
        """
        action, states = read_action(binding.target), self._states
        if states is None:
            return False
        key = binding, moved.control, slot
        turned = self._presses.turn(key, moved)
        if action.is_placed:
            return self._place(action, states, key, moved, turned, at_ns)
        act = _act(action, states, slot, turned, toggles=binding.way == TOGGLE)
        if act is None or (turned is False and self._lasting.pop(slot, action) != action):
            return False
        if action.kind.end is not None and act is action.kind.do:
            self._lasting[slot] = action
        act(states, slot, *action.words, at_ns=at_ns)
        return True

    def _place(
        self,
        action: Action,
        states: States,
        key: Key,
        moved: Move,
        turned: bool | None,
        at_ns: int | None,
    ) -> bool:
        """A pad does it when it is struck; a knob when it is somewhere else than before."""
        binding, control, slot = key
        is_struck = control.kind in (NOTE, PROGRAM)
        if is_struck and not turned:
            return False
        position = binding.value_at(moved.position)
        assert action.kind.place is not None
        place = action.kind.place(states, slot, moved.position if position is None else position)
        if not is_struck and self._places.get(key) == place:
            return False
        action.kind.do(states, slot, *action.words, place, at_ns=at_ns)
        if len(self._places) >= MOST:
            self._places.clear()
        self._places[key] = place
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
