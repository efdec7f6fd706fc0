"""Tables of bindings, one above the other: learned, of a file, and the default one below."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from rtsynth.common.control_info import MASTER, Description, SlotInfo
from rtsynth.common.control_names import TEMPO_ELSEWHERE, some_names
from rtsynth.common.errors import InputError
from rtsynth.host.mapping.actions import is_action
from rtsynth.host.mapping.binding import Binding, Move, Physical
from rtsynth.host.mapping.defaults import default_binding

Found = tuple[Move, list[Binding]]


@dataclass(frozen=True)
class MidiMap:
    """Bindings, and whether the default table is under them."""

    bindings: tuple[Binding, ...] = ()
    defaults: bool = True

    @cached_property
    def _by_number(self) -> dict[tuple[str, int], list[Binding]]:
        found = defaultdict(list)
        for binding in self.bindings:
            found[binding.physical.kind, binding.physical.number].append(binding)
        return dict(found)

    def of(self, moved: Physical) -> list[Binding]:
        """What a control that moved is bound to here."""
        near = self._by_number.get((moved.kind, moved.number), ())
        return [binding for binding in near if binding.physical.includes(moved)]

    def check(self, description: Description) -> None:
        """Check that the loaded plugins have the targets.

        Raises:
            InputError: an entry for a control that no loaded slot has.
        """
        if not description.slots:
            return
        for binding in self.bindings:
            meant = [
                place
                for number, place in description.places.items()
                if binding.slot == number or (binding.slot is None and number != MASTER)
            ]
            if not meant:
                raise InputError(f"{binding.origin}: slot {binding.slot} has no plugin")
            if is_action(binding.target):
                continue
            found = list(filter(None, (place.find(binding.target) for place in meant)))
            if found and all(control.read_only for control in found):
                raise InputError(f"{binding.origin}: target: {TEMPO_ELSEWHERE}: no knob moves it")
            if not found:
                known = [control.name for place in meant for control in place.every_control]
                raise InputError(
                    f"{binding.origin}: target: no control {binding.target!r}; "
                    f"there are {some_names(known, binding.target)}"
                )


def find_bound(tables: Iterable[MidiMap], moved: Sequence[Move]) -> Found | None:
    """What the first table says that knows a control, under one of the names it has."""
    for table in tables:
        for move in moved:
            if bindings := table.of(move.control):
                return move, bindings
    return None


def find_default(
    tables: Iterable[MidiMap], moved: Sequence[Move], slot: SlotInfo | None
) -> Found | None:
    """What the default table says, unless another one takes its place.

    `slot` describes what the channel of the control plays.
    """
    if slot is not None and all(table.defaults for table in tables):
        for move in moved:
            if (binding := default_binding(move.control, slot)) is not None:
                return move, [binding]
    return None
