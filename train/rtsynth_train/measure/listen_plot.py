"""The table as a picture: a phrase of each instrument with its measured pitch, and the errors."""

from pathlib import Path
from typing import Any

import numpy as np

import rtsynth
from rtsynth.common.files.atomic import atomic_write
from rtsynth.offline.events import ControlEvent
from rtsynth.plugin import Plugin
from rtsynth_train.measure.listen_checks import INSTRUMENTS, KEYS, Result
from rtsynth_train.measure.sound import track_pitch

NOTE_S = 0.25
PHRASE = (*KEYS, 64, 76, 64)
COLOURS = {"clarinet": "#1f6f8b", "trumpet": "#d1603d"}
TOP_HZ = 5000


def phrase(plugin: Plugin, instrument: int, seed: int) -> np.ndarray:
    """The chromatic scale, then octave jumps, with the amplitude rising along the scale."""
    events = []
    for index, pitch in enumerate(PHRASE):
        amplitude = min(1.0, 0.2 + 0.8 * index / (len(KEYS) - 1))
        events.append(ControlEvent(index * NOTE_S, "pitch", pitch))
        events.append(ControlEvent(index * NOTE_S, "amplitude", amplitude))
    start = {"instrument": instrument, "pitch": PHRASE[0], "amplitude": 0.2}
    return rtsynth.render(plugin, NOTE_S * len(PHRASE), start, seed, events=events)


def draw_phrase(axes: Any, audio: np.ndarray, rate_hz: int, label: str) -> None:
    """Spectrogram, with the requested and the measured pitch."""
    axes.specgram(
        audio + 1e-7, NFFT=1024, Fs=rate_hz, noverlap=896, cmap="magma", vmin=-110, vmax=-30
    )
    times = np.arange(len(PHRASE) + 1) * NOTE_S
    requested_hz = 440 * 2 ** ((np.array(PHRASE) - 69) / 12)
    axes.stairs(
        requested_hz, times, baseline=None, color="white", lw=3, alpha=0.5, label="requested"
    )
    # Note by note: across an octave jump pyin's path would rather stay where it was.
    for start, note in zip(times, np.split(audio, len(PHRASE)), strict=False):
        centres, measured = track_pitch(note, rate_hz)
        axes.plot(start + centres, 440 * 2 ** ((measured - 69) / 12), ".", ms=3, color="#66ffcc")
    axes.plot([], [], ".", color="#66ffcc", label="measured by pyin")
    axes.set(title=label, xlabel="seconds", ylim=(0, TOP_HZ), xlim=(0, times[-1]))
    axes.set_title(f"{label}: chromatic scale getting louder, then octave jumps", fontsize=10)


def draw_errors(axes: Any, results: dict[int, list[Result]]) -> None:
    """Cents off for every note and seed; half-semitones have hollow marks."""
    for rows in results.values():
        for row, filled in ((rows[0], True), (rows[2], False)):
            for label in INSTRUMENTS.values():
                mine = {n: c for n, c in row.details.items() if n.startswith(label)}
                pitches = [float(name.split()[1]) for name in mine]
                axes.plot(
                    pitches,
                    np.clip(list(mine.values()), -60, 60),
                    "o",
                    color=COLOURS[label],
                    mfc=COLOURS[label] if filled else "none",
                    ms=5,
                    alpha=0.8,
                )
    for label, colour in COLOURS.items():
        axes.plot([], [], "o", color=colour, label=label)
    axes.plot([], [], "o", color="grey", mfc="none", label="half-semitones (never trained)")
    axes.axhspan(-10, 10, color="grey", alpha=0.15, lw=0)
    axes.axhline(0, color="grey", lw=0.8)
    axes.set(xlabel="requested MIDI pitch", ylabel="cents off", ylim=(-65, 65), xticks=list(KEYS))
    seeds = " and ".join(map(str, results))
    axes.set_title(f"pitch error, seeds {seeds}", fontsize=10)
    axes.legend(fontsize=8, ncol=3, loc="lower right")


def draw(plugin: Plugin, results: dict[int, list[Result]], path: Path) -> None:
    """Write the picture (PNG)."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure = pyplot.figure(figsize=(11, 7), layout="constrained")
    grid = figure.add_gridspec(2, 2, height_ratios=(1.25, 1))
    for index, (instrument, label) in enumerate(INSTRUMENTS.items()):
        axes = figure.add_subplot(grid[0, index])
        audio = phrase(plugin, instrument, seed=next(iter(results)))
        draw_phrase(axes, audio, plugin.sample_rate_hz, label)
        axes.set_ylabel("Hz" if index == 0 else "")
        axes.legend(fontsize=8, loc="upper right")
    draw_errors(figure.add_subplot(grid[1, :]), results)
    with atomic_write(path) as temporary:
        figure.savefig(temporary, dpi=110, format="png")
    pyplot.close(figure)
