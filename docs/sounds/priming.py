"""The sound and the picture of how-to/priming.md: `python docs/sounds/priming.py`.

Needs what `pip install "rtsynth[train]"` brings, for the picture.
"""

import tempfile
import time
from pathlib import Path

import matplotlib
import numpy as np
import soundfile
from numpy.typing import NDArray

import rtsynth
from rtsynth import Host

DOCS = Path(__file__).parents[1]
PLUGIN, RATE_HZ, VOICE = "voices", 16_000, 1.0
END_S, PHRASE_S = 3.6, 1.5  # it ends within a vowel
GOES_ON_S, SEEDS = 1.5, (1, 2, 3)
JOIN = 80  # samples that the engine fades over
F64 = NDArray[np.float64]


def go_on(phrase: Path, folder: Path) -> list[F64]:
    """How an engine that plays goes on from the phrase, three times."""
    take = folder / "take.wav"
    with Host("null", precision="float32", rate_hz=RATE_HZ) as host:
        host.load(PLUGIN)
        host.set(1, "voice", VOICE)
        host.record_start(str(take))
        host.start()
        start_ns = time.monotonic_ns()
        host.priming.prime_file(1, str(phrase), "phrase", seconds=PHRASE_S)
        first_s = (time.monotonic_ns() - start_ns) / 1e9 + 0.5
        times_s = [first_s + 2.0 * number for number in range(len(SEEDS))]
        for seed, time_s in zip(SEEDS, times_s, strict=True):
            at_ns = start_ns + round(time_s * 1e9)
            host.banks.recall(1, "phrase", at_ns=at_ns)
            host.seed(1, seed, at_ns=at_ns)
        time.sleep(times_s[-1] + GOES_ON_S + 0.5 - (time.monotonic_ns() - start_ns) / 1e9)
        host.record_stop()
    audio, _ = soundfile.read(take)
    audio = audio if audio.ndim == 1 else audio[:, 0]
    frames = round(GOES_ON_S * RATE_HZ)
    return [audio[round(at * RATE_HZ) :][:frames] for at in times_s]


def joined(phrase: F64, then: list[F64]) -> F64:
    """The phrase, and how it goes on, one after the other; half a second apart."""
    fade = np.linspace(0, 1, JOIN)
    pieces = []
    for each in then:
        end, begin = phrase[-JOIN:] * (1 - fade), each[:JOIN] * fade
        pieces += [phrase[:-JOIN], end + begin, each[JOIN:], np.zeros(RATE_HZ // 2)]
    return np.concatenate(pieces)


def draw(audio: F64, path: Path) -> None:
    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 3), layout="constrained")
    audio = audio + 1e-6 * np.random.default_rng(0).normal(size=audio.size)  # no log of 0
    axes.specgram(audio, NFFT=512, Fs=RATE_HZ, noverlap=448, cmap="magma", vmin=-140, vmax=-40)
    for number in range(len(SEEDS)):
        at = number * (PHRASE_S + GOES_ON_S + 0.5 - JOIN / RATE_HZ) + PHRASE_S
        label = "the network goes on" if number == 0 else None
        axes.axvline(at, color="#ffffff", ls="--", label=label)
    axes.set(ylim=(0, 5000), xlabel="seconds", ylabel="Hz")
    axes.legend(loc="upper right")
    figure.savefig(path, dpi=100)


if __name__ == "__main__":
    spoken = rtsynth.render(rtsynth.load(PLUGIN), seconds=END_S, controls={"voice": VOICE}, seed=4)
    words = spoken[-round(PHRASE_S * RATE_HZ) :].astype(np.float64)
    with tempfile.TemporaryDirectory() as folder:
        phrase = Path(folder) / "phrase.wav"
        soundfile.write(phrase, words, RATE_HZ, subtype="PCM_24")
        sound = joined(words, go_on(phrase, Path(folder)))
    soundfile.write(DOCS / "sounds" / "priming.flac", sound, RATE_HZ, subtype="PCM_16")
    draw(sound, DOCS / "images" / "priming.png")
