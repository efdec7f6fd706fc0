"""More of this: what a slot put out lately, what came into the sound card, or a recording, is added
to the data of a training run.

A run that takes more has a folder RUN/more, see `rtsynth_train.gru.more`: each sound is written as
NAME.wav and then, when that is complete, NAME.json with the values that it belongs to.
"""

import json
import threading
import time
from pathlib import Path
from typing import Protocol

import numpy as np

from rtsynth.common.audiofile import read_mono
from rtsynth.common.audiofile.writing import write_audio
from rtsynth.common.errors import ControlError
from rtsynth.common.files.atomic import atomic_write
from rtsynth.common.more import FOLDER, FORMAT, MOST
from rtsynth.host.audio.input import Input
from rtsynth.host.came_in import CameIn
from rtsynth.host.heard import LONGEST_S, SHORTEST_S, Heard, Stretch, values_of
from rtsynth.host.slot import Slot

LOOK_S = 0.02


class Slots(Protocol):
    """Where slots are; `rtsynth.host.rack.Rack` is one."""

    def find(self, number: int) -> Slot | None:
        """The slot, if something is loaded there."""


class Steering:
    """Looks at slots that follow a run. Any thread may call anything; `slot` counts from 1."""

    def __init__(self, slots: Slots, sound_in: Input) -> None:
        self._slots, self._input = slots, sound_in
        self._lock = threading.Lock()
        self._of: dict[int, Heard] = {}
        self._came_in: dict[int, CameIn] = {}  # to some of those
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, slot: int) -> None:
        """Look at a slot from now on."""
        with self._lock:
            self._of.setdefault(slot, Heard())
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="follow-look", daemon=True)
                self._thread.start()

    def end(self, slot: int) -> None:
        """Look at it, and listen for it, no longer."""
        with self._lock:
            self._of.pop(slot, None)
        self.listen(slot, 0)

    def close(self) -> None:
        """Look at nothing any more, and listen to nothing."""
        self._closing.set()
        for slot in list(self._of):
            self.end(slot)

    def listen(self, slot: int, channel: int) -> None:
        """Keep what comes in at a channel of the sound card (from 1) from now on; 0: no longer.

        Raises:
            ControlError: no such channel, or another one is being listened to.
            EngineError: there is no input, or it fails.
        """
        with self._lock:
            if channel and channel == self.listens(slot):
                return  # what is kept by now stays
            before = self._came_in.pop(slot, None)
        if before is not None:
            self._input.close()
        if channel == 0:
            return
        came_in = CameIn(self._input.open(channel))
        with self._lock:
            is_wanted = slot in self._of and slot not in self._came_in
            if is_wanted:
                self._came_in[slot] = came_in
        if not is_wanted:  # it was ended, or somebody else asked for the same, meanwhile
            self._input.close()

    def listens(self, slot: int) -> int:
        """The channel whose sound is kept for a slot; 0: none."""
        came_in = self._came_in.get(slot)
        return 0 if came_in is None else came_in.source.channel

    def more(self, slot: int, run: Path, seconds: float) -> list[Path]:
        """Add what a slot put out in the last so many seconds, wherever its values stood still.

        Returns the sounds that were written.

        Raises:
            ControlError: the run takes none, or there is nothing to add.
            InputError, WriteError: it cannot be written.
        """
        _check_seconds(seconds)
        playing = self._single(slot)
        _check_takes(run)
        if playing.voice.tap is None:
            raise ControlError(
                f"slot {slot}: nothing of its sound is kept yet: play, and ask again in a second"
            )
        with self._lock:
            heard = self._of.get(slot)
            found = [] if heard is None else heard.stretches(playing.voice, seconds)
        if not found:
            raise _never_still(slot, seconds)
        return [self._write(run, playing, stretch) for stretch in found]

    def add_input(self, slot: int, run: Path, seconds: float) -> list[Path]:
        """Add what came into the sound card in the last so many seconds, as `more` does.

        Raises:
            ControlError: the run takes none, nothing is kept, or there is nothing to add.
            EngineError: nothing comes from the device any more.
            InputError, WriteError: it cannot be written.
        """
        _check_seconds(seconds)
        playing = self._single(slot)
        _check_takes(run)
        came_in = self._came_in.get(slot)
        if came_in is None:
            raise ControlError(
                f"slot {slot}: the input is not listened to: send /slot/{slot}/follow/listen 1, "
                "play into it, and ask again"
            )
        came_in.check()
        with self._lock:
            found, silent = came_in.stretches(playing.voice, seconds)
        if silent and not found:
            raise ControlError(
                f"slot {slot}: channel {came_in.source.channel} of the audio input "
                f"{came_in.source.name!r} was silent: connect what is to be heard"
            )
        if not found:
            raise _never_still(slot, seconds)
        return [self._write(run, playing, stretch) for stretch in found]

    def add(self, slot: int, run: Path, recording: Path) -> Path:
        """Add a recording, with the values that the slot has now.

        Raises:
            ControlError: the run takes none, or there are no values.
            InputError, WriteError: it cannot be read, or written.
        """
        playing = self._single(slot)
        _check_takes(run)
        with self._lock:
            heard = self._of.get(slot)
            seen = None if heard is None else heard.seen
        values = None if seen is None else values_of(playing.voice, seen)
        if values is None:
            raise ControlError(f"slot {slot}: its values are not known: hold a note")
        sound = read_mono(recording, playing.plugin.sample_rate_hz).astype(np.float32)
        if len(sound) < SHORTEST_S * playing.plugin.sample_rate_hz:
            raise ControlError(f"{recording}: shorter than {SHORTEST_S:g} s")
        return self._write(run, playing, Stretch(sound, values))

    def _single(self, slot: int) -> Slot:
        playing = self._slots.find(slot)
        if playing is None:
            raise ControlError(f"slot {slot} is empty")
        if playing.voices > 1:
            raise ControlError(
                f"slot {slot} has {playing.voices} voices: only of a single one it is known what it"
                " was asked for"
            )
        return playing

    def _write(self, run: Path, playing: Slot, stretch: Stretch) -> Path:
        folder = run / FOLDER
        with self._lock:  # names that nobody else has
            stem, number = time.strftime("%Y-%m-%d-%H%M%S"), 1
            while (folder / f"{stem}-{number}.wav").exists():
                number += 1
            sound = folder / f"{stem}-{number}.wav"
            write_audio(sound, stretch.sound, playing.plugin.sample_rate_hz)
        with atomic_write(sound.with_suffix(".json")) as temporary:
            about = {"format": FORMAT, "values": stretch.values}
            temporary.write_text(json.dumps(about, indent=1))
        return sound

    def _run(self) -> None:
        while not self._closing.wait(LOOK_S):
            with self._lock:
                for slot, heard in self._of.items():
                    playing = self._slots.find(slot)
                    if playing is not None and playing.voices == 1:
                        heard.look(playing.voice)
                        if slot in self._came_in:
                            self._came_in[slot].look(playing.voice)


def _check_seconds(seconds: float) -> None:
    if not 0 < seconds <= LONGEST_S:
        raise ControlError(f"{seconds:g} s: the last {LONGEST_S:g} s are kept")


def _never_still(slot: int, seconds: float) -> ControlError:
    return ControlError(
        f"slot {slot}: its values never stood still for {SHORTEST_S:g} s in the last {seconds:g} s "
        "of sound: hold a note"
    )


def _check_takes(run: Path) -> None:
    if not (run / FOLDER).is_dir():
        raise ControlError(
            f"{run}: this kind of training takes nothing more while it runs; notes (GRUs) do"
        )
    if sum(1 for _ in (run / FOLDER).glob("*.json")) >= MOST:
        raise ControlError(f"{run / FOLDER}: has {MOST} sounds, and a training takes no more")
