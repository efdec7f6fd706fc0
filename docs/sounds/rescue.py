"""The sound and the picture of how-to/rescue.md: `python docs/sounds/rescue.py`.

Needs what `pip install "rtsynth[train]"` brings, for the picture.
"""

import time
from pathlib import Path

import matplotlib
import numpy as np
import soundfile

from rtsynth import Host
from rtsynth.compiler.network_state import voices_of

DOCS = Path(__file__).parents[1]
PLUGIN, SEED, TIMES = "clarinet-trumpet", 3, 1000.0
SPOILT_S, RESET_S, AGAIN_S, END_S = 1.0, 2.5, 3.5, 5.0


def play(path: Path) -> None:
    """Twice the same bad state, without rescue and with it."""
    with Host("null", precision="float32", rate_hz=16_000, seed=SEED) as host:
        slot = host.load(PLUGIN)
        host.rescue.profiles.learn_now(slot.plugin)
        host.start()
        state = host.banks.now(1)
        for voice in voices_of(slot.voice.compiled, state):
            voice.hidden[:] *= TIMES
        host.banks.put(1, "bad", state)
        host.reset(1)
        host.record_start(str(path))
        start_ns = time.monotonic_ns()

        def at(seconds: float) -> int:
            return start_ns + round(seconds * 1e9)

        host.banks.recall(1, "bad", at_ns=at(SPOILT_S))
        host.reset(1, at_ns=at(RESET_S))
        time.sleep(RESET_S)
        host.rescue.choose(1, "gentle")
        host.banks.recall(1, "bad", at_ns=at(AGAIN_S))
        time.sleep(END_S - RESET_S)
        host.record_stop()
        assert host.rescue.count(1) == 1


def draw(sound: Path, path: Path) -> None:
    matplotlib.use("Agg")
    from matplotlib import pyplot

    audio, rate_hz = soundfile.read(sound)
    audio = audio if audio.ndim == 1 else audio[:, 0]
    figure, axes = pyplot.subplots(figsize=(9, 3), layout="constrained")
    audio = audio + 1e-6 * np.random.default_rng(0).normal(size=audio.size)  # no log of 0
    axes.specgram(audio, NFFT=512, Fs=rate_hz, noverlap=448, cmap="magma", vmin=-140, vmax=-40)
    axes.axvline(SPOILT_S, color="#ff7a7a", label="spoilt")
    axes.axvline(RESET_S, color="#7ad0ff", label="reset by hand; rescue is on")
    axes.axvline(AGAIN_S, color="#ff7a7a")
    axes.set(ylim=(0, 6000), xlabel="seconds", ylabel="Hz")
    axes.legend(loc="upper right")
    figure.savefig(path, dpi=100)


if __name__ == "__main__":
    sound = DOCS / "sounds" / "rescue.flac"
    sound.unlink(missing_ok=True)
    play(sound)
    draw(sound, DOCS / "images" / "rescue.png")
