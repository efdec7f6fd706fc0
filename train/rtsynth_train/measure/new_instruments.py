"""`python -m rtsynth_train.measure.new_instruments`: instruments that are learned in minutes.

Each is rendered by FluidSynth, two octaves at five loudnesses. `rtsynth new` writes a recipe for a
time, `rtsynth train` trains it as it stands, with every seed; then each note is played at three of
the loudnesses, and compared with its recording.
"""

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import rtsynth
from rtsynth.common.audiofile import read_mono
from rtsynth.common.audiofile.writing import write_audio
from rtsynth.common.errors import InputError, RtsynthError
from rtsynth.common.plain_text import plain
from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth_train.core.filenames import format_name
from rtsynth_train.measure.sound import held_pitch_error_cents, level_db
from rtsynth_train.sets.reference_set import Instrument, Recipe, render_files
from rtsynth_train.sets.soundfont import SOUND_FONT

# Label, General MIDI program and lowest key. The plugin `notes` did not learn from these, nor was
# anything tuned by them.
INSTRUMENTS = ("soprano-sax:64:56", "english-horn:69:52")
OCTAVES_KEYS = 25  # two of them
MIDI_NUMBERS = 128
RECORDED = (0.2, 0.4, 0.6, 0.8, 1.0)
PLAYED = (0.2, 0.6, 1.0)
RECORDED_S, SETTLE_S, HELD_S = 2.5, 0.3, 1.0
SEARCHED = 13  # semitones around a note
NEAR_CENTS, MEDIAN_CENTS, NEAR_DB = 50.0, 10.0, 3.0
SEEDS = (1, 2)

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class Learned:
    """One training: `cents` and `decibels` [keys, PLAYED] that its sounds are off."""

    instrument: str
    seed: int
    seconds: float  # of the training,
    cpu_s: float  # and its time on all cores together
    bits: float  # held out
    cents: F64
    decibels: F64

    @property
    def right(self) -> bool:
        """Whether every note is as it should be."""
        off, levels = np.abs(self.cents), np.abs(self.decibels)
        return bool(
            off.max() <= NEAR_CENTS and np.median(off) <= MEDIAN_CENTS and levels.max() <= NEAR_DB
        )

    def row(self) -> tuple[str, ...]:
        """The cells of the table."""
        off, levels = np.abs(self.cents), np.abs(self.decibels)
        return (
            self.instrument, f"{self.seed}", f"{self.seconds:.0f} s", f"{self.cpu_s:.0f} s",
            f"{self.bits:.3f}",
            f"{np.median(off):.1f}", f"{off.max():.0f}",
            f"{(off <= NEAR_CENTS).sum()} of {off.size}",
            f"{levels.max():.1f} dB", f"{(levels <= NEAR_DB).sum()} of {levels.size}",
            "yes" if self.right else "no",
        )  # fmt: skip


COLUMNS = (
    "instrument", "seed", "took", "of CPUs", "held out, bits", "off pitch, median", "worst",
    f"within {NEAR_CENTS:.0f} cents", "off level, worst", f"within {NEAR_DB:.0f} dB", "right",
)  # fmt: skip


def instrument_of(text: str) -> tuple[Instrument, range]:
    """The instrument, and its keys, of "label:program:lowest".

    Raises:
        InputError: it is not that.
    """
    try:
        label, program, lowest = text.split(":")
        number, first = int(program), int(lowest)
    except ValueError:
        label, number, first = text, -1, -1
    if not (0 <= number < MIDI_NUMBERS and 0 <= first <= MIDI_NUMBERS - OCTAVES_KEYS):
        raise InputError(
            f"--instrument {text}: must be LABEL:PROGRAM:LOWEST, two numbers from 0 on, as"
            " flute:73:60"
        )
    return Instrument(label, number), range(first, first + OCTAVES_KEYS)


def render_recordings(folder: Path, instrument: Instrument, keys: Sequence[int]) -> None:
    """Write the recordings of one instrument; what `folder` has already stays."""
    if folder.is_dir():
        return
    folder.mkdir(parents=True)
    recipe = Recipe((instrument,), tuple(keys), RECORDED, RECORDED_S)
    for name, audio in render_files(recipe, SOUND_FONT):
        write_audio(folder / name, audio, recipe.rate_hz)


