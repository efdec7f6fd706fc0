"""The sound, the picture and the figures of how-to/start-from-a-plugin.md.

    python docs/sounds/start_from.py [FOLDER]

Renders an oboe's notes with FluidSynth and trains a network on them for under two minutes
of a core, from nothing and from `clarinet-trumpet`; what FOLDER has already is not trained again.
Needs what `pip install "rtsynth[train]"` brings, fluidsynth and fluid-soundfont-gm.
"""

import csv
import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib
import numpy as np
import soundfile

import rtsynth
from rtsynth.compiler.compile import compile_plugin
from rtsynth_train.measure.sound import held_pitch_error_cents, level_db
from rtsynth_train.sets.reference_set import RMS, Instrument, Recipe, render_files
from rtsynth_train.sets.soundfont import SOUND_FONT

DOCS = Path(__file__).parents[1]
RATE_HZ, KEYS, OBOE = 16_000, tuple(range(64, 77)), 68
WARM = ["--from", "clarinet-trumpet"]
STEPS = 1000  # of 64 x 256 samples: 95 to 105 s of one core
RUNS = {  # learning rate, flags, and how it is called
    "cold2": (0.005, [], "from nothing"),
    "warm2": (0.005, WARM, "from clarinet-trumpet"),
    "gentle2": (0.002, WARM, "the same, rate 0.002"),
}
SEEDS, LOUD, SETTLE_S, HELD_S = (1, 2), 0.8, 0.3, 1.0
RECIPE = """
[plugin]
name = "oboe"
licence = "MIT"
sampling = {{ temperature = 0.8 }}
[data]
folder = "{folder}"
name = "FluidR3 GM oboe, MIDI 64-76"
licence = "MIT"
[[conditioning]]
field = "a"
name = "amplitude"
minimum = 0.1
maximum = 1.0
default = 0.8
role = "amplitude"
[[conditioning]]
field = "p"
name = "pitch"
minimum = 64.0
maximum = 76.0
default = 69.0
unit = "MIDI"
role = "pitch"
[streams]
longest_s = 0.6
[optimiser]
steps = {steps}
rate = {rate}
clip_norm = 0.5
noise = 0.08
average = 0.99
[run]
threads = 1
evaluate_every = 10000
checkpoint_every = 10000
preview_every = 10000
"""


def train(folder: Path) -> dict[str, Path]:
    """The run folders, by name."""
    notes = folder / "oboe"
    if not notes.is_dir():
        notes.mkdir()
        recipe = Recipe((Instrument("oboe", OBOE, 0.0),), KEYS, (0.2, 0.4, 0.6, 0.8, 1.0))
        for name, audio in render_files(recipe, SOUND_FONT):
            soundfile.write(notes / name, audio, RATE_HZ)
    runs = {}
    for name, (rate, flags, _) in RUNS.items():
        run = runs[name] = folder / name
        if (run / "oboe.safetensors").exists():
            continue
        path = folder / "oboe.toml"
        path.write_text(RECIPE.format(folder=notes, steps=STEPS, rate=rate))
        command = [sys.executable, "-m", "rtsynth", "train", str(path), "--out", str(run)]
        subprocess.run([*command, *flags], check=True)
    return runs


def cents(run: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Deviations from pitch in cents and from level in dB, [seeds, keys], and a scale of notes."""
    compiled = compile_plugin(rtsynth.load(run / "oboe.safetensors"))
    off, levels, scale = np.zeros((len(SEEDS), len(KEYS))), np.zeros((len(SEEDS), len(KEYS))), []
    for row, seed in enumerate(SEEDS):
        for column, key in enumerate(KEYS):
            knobs = {"pitch": float(key), "amplitude": LOUD}
            audio = rtsynth.render(compiled, SETTLE_S + HELD_S, knobs, seed)
            held = audio[round(SETTLE_S * RATE_HZ) :]
            off[row, column] = held_pitch_error_cents(held, RATE_HZ, key)
            levels[row, column] = level_db(held) - 20 * np.log10(RMS * LOUD)
            if row == 0:
                scale.append(
                    held[: round(0.35 * RATE_HZ)] * np.hanning(round(0.35 * RATE_HZ)) ** 0.2
                )
    return off, levels, np.concatenate(scale)


def curve(run: Path) -> np.ndarray:
    """(step, bits) of the training loss."""
    with (run / "losses.csv").open() as file:
        rows = list(csv.DictReader(file))
    return np.array([(float(row["step"]), float(row["train_bits"])) for row in rows])


def main() -> None:
    """Train what is not there, measure, play and draw."""
    matplotlib.use("Agg")
    from matplotlib import pyplot

    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    runs = train(folder)
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
    scales = []
    for name, run in runs.items():
        bits = rtsynth.load(run / "oboe.safetensors").manifest.provenance.held_out_bits_per_sample
        off, levels, scale = cents(run)
        size = np.abs(off)
        print(
            f"{name}: held out {bits:.3f} bits; pitch: median {np.median(size):.1f} cents, worst"
            f" {size.max():.0f}, {(size <= 50).sum()} of {size.size} within 50; level: median"
            f" {np.median(np.abs(levels)):.1f} dB, worst {np.abs(levels).max():.1f}"
        )
        print("  ", " ".join(f"{value:+.0f}" for value in off.ravel()))
        called = RUNS[name][2]
        left.plot(*curve(run).T, label=called)
        right.plot(KEYS, np.maximum(size.max(axis=0), 1), "ox+"[len(scales)], label=called)
        scales.append(scale)
    left.set(xlabel="step", ylabel="bits per sample", title="Training loss")
    right.set(yscale="log", xlabel="note (MIDI)", ylabel="cents", title="Off pitch (worse of two)")
    right.axhline(50, color="grey", linewidth=0.8)
    left.legend(), right.legend()
    figure.savefig(DOCS / "images" / "start-from.png", dpi=110)
    sound = np.concatenate([scales[0], np.zeros(RATE_HZ // 2), scales[1]])
    soundfile.write(DOCS / "sounds" / "start-from.flac", sound, RATE_HZ)


if __name__ == "__main__":
    main()
