"""States of slots as surfaces use them: also between others, in files and in what is kept."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import ControlError, InputError
from rtsynth.compiler.network_state import carried_state, state_floats
from rtsynth.compiler.state_mix import mixed_state
from rtsynth.engine.program.layout import TARGET_RECALL
from rtsynth.host.bank_file import read_bank, write_bank
from rtsynth.host.bank_names import LONGEST_NAME
from rtsynth.host.bank_voices import asked_voice, state_of_voice, voice_of
from rtsynth.host.banks import Banks
from rtsynth.host.blend import weights_between
from rtsynth.host.event_lines import state_from_text, state_to_text
from rtsynth.host.slot import Slot
from rtsynth.host.voice import read_state

F32 = NDArray[np.float32]
MOST_MIXED = 16  # states between which one is


class KeptBank(NamedTuple):
    """What there is to keep of a slot's states.

    `texts`: float32, little endian, in base 64; None for one whose time has not come.
    """

    hash: str  # of the plugin's content
    texts: dict[str, str | None]
    start: str  # the name of the one that notes begin from
    by_program: bool = False


class StateBanks(Banks):
    """Everything there is to do with states. Any thread may call anything."""

    # --- MIDI program changes ---------------------------------------------------------------------

    def takes_programs(self, slot: int) -> bool:
        """Whether MIDI program changes recall the states of a slot, instead of its presets."""
        found = next((each for each in self._slots.slots if each.number == slot), None)
        with self._lock:
            return found is not None and self._names(found).by_program

    def take_programs(self, slot: int, *, on: bool) -> None:
        """Let MIDI program changes recall the states of a slot, by their places from 0; or not."""
        found = self._slots.slot(slot)
        with self._lock:
            names = self._names(found)
            names.used = names.used or on
            names.by_program = on
            self._announce(found, listed=False)

    def recall_number(self, slot: int, number: int, *, at_ns: int | None = None) -> None:
        """Recall a state by its place in the list, from 0, as a MIDI program change does.

        Raises:
            ControlError: there is none.
        """
        names = self.names(slot)
        if not 0 <= number < len(names):
            have = f"states 0 to {len(names) - 1}" if names else "no states"
            raise ControlError(f"number {number}: slot {slot} has {have}")
        self.recall(slot, names[number], at_ns=at_ns)

    # --- between states --------------------------------------------------------------------------

    def fork(self, slot: int, name: str, new: str, voice: int = 0) -> None:
        """Keep a copy of a state under a new name, or what a single voice (from 1) was in it.

        Raises:
            ControlError: there is a state of that name, or none can be; it is not kept yet; or
                there is no such voice.
        """
        found = self._slots.slot(slot)
        number = voice_of(found, voice)
        with self._lock:
            self._names(found).check_free(new, slot)
        self.put(slot, new, state_of_voice(found, self.state(slot, name), number))

    def average(self, slot: int, new: str, weights: Mapping[str, float]) -> None:
        """Keep under a name what is between states, see `rtsynth.compiler.state_mix`.

        Args:
            weights: {state: its weight}, each at least 0, one above 0; of any sum.

        Raises:
            ControlError: such weights cannot be, or one of the states is not kept yet.
        """
        self.put(slot, new, self._mixed(slot, weights))

    def morph(
        self,
        slot: int,
        weights: Mapping[str, float],
        voice: int = 0,
        *,
        at_ns: int | None = None,
    ) -> None:
        """Put back what is between states, in all voices or in one (from 1); nothing is kept.

        Raises:
            ControlError: as `average`; no such voice; or more than about a hundred times a second.
        """
        found, state = self._slots.slot(slot), self._mixed(slot, weights)
        number = asked_voice(found, voice)
        with self._lock:
            serial = self._names(found).next(self._needed_until(at_ns))
            self._give(found, serial, state)
            self._act(found, at_ns, TARGET_RECALL, serial, number)
            self._note(found, at_ns, "bank/morph", *(x for pair in weights.items() for x in pair))

    def morph_between(
        self,
        slot: int,
        first: str,
        second: str,
        position: float,
        voice: int = 0,
        *,
        at_ns: int | None = None,
    ) -> None:
        """`morph` at a position 0..1 from one state to another, clamped to that range."""
        self.morph(slot, weights_between(first, second, position), voice, at_ns=at_ns)

    def _mixed(self, slot: int, weights: Mapping[str, float]) -> F32:
        if not 1 <= len(weights) <= MOST_MIXED:
            raise ControlError(f"{len(weights)} states: it is between 1 to {MOST_MIXED}")
        states = [self.state(slot, name) for name in weights]
        compiled = self._slots.slot(slot).voice.compiled
        try:
            return mixed_state(compiled, states, list(weights.values()))
        except ValueError as error:
            raise ControlError(str(error)) from error

    # --- files, presets, sets and sessions -------------------------------------------------------

    def write(self, slot: int, path: Path) -> int:
        """Write all states of a slot to a file, over one of states; how many there are.

        Raises:
            ControlError: there is none, or one is not kept yet.
            InputError, WriteError: the file cannot be written, or is another kind of file.
        """
        found = self._slots.slot(slot)
        states = {name: self.state(slot, name) for name in self.names(slot)}
        if not states:
            raise ControlError(f"slot {slot} has no states to write")
        write_bank(path, found.voice.compiled, states)
        return len(states)

    def read(self, slot: int, path: Path) -> int:
        """Let a slot have the states of a file, over those of the same names; how many there are.

        Where they are of another number of voices, those are gone round.

        Raises:
            ControlError: there would be too many, or one is no state.
            InputError: they are of another plugin, or the file is damaged.
        """
        found = self._slots.slot(slot)
        states = read_bank(path, found.voice.compiled).states
        for name, state in states.items():
            self.put(slot, name, _of_voices(found, state))
        return len(states)

    def kept(self, slot: int) -> KeptBank | None:
        """What there is to keep of a slot; None if it never had a state."""
        found = self._slots.slot(slot)
        with self._lock:
            names = self._names(found)
            if not names.used:
                return None
            texts: dict[str, str | None] = {}
            for name, serial in names.serials.items():
                if serial not in names.texts:
                    state = read_state(found.voice, serial)
                    if state is None:
                        texts[name] = None
                        continue
                    names.texts[serial] = state_to_text(state)
                texts[name] = names.texts[serial]
            if None in texts.values():  # whoever keeps them is to look again
                self._announce(found, listed=False)
            there = names.texts.keys() & set(names.serials.values())
            names.texts = {serial: names.texts[serial] for serial in there}
            return KeptBank(found.plugin.content_hash, texts, names.start, names.by_program)

    def carry(self, before: Slot, after: Slot) -> None:
        """Take the states of a slot along to the one that plays its plugin in its place: with other
        voices, or compiled otherwise. Notes begin from the same one, and the same one is looped.
        """
        was, is_ = before.voice.compiled, after.voice.compiled
        alike = state_floats(was) == state_floats(is_)  # of the same plugin: then all of it fits
        with self._lock:
            old, new = self._names(before), self._names(after)
            for name, serial in old.serials.items():
                state = read_state(before.voice, serial)
                if state is not None:
                    given = new.next_for(name, after.number)
                    fits = state if alike else carried_state(was, is_, state)
                    self._give(after, given, _of_voices(after, fits))
                    new.serials[name] = given
            new.used, new.by_program = old.used, old.by_program
            if old.start in new.serials:
                self._start(after, old.start)
            looped = old.name_of(before.looped.serial)
            if looped in new.serials:
                self._loop(after, None, new.serials[looped], before.looped.samples)
            if new.serials:
                self._announce(after)

    def replace(
        self, slot: int, digest: str, states: Mapping[str, str], left: Sequence[str], start: str
    ) -> list[str]:
        """Let a slot have these states only, as `kept` gave them; a line for each that cannot be.

        Args:
            left: names that stay if they are there.

        Raises:
            InputError: they are of another plugin.
        """
        found, problems = self._slots.slot(slot), []
        if digest != found.plugin.content_hash:
            raise InputError(f"states of another plugin than {found.plugin.name}: left alone")
        now = self.kept(slot)
        before = {} if now is None else now.texts
        for name in before.keys() - states.keys() - set(left):
            self.delete(slot, name)
        for name, text in states.items():
            if before.get(name) == text:
                continue
            try:
                self.put(slot, name, _of_voices(found, state_from_text(text)))
            except (ControlError, ValueError) as error:
                problems.append(f"state {name[:LONGEST_NAME]!r}: {error}")
        with self._lock:
            names = self._names(found)
            start = start if start in names.serials else ""
            if start != names.start:
                self._start(found, start)
                self._announce(found)
        return problems


def _of_voices(slot: Slot, state: F32) -> F32:
    """A state for as many voices as the slot has: those of the state in turn."""
    floats = state_floats(slot.voice.compiled)
    if not state.size or state.size % floats:
        return state  # `put` says what is wrong with it
    found: F32 = np.resize(state.reshape(-1, floats), (slot.voices, floats)).reshape(-1)
    return found