def train(
    recordings: Path, run: Path, seed: int, length: str, more: Sequence[str]
) -> tuple[float, float]:
    """Recipe and training, unless the run is there; the seconds that the second one took, and those
    of CPUs.
    """
    took = run.with_suffix(".seconds")
    if not took.is_file():
        recipe = run.with_suffix(".toml")
        rtsynth_command = [sys.executable, "-m", "rtsynth"]
        new = ["new", str(recordings), "--kind", "note", "--time", length, "--out", str(recipe)]
        done = subprocess.run(
            [*rtsynth_command, *new, "--force"], check=True, stdout=subprocess.PIPE, text=True
        )
        # As a person would, by the command that is said.
        words = shlex.split(done.stdout.rsplit("train it with: ", 1)[1])[1:]
        words += ["--out", str(run), "--seed", str(seed), *more]
        begun_s, before = time.monotonic(), os.times()
        subprocess.run([*rtsynth_command, *words], check=True)
        spent, after = time.monotonic() - begun_s, os.times()
        cpu_s = sum(after[2:4]) - sum(before[2:4])  # of ended children, user and system
        took.write_text(f"{spent:.1f} {cpu_s:.1f}")
    seconds, cpu_s = map(float, took.read_text().split())
    return seconds, cpu_s


def played(compiled: Compiled, pitch: int, amplitude: float, seed: int) -> NDArray[np.floating]:
    """A held note without its beginning."""
    knobs = {"pitch": float(pitch), "amplitude": amplitude}
    audio = rtsynth.render(compiled, SETTLE_S + HELD_S, knobs, seed)
    return audio[round(SETTLE_S * compiled.plugin.sample_rate_hz) :]


def cents_off(audio: NDArray[np.floating], rate_hz: int, pitch: int) -> float:
    """How far a sound is from its note."""
    low, high = (440.0 * 2 ** ((pitch + off - 69) / 12) for off in (-SEARCHED, SEARCHED))
    return held_pitch_error_cents(audio, rate_hz, pitch, (low, high))


def compared(
    compiled: Compiled, recordings: Path, label: str, keys: Sequence[int], seed: int
) -> tuple[F64, F64]:
    """Cents and decibels [keys, PLAYED] between what a plugin plays and the recordings."""
    cents, decibels = np.zeros((len(keys), len(PLAYED))), np.zeros((len(keys), len(PLAYED)))
    for row, key in enumerate(keys):
        for column, amplitude in enumerate(PLAYED):
            audio = played(compiled, key, amplitude, seed)
            cents[row, column] = cents_off(audio, compiled.plugin.sample_rate_hz, key)
            name = format_name(label, {"instID": 0.0, "p": float(key), "a": amplitude})
            decibels[row, column] = level_db(audio) - level_db(read_mono(recordings / name))
    return cents, decibels


def print_table(rows: Sequence[Learned]) -> None:
    """A row for each training."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title="New instruments")
    for column in COLUMNS:
        table.add_column(column)
    for each in rows:
        table.add_row(*each.row())
    Console(width=140).print(table)


def run(arguments: argparse.Namespace) -> int:
    """0 when every instrument is right with every seed, 1 otherwise."""
    folder = arguments.folder or Path(tempfile.mkdtemp())
    rows = list[Learned]()
    for text in arguments.instrument or INSTRUMENTS:
        instrument, keys = instrument_of(text)
        recordings = folder / instrument.label
        render_recordings(recordings, instrument, keys)
        for seed in arguments.seed or SEEDS:
            at = folder / f"{instrument.label}-{arguments.time}-{seed}{arguments.called}"
            took = train(recordings, at, seed, arguments.time, arguments.more)
            plugin = rtsynth.load(at / f"{instrument.label}.safetensors")
            off = compared(compile_plugin(plugin), recordings, instrument.label, keys, seed)
            bits = plugin.manifest.provenance.held_out_bits_per_sample or 0.0
            rows.append(Learned(instrument.label, seed, *took, bits, *off))
            if arguments.notes:
                print(np.round(off[0]).astype(int).tolist(), np.round(off[1], 1).tolist())
    print_table(rows)
    return 0 if all(each.right for each in rows) else 1


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog="rtsynth_train.measure.new_instruments", description=__doc__
    )
    parser.add_argument("--instrument", action="append", metavar="LABEL:PROGRAM:LOWEST",
                        help=f"default: {' '.join(INSTRUMENTS)}")  # fmt: skip
    parser.add_argument("--seed", type=int, action="append", help=f"default: {SEEDS}")
    parser.add_argument("--time", default="3min", help="of each training (3min)")
    parser.add_argument("--folder", type=Path, help="what is in it is not made again")
    parser.add_argument("--called", default="", help="added to the names of the runs")
    parser.add_argument("--notes", action="store_true", help="print what every note is off")
    parser.add_argument("more", nargs="*", help="behind --: more words for rtsynth train")
    try:
        sys.exit(run(parser.parse_args()))
    except RtsynthError as error:
        print(f"rtsynth: {plain(str(error))}", file=sys.stderr)
        sys.exit(error.exit_status)


if __name__ == "__main__":
    main()
