"""The sound and the picture of a swapped tier in how-to/hidden-layers.md.

    python docs/sounds/swap.py

The slowest tier of `pops` says when there is a pop. Another one is trained, in four minutes, on
pops with a swing, every second one late, and takes its place while the slot plays. Needs what
`pip install "rtsynth[train]"` brings.
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
from rtsynth.offline.params_file import Track, write_params
from rtsynth_train.sets.pops import RATE_HZ, pops_per_second, synthesise

DOCS = Path(__file__).parents[1]
SEED, RATE, EACH_S = 3, 0.15, 3.0
FILES, FILE_S = 16, 12.0
LATE = 2 / 3  # where between two even pops the odd one is
PARTS = ("pops", "with the rhythm of swing", "pops")
RECIPE = """
[plugin]
name = "swing"
licence = "MIT"

[data]
name = "rtsynth pops, synthesised, with a swing"
licence = "MIT"
features = { beat = 250.0 }

[[parameters]]
name = "rate"
minimum = 0.0
maximum = 1.0
default = 0.5

[[parameters]]
name = "beat_cos"
minimum = 0.0
maximum = 1.0
default = 1.0

[[parameters]]
name = "beat_sin"
minimum = 0.0
maximum = 1.0
default = 0.5

[[tiers]]
name = "rhythm"
rate_hz = 250
generate = ["beat_cos", "beat_sin"]
conditioning = ["rate"]
network = 0
hidden_size = 96
layers = 1
seq_len = 384
batch_size = 32
shortest_s = 2.0
longest_s = 9.0
steps = 6000
rate = 0.004
final_rate = 0.0001
noise = 0.01
"""


def write_recordings(folder: Path) -> None:
    """Pops at rates from 0 to 1, in pairs: one early and one late."""
    folder.mkdir()
    for number, rate in enumerate(np.linspace(0, 1, FILES).tolist()):
        mean = pops_per_second(rate)
        pair = (np.arange(round(FILE_S * RATE_HZ)) * mean / 2 / RATE_HZ) % 1.0
        per_second = np.where(pair < LATE, mean / 2 / LATE, mean / 2 / (1 - LATE))
        path = folder / f"swing_{number:02}.wav"
        soundfile.write(path, synthesise(per_second, np.random.default_rng(number)), RATE_HZ)
        track = Track(np.array([0.0, FILE_S]), np.array([rate, rate]))
        write_params(path.with_suffix(".params"), path.name, {"rate": track})


def train(folder: Path) -> Path:
    """A plugin of one tier: the rhythm of the recordings."""
    recordings, recipe, run = folder / "recordings", folder / "swing.toml", folder / "run"
    write_recordings(recordings)
    recipe.write_text(RECIPE)
    words = ["train", recordings, "--recipe", recipe, "--out", run, "--threads", "1"]
    subprocess.run([sys.executable, "-m", "rtsynth", *map(str, words)], check=True)
    return run / "swing.safetensors"


def play(plugin: Path, sound: Path) -> None:
    """The plugin as it is, with the other rhythm, and as it was."""
    with Host("null", precision="float32", seed=SEED) as host:
        slot = host.load("pops")
        slot.set("rate", RATE)
        host.start()
        time.sleep(1.0)
        host.record_start(str(sound))
        start_s = time.monotonic()
        for number, other in enumerate((plugin, "pops"), 1):
            time.sleep(start_s + number * EACH_S - time.monotonic())
            host.hidden.swap(1, "rhythm", str(other))
        time.sleep(start_s + len(PARTS) * EACH_S - time.monotonic())
        host.record_stop()


def draw(sound: Path, path: Path) -> None:
    matplotlib.use("Agg")
    from matplotlib import pyplot

    audio, rate_hz = soundfile.read(sound)
    audio = audio if audio.ndim == 1 else audio[:, 0]
    figure, axes = pyplot.subplots(figsize=(9, 2.6), layout="constrained")
    axes.plot(np.arange(audio.size) / rate_hz, audio, color="#e07a3f", lw=0.5)
    for number, name in enumerate(PARTS):
        axes.axvline(number * EACH_S, color="#3f86c0", lw=1)
        axes.text(number * EACH_S + 0.05, 0.9, name, transform=axes.get_xaxis_transform())
    axes.set(xlim=(0, len(PARTS) * EACH_S), ylim=(-0.7, 0.7), xlabel="seconds", ylabel="amplitude")
    figure.savefig(path, dpi=100)


if __name__ == "__main__":
    sound = DOCS / "sounds" / "swap.flac"
    with tempfile.TemporaryDirectory() as name:
        plugin = train(Path(name))
        sound.unlink(missing_ok=True)
        play(plugin, sound)
    draw(sound, DOCS / "images" / "swap.png")
