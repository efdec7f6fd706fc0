"""The sound and the picture of how-to/state-banks.md: `python docs/sounds/state_bank.py`.

Needs what `pip install "rtsynth[train]"` brings, for the picture.
"""

import time
from pathlib import Path

import matplotlib
import numpy as np
import soundfile

from rtsynth import Host

DOCS = Path(__file__).parents[1]
PLUGIN, SEED = "voices", 11
SAVED_S, REPEATS, APART_S = 2.0, 4, 0.6


def play(path: Path) -> list[float]:
    """Two seconds, then one moment of them four times; when it was put back."""
    with Host("null", precision="float32", seed=SEED) as host:
        host.load(PLUGIN)
        host.record_start(str(path))
        host.start()
        start_ns = time.monotonic_ns()
        saved_ns = start_ns + round(SAVED_S * 1e9)
        host.banks.save(1, "here", at_ns=saved_ns)
        host.seed(1, SEED, at_ns=saved_ns)
        times_s = [SAVED_S + APART_S * (number + 1) for number in range(REPEATS)]
        for time_s in times_s:
            again_ns = start_ns + round(time_s * 1e9)
            host.banks.recall(1, "here", at_ns=again_ns)
            host.seed(1, SEED, at_ns=again_ns)  # else it is another way on from there
        time.sleep(times_s[-1] + APART_S)
        host.record_stop()
    return times_s


def draw(sound: Path, times_s: list[float], path: Path) -> None:
    matplotlib.use("Agg")
    from matplotlib import pyplot

    audio, rate_hz = soundfile.read(sound)
    audio = audio if audio.ndim == 1 else audio[:, 0]
    figure, axes = pyplot.subplots(figsize=(9, 3), layout="constrained")
    audio = audio + 1e-6 * np.random.default_rng(0).normal(size=audio.size)  # no log of 0
    axes.specgram(audio, NFFT=1024, Fs=rate_hz, noverlap=896, cmap="magma", vmin=-140, vmax=-40)
    axes.axvline(SAVED_S, color="#7ad0ff", label="kept")
    for number, time_s in enumerate(times_s):
        axes.axvline(time_s, color="#ffffff", ls="--", label="put back" if not number else None)
    axes.set(ylim=(0, 6000), xlabel="seconds", ylabel="Hz")
    axes.legend(loc="upper right")
    figure.savefig(path, dpi=100)


if __name__ == "__main__":
    sound = DOCS / "sounds" / "state-bank.flac"
    sound.unlink(missing_ok=True)
    draw(sound, play(sound), DOCS / "images" / "state-bank.png")
