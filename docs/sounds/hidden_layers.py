"""The sound and the picture of how-to/hidden-layers.md: `python docs/sounds/hidden_layers.py`.

Needs what `pip install "rtsynth[train]"` brings, for the picture.
"""

import time
from pathlib import Path

import matplotlib
import numpy as np
import soundfile

from rtsynth import Host

DOCS = Path(__file__).parents[1]
PLUGIN, SEED, EACH_S = "voices", 11, 2.0
SCALES = {"audio.layer1_scale": 0.6}
NOISE = {"audio.layer1_noise": 0.5}
HELD = {"audio.frame1_freeze": 1.0}
LOOPED = {"audio.frame1_freeze": 2.0, "audio.frame1_loop": 24.0}
PARTS = {
    "as it is": {},
    "scaled": SCALES,
    "noise": NOISE,
    "held": HELD,
    "loop": LOOPED,
    "as it is ": {},
}
OFF = {
    "audio.layer1_scale": 1.0, "audio.layer1_noise": 0.0, "audio.frame1_freeze": 0.0,
}  # fmt: skip


def play(path: Path) -> None:
    """One part after the other, each from the sample at which it begins."""
    with Host("null", precision="float32", seed=SEED) as host:
        host.load(PLUGIN)
        host.hidden.open(1)
        host.record_start(str(path))
        host.start()
        start_ns = time.monotonic_ns()
        for number, values in enumerate(PARTS.values()):
            at_ns = start_ns + round(number * EACH_S * 1e9)
            for name, value in (OFF | values).items():
                host.set(1, name, value, at_ns=at_ns)
        time.sleep(len(PARTS) * EACH_S)
        host.record_stop()


def draw(sound: Path, path: Path) -> None:
    matplotlib.use("Agg")
    from matplotlib import pyplot

    audio, rate_hz = soundfile.read(sound)
    audio = audio if audio.ndim == 1 else audio[:, 0]
    figure, axes = pyplot.subplots(figsize=(9, 3), layout="constrained")
    audio = audio + 1e-6 * np.random.default_rng(0).normal(size=audio.size)  # no log of 0
    axes.specgram(audio, NFFT=1024, Fs=rate_hz, noverlap=896, cmap="magma", vmin=-140, vmax=-40)
    for number, name in enumerate(PARTS):
        axes.axvline(number * EACH_S, color="#7ad0ff", lw=1)
        axes.text((number + 0.05) * EACH_S, 5500, name.strip(), color="white")
    axes.set(xlim=(0, len(PARTS) * EACH_S), ylim=(0, 6000), xlabel="seconds", ylabel="Hz")
    figure.savefig(path, dpi=100)


if __name__ == "__main__":
    sound = DOCS / "sounds" / "hidden-layers.flac"
    sound.unlink(missing_ok=True)
    play(sound)
    draw(sound, DOCS / "images" / "hidden-layers.png")
