"""The sound and the picture of how-to/follow-a-training.md: `python docs/sounds/follow.py`.

Trains a small network on tones that it makes, and plays it meanwhile. Needs what `pip install
"rtsynth[train]"` brings.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import matplotlib
import numpy as np
import soundfile

from rtsynth import Host
from rtsynth.host.changes import Action

DOCS = Path(__file__).parents[1]
RATE_HZ, PITCHES, LONGEST_S = 16_000, (57.0, 60.0, 64.0), 60
RECIPE = """
[plugin]
name = "reed"
[data]
folder = "{folder}"
[[conditioning]]
field = "p"
name = "pitch"
minimum = 57.0
maximum = 64.0
default = 60.0
role = "pitch"
[model]
hidden_size = 32
layers = 2
[streams]
batch = 96
longest_s = 0.5
[optimiser]
steps = 400
average = 0.9
[run]
threads = 1
evaluate_every = 200
checkpoint_every = 25
preview_every = 400
preview_s = 0.1
"""


def write_tones(folder: Path) -> None:
    """A reed: odd harmonics, a little noise."""
    folder.mkdir()
    random, times = np.random.default_rng(1), np.arange(2 * RATE_HZ) / RATE_HZ
    for pitch in PITCHES:
        phase = 2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * times
        tone = sum(np.sin(number * phase) / number for number in (1, 3, 5, 7))
        sound = 0.35 * tone + 0.004 * random.normal(size=times.size)
        soundfile.write(folder / f"reed_p{pitch:05.2f}.wav", sound, RATE_HZ)


def play(path: Path, folder: Path) -> list[tuple[float, int]]:
    """A note over the whole training; when which step's network began."""
    run = folder / "run"
    write_tones(folder / "tones")
    (folder / "reed.toml").write_text(RECIPE.format(folder=folder / "tones"))
    command = [sys.executable, "-m", "rtsynth", "train", str(folder / "reed.toml")]
    training = subprocess.Popen([*command, "--out", str(run), "--background"])
    found: list[tuple[float, int]] = []
    with Host("null", precision="float32", rate_hz=RATE_HZ, seed=3) as host:
        journal = host.journal()
        host.start()
        while not (run / "config.json").exists():
            time.sleep(0.1)
        host.following.follow(1, run)
        while not host.slots:
            time.sleep(0.1)
        host.note_on(1, 60.0, 1.0)
        host.record_start(str(path))
        began_s, ended_s = time.monotonic(), None
        while ended_s is None or time.monotonic() < ended_s + 3.0:
            time.sleep(0.02)
            for change in journal.take():
                if isinstance(change, Action) and change.kind == "follow/adopted":
                    found.append((time.monotonic() - began_s, int(str(change.arguments[0]))))
            if ended_s is None and training.poll() is not None:
                ended_s = time.monotonic()
        host.record_stop()
    assert training.returncode == 0
    sound, rate_hz = soundfile.read(path)
    soundfile.write(path, sound[: LONGEST_S * rate_hz], rate_hz, subtype="PCM_16")
    return [(time_s, step) for time_s, step in found if time_s < LONGEST_S]


def draw(sound: Path, found: list[tuple[float, int]], path: Path) -> None:
    matplotlib.use("Agg")
    from matplotlib import pyplot

    audio, rate_hz = soundfile.read(sound)
    audio = audio if audio.ndim == 1 else audio[:, 0]
    figure, axes = pyplot.subplots(figsize=(9, 3), layout="constrained")
    audio = audio + 1e-6 * np.random.default_rng(0).normal(size=audio.size)  # no log of 0
    axes.specgram(audio, NFFT=2048, Fs=rate_hz, noverlap=1024, cmap="magma", vmin=-140, vmax=-40)
    for time_s, step in found:
        if time_s > 0.1:
            axes.axvline(time_s, color="#7ad0ff", lw=0.6)
        if step in (25, 100, 200, 400):
            axes.text(time_s, 5600, f" step {step}", color="#ffffff", fontsize=7)
    axes.set(ylim=(0, 6000), xlim=(0, audio.size / rate_hz), xlabel="seconds", ylabel="Hz")
    figure.savefig(path, dpi=100)


if __name__ == "__main__":
    sound = DOCS / "sounds" / "follow.flac"
    sound.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        found = play(sound, Path(folder))
    print(found)
    draw(sound, found, DOCS / "images" / "follow.png")
