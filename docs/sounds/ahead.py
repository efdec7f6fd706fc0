"""The sound and the picture of how-to/large-networks.md: `python docs/sounds/ahead.py`.

Needs what `pip install "rtsynth[train]"` brings, for the picture.
"""

import tempfile
import time
from pathlib import Path

import matplotlib
import numpy as np
import soundfile
from numpy.typing import NDArray

from rtsynth import Host
from rtsynth.host.event_lines import Event, from_text

DOCS = Path(__file__).parents[1]
PLUGIN, RATE_HZ, AHEAD_MS = "clarinet-trumpet", 48_000, 400.0
PITCHES = (64.0, 71.0, 67.0, 74.0, 69.0, 76.0, 67.0, 71.0)
EVERY_S, STARTS_S, ENDS_S = 0.5, 1.0, 5.2
CLICK = 0.4 * np.exp(-np.arange(960) / 120) * np.sin(np.arange(960) * 2 * np.pi * 4000 / RATE_HZ)
F64 = NDArray[np.float64]


def play(folder: Path) -> tuple[F64, list[float], list[float]]:
    """(sound, when the knob is turned, when that sounds), in seconds; computed 400 ms ahead."""
    take, log, turned = folder / "take.wav", folder / "take.events", list[float]()
    with Host("null", precision="float32", rate_hz=RATE_HZ, ahead_ms=AHEAD_MS) as host:
        slot = host.load(PLUGIN)
        host.event_log.open(log)
        host.record_start(str(take))
        host.start()
        slot.note_on(PITCHES[-1], 0.8)
        start_s = time.monotonic()
        for number, pitch in enumerate(PITCHES):
            time.sleep(max(start_s + STARTS_S + EVERY_S * number - time.monotonic(), 0))
            now = host.core.frame_at(time.monotonic_ns()) - host.core.delay_frames
            slot.set("pitch", pitch)
            turned.append(now / RATE_HZ)
        time.sleep(1.0)
        host.record_stop()
    lines = [from_text(text) for text in log.read_text().splitlines()]
    values = [line for line in lines if isinstance(line, Event) and line.value in PITCHES]
    audio, _ = soundfile.read(take, always_2d=True)
    return audio.mean(axis=1), turned, [line.at / RATE_HZ for line in values[-len(PITCHES) :]]


def with_clicks(audio: F64, times_s: list[float], late_s: float) -> F64:
    """The sound `late_s` later, and a click whenever the knob is turned."""
    late = np.concatenate([np.zeros(round(late_s * RATE_HZ)), audio])[: audio.size]
    for time_s in times_s:
        late[round(time_s * RATE_HZ) :][: CLICK.size] += CLICK
    return late[: round(ENDS_S * RATE_HZ)]


def draw(sounds: list[F64], turned: list[float], path: Path) -> None:
    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(2, 1, figsize=(9, 4.5), layout="constrained", sharex=True)
    titles = ("computed 400 ms ahead, and gone back", "the same without going back: 400 ms late")
    for ax, audio, title in zip(axes, sounds, titles, strict=True):
        audio = audio + 1e-6 * np.random.default_rng(0).normal(size=audio.size)  # no log of 0
        ax.specgram(audio, NFFT=2048, Fs=RATE_HZ, noverlap=1792, cmap="magma", vmin=-140, vmax=-40)
        for number, time_s in enumerate(turned):
            label = "the knob is turned" if number == 0 else None
            ax.axvline(time_s, color="#ffffff", ls="--", lw=0.8, label=label)
        ax.set(xlim=(0.5, ENDS_S), ylim=(0, 3000), ylabel="Hz")
        ax.set_title(title, fontsize=10)
    axes[0].legend(loc="upper right", facecolor="#402040", labelcolor="#ffffff")
    axes[1].set_xlabel("seconds")
    figure.savefig(path, dpi=100)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        sound, asked_s, sounds_s = play(Path(scratch))
    delays_ms = 1000 * (np.array(sounds_s) - np.array(asked_s))
    print("from the turn to its sound, ms:", *delays_ms.round(1))
    played = [sound, np.concatenate([np.zeros(round(0.4 * RATE_HZ)), sound])[: sound.size]]
    halves = [with_clicks(sound, asked_s, late_s) for late_s in (0.0, AHEAD_MS / 1000)]
    both = np.concatenate([halves[0], np.zeros(RATE_HZ // 2), halves[1]])
    both /= max(1.0, float(np.abs(both).max()))
    soundfile.write(DOCS / "sounds" / "ahead.flac", both, RATE_HZ, subtype="PCM_16")
    draw(played, asked_s, DOCS / "images" / "ahead.png")
