"""What the subjects of a comparison sound like: the same gestures for each, and their previews."""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import rtsynth
from rtsynth.common.audiofile.opened import Recording
from rtsynth.common.remarks import keep_quiet
from rtsynth.compiler.compile import Compiled
from rtsynth.offline.events import ControlEvent
from rtsynth.plugin import Parameter
from rtsynth_train.judge.subject import Subject
from rtsynth_train.measure.recorded import knobs_of

SEED = 1
STEPS, SPAN_S, MOST_KNOBS = 5, 2.5, 3
PREVIEW_S = 4.0
SPEED_S = 1.0


@dataclass(frozen=True, eq=False)
class Sound:
    """Audio float32 [T] with a caption."""

    caption: str
    audio: NDArray[np.floating]
    rate_hz: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.audio) / self.rate_hz


def sounds_of(subject: Subject, compiled: Compiled | None) -> list[Sound]:
    """Each knob from its lowest to its highest, then the first and the last preview of its run."""
    out = []
    if compiled is not None and compiled.plugin.manifest.codec is not None:
        knobs = knobs_of(compiled.plugin.manifest)[:MOST_KNOBS]
        out += [_gesture(compiled, knob) for knob in knobs]
        if not knobs:
            audio = rtsynth.render(compiled, PREVIEW_S, seed=SEED)
            out.append(Sound("as it plays", audio, compiled.plugin.sample_rate_hz))
    return out + ([] if subject.run is None else _previews(subject.run / "previews"))


def _gesture(compiled: Compiled, knob: Parameter) -> Sound:
    values = [knob.value_at(position) for position in np.linspace(0, 1, STEPS).tolist()]
    events = [
        ControlEvent(SPAN_S * step / STEPS, knob.name, value) for step, value in enumerate(values)
    ]
    audio = rtsynth.render(compiled, SPAN_S, {knob.name: values[0]}, SEED, events=events)
    unit = f" {knob.unit}" if knob.unit else ""
    caption = f"{knob.name}: {values[0]:g} to {values[-1]:g}{unit}, in {STEPS} steps"
    return Sound(caption, audio, compiled.plugin.sample_rate_hz)


def _previews(folder: Path) -> list[Sound]:
    found = sorted(folder.glob("step*.wav"))
    shown = found if len(found) < 2 else [found[0], found[-1]]
    return [_preview(path) for path in shown if path.stem[4:11].isdecimal()]


def _preview(path: Path) -> Sound:
    """Its beginning, as it is: an early one may be silent."""
    with Recording(path, keep_quiet) as recording:
        count = round(PREVIEW_S * recording.rate_hz)
        blocks, length = [], 0
        for block in recording.blocks():
            blocks.append(block.mean(axis=1))
            length += len(block)
            if length >= count:
                break
        audio = np.concatenate([*blocks, np.zeros(0)])[:count].astype(np.float32)
        return Sound(f"preview at step {int(path.stem[4:11]):,}", audio, recording.rate_hz)


def times_real_time(compiled: Compiled) -> float:
    """How much faster than real time it is computed here and now, by one voice."""
    rtsynth.render(compiled, 0.1, seed=SEED)  # what is only done once
    begun = time.perf_counter()
    rtsynth.render(compiled, SPEED_S, seed=SEED)
    return SPEED_S / (time.perf_counter() - begun)
