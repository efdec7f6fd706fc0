"""The second sound and picture of how-to/state-banks.md: `python docs/sounds/state_morph.py`.

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
FIRST_S, SECOND_S = 0.7, 1.5  # moments that are morphed between
MORPH_S, MORPHS = (2.0, 4.0), 60
LOOPS_S = {5.0: 0.3, 6.0: 0.08, 7.0: 0.02, 8.0: 0.008}  # when: how long
END_S = 9.0


def play(path: Path) -> dict[float, str]:
    """From one moment to another, 30 times a second, then ever shorter loops; what happens when."""
    with Host("null", precision="float32", seed=SEED) as host:
        host.load(PLUGIN)
        host.record_start(str(path))
        host.start()
        start_ns, banks = time.monotonic_ns(), host.banks

        def at(time_s: float) -> int:
            return start_ns + round(time_s * 1e9)

        for name, time_s in (("first", FIRST_S), ("second", SECOND_S)):
            banks.save(1, name, at_ns=at(time_s))
        begin_s, end_s = MORPH_S
        time.sleep(begin_s - 0.2)  # both are there
        for step in range(MORPHS):
            time_s = begin_s + (end_s - begin_s) * step / MORPHS
            banks.morph_between(1, "first", "second", step / (MORPHS - 1), at_ns=at(time_s))
        for time_s, seconds in LOOPS_S.items():
            banks.loop(1, "second", seconds, at_ns=at(time_s))
        time.sleep(END_S - begin_s + 0.2)
        host.record_stop()
    loops = {time_s: f"loop of {1000 * seconds:g} ms" for time_s, seconds in LOOPS_S.items()}
    return {FIRST_S: "a", SECOND_S: "b", begin_s: "morph from a to b", end_s: "goes on", **loops}


def draw(sound: Path, times: dict[float, str], path: Path) -> None:
    matplotlib.use("Agg")
    from matplotlib import pyplot

    audio, rate_hz = soundfile.read(sound)
    audio = audio if audio.ndim == 1 else audio[:, 0]
    figure, axes = pyplot.subplots(figsize=(9, 3), layout="constrained")
    audio = audio + 1e-6 * np.random.default_rng(0).normal(size=audio.size)  # no log of 0
    axes.specgram(audio, NFFT=1024, Fs=rate_hz, noverlap=896, cmap="magma", vmin=-140, vmax=-40)
    for time_s, what in times.items():
        axes.axvline(time_s, color="#ffffff", ls="--", lw=1)
        axes.text(time_s + 0.04, 5700, what, color="#ffffff", fontsize=8, va="top")
    axes.set(xlim=(0, END_S), ylim=(0, 6000), xlabel="seconds", ylabel="Hz")
    figure.savefig(path, dpi=100)


if __name__ == "__main__":
    sound = DOCS / "sounds" / "state-morph.flac"
    sound.unlink(missing_ok=True)
    draw(sound, play(sound), DOCS / "images" / "state-morph.png")
