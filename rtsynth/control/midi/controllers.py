"""Moves what controllers of a port are bound to, and what the modulation wheel moved back."""

from collections.abc import Mapping, Sequence

from rtsynth.common.control_info import MASTER, Place, SlotInfo
from rtsynth.common.control_names import strip_name
from rtsynth.common.errors import ControlError, RtsynthError
from rtsynth.control.midi.channel import MODULATION
from rtsynth.host.mapping.acting import Actions
from rtsynth.host.mapping.actions import is_action
from rtsynth.host.mapping.binding import CC, Binding, Move
from rtsynth.host.mapping.mappings import Mappings
from rtsynth.host.mapping.mover import Mover
from rtsynth.host.mapping.table import MidiMap, find_bound, find_default
from rtsynth.host.protocol import Controls

Places = Mapping[int, Place]
WAITS = "waits to be picked up"


class Controllers:
    """Of one port. For one thread.

    Args:
        engine: what is moved.
        midi_map: which controller moves what; beside `mappings` it is not used.
        mappings: what is learned live, and the map of a file.
    """

    def __init__(
        self, engine: Controls, midi_map: MidiMap | None, mappings: Mappings | None
    ) -> None:
        self._engine = engine
        self._mappings = mappings
        self._fixed = (midi_map or MidiMap(),)
        self._mover, self._actions = Mover(engine), Actions(engine)
        self._modulated: set[tuple[int, int, str]] = set()  # (channel, slot, control), by CC 1

    @property
    def _tables(self) -> tuple[MidiMap, ...]:
        return self._fixed if self._mappings is None else self._mappings.tables

    @property
    def has_defaults(self) -> bool:
        """Whether the default table is under the maps."""
        return all(table.defaults for table in self._tables)

    def move(
        self, moves: Sequence[Move], places: Places, own: int | None, at_ns: int | None
    ) -> str | None:
        """Move what a control is bound to, also one that is learned by this.

        `places` is all that has controls, `own` the slot that the channel plays. Returns what it
        moved, in words; None for a control that no map names.

        Raises:
            ControlError: a binding cannot be obeyed; the others of the control are.
        """
        if not moves:
            return None
        if self._mappings is not None:
            self._mappings.offer([move.control for move in moves])
        found = find_bound(self._tables, moves)
        return None if found is None else self._apply(*found, places, own, at_ns)

    def move_default(
        self, moves: Sequence[Move], places: Places, own: SlotInfo | None, at_ns: int | None
    ) -> str | None:
        """The same by the default table."""
        found = find_default(self._tables, moves, own)
        if found is None or own is None:
            return None
        return self._apply(*found, places, own.number, at_ns)

    def _apply(
        self,
        move: Move,
        bindings: list[Binding],
        places: Places,
        own: int | None,
        at_ns: int | None,
    ) -> str:
        moved: list[str] = []
        errors: list[str] = []
        for binding in bindings:
            slot = own if binding.slot is None else binding.slot
            if slot is None:
                continue
            if is_action(binding.target):
                self._act(binding, slot, move, at_ns, moved, errors)
                continue
            place = places.get(slot)
            target = None if place is None else place.find(binding.target)
            try:
                moves = self._mover.move(binding, slot, target, move, at_ns)
            except ControlError as error:
                errors.append(str(error))
                continue
            if not moves:
                moved.append(f"{_called(slot, binding.target)} {WAITS}")
                continue
            moved.append(_called(slot, binding.target))
            self._note_modulation(move, slot, binding.target)
        if errors:
            raise ControlError("; ".join(dict.fromkeys(errors)))
        return ", ".join(moved)

    def _act(
        self,
        binding: Binding,
        slot: int,
        move: Move,
        at_ns: int | None,
        done: list[str],
        errors: list[str],
    ) -> None:
        try:
            if self._actions.do(binding, slot, move, at_ns):
                done.append(f"slot {slot} {binding.target}")
        except RtsynthError as error:
            errors.append(str(error))

    def _note_modulation(self, move: Move, slot: int, target: str) -> None:
        self._modulated = {each for each in self._modulated if each[1:] != (slot, target)}
        if (move.control.kind, move.control.number) == (CC, MODULATION):
            self._modulated.add((move.control.channel or 0, slot, target))

    def reset_modulation(self, channel: int, places: Places, at_ns: int | None) -> None:
        """What the modulation wheel moved goes where it was without it: to its default."""
        for moved in sorted(moved for moved in self._modulated if moved[0] == channel):
            self._modulated.discard(moved)
            _, slot, name = moved
            control = places[slot].find(name) if slot in places else None
            if control is not None and control.generation is not None:
                self._engine.set(slot, f"{name}.take", 0.0, at_ns=at_ns)
            elif control is not None:
                self._engine.set(slot, control.name, control.default, at_ns=at_ns)


def _called(slot: int, target: str) -> str:
    """A target for people: slot 1 pan, master gain."""
    where = "master" if slot == MASTER else f"slot {slot}"
    return f"{where} {strip_name(target) or target}"
