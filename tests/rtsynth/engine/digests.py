"""Digests of the sound of the shipped plugins: every precision, block size, number of threads.

Run as a program it prints the table, `--check` compares it with the committed one
(`render_digests.json`), `--write` replaces that. What a plugin is played with (events, codes,
conditioning) is arithmetic on whole numbers: the same everywhere.

"int8" and "int4" are rounded with regard to what a plugin's matrices are multiplied with. That is
found by linear algebra whose last bits may differ from machine to machine. So each entry has the
digest of its packed weights beside those of its sound: where the weights are other ones, the sound
may be. "int8 nearest" and "int4 nearest" round every weight by itself and are the same everywhere,
like "float32".

The matrices of the shipped plugins have too few inputs for four bits: at "int4" they sound as at
"int8". So there is also "large", a plugin of random weights that has such matrices, large enough to
be shared by threads.
"""

import hashlib
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled, compile_plugin, feed_codes, force_tier, new_arena
from rtsynth.engine.program.layout import (
    BUILT_IN,
    EXPRESSION,
    GAIN,
    GATE,
    TARGET_RESET,
    TARGET_SEED,
    TEMPERATURE,
    TOP_K,
    TOP_P,
    Events,
    header_of,
    voice_target,
)
from rtsynth.engine.program.program import FEWEST_INPUTS_INT4
from rtsynth.engine.program.table import rows_of
from rtsynth.engine.run.render import render_block
from rtsynth.plugin import Plugin, load
from tests.places import ROOT
from tests.rtsynth.plugins import random_plugin

F32 = NDArray[np.float32]
Digests = dict[str, str]

TABLE = Path(__file__).with_name("render_digests.json")
SHIPPED = ("clarinet-trumpet", "pops", "vessel", "voices")
LARGE = "large"
EXACT = ("float32", "int8 nearest", "int4 nearest")  # the same weights on every machine
ROUNDED = ("int8", "int4")
ENTRIES = [(plugin, precision) for plugin in SHIPPED for precision in (*EXACT, *ROUNDED)]
ENTRIES += [(LARGE, precision) for precision in EXACT]
SAMPLES, BRIEF = 16_000, 1_000  # BRIEF: of blocks of one sample
FORCED = 300
VOICES = 3


class Take(NamedTuple):
    """One way to render the same sound."""

    threads: int
    block: int
    samples: int


TAKES = [
    Take(threads, block, samples)
    for threads in (1, 2)
    for block, samples in ((SAMPLES, SAMPLES), (997, SAMPLES), (64, SAMPLES), (1, BRIEF))
]


def compiled(plugin: str, precision: str, threads: int) -> Compiled:
    """A plugin at one of EXACT or ROUNDED."""
    bits, _, nearest = precision.partition(" ")
    return compile_plugin(_plugin(plugin), bits, threads, calibrated=not nearest)


def _plugin(name: str) -> Plugin:
    if name != LARGE:
        return load(ROOT / "models" / "plugins" / f"{name}.safetensors")
    hidden = FEWEST_INPUTS_INT4 + 32
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.safetensors"
        return random_plugin(path, scale=1.9 / hidden**0.5, hidden=hidden, layers=2)


def weights_digest(plugin: Compiled) -> str:
    """Of the packed weights."""
    return _digest(plugin.program.weights)


def sound(plugin: Compiled, take: Take, voices: int) -> F32:
    """What is put out, with every kind of timed event."""
    arena, events, first = new_arena(plugin, 3, voices), _events(plugin, voices), 0
    out = np.full(take.samples, np.nan, np.float32)
    for start in range(0, out.size, take.block):
        part = out[start : start + take.block]
        first = render_block(plugin.program, header_of(arena), arena, events, first, part)
    return out


def forced(plugin: Compiled) -> F32:
    """What the heads of all tiers produce for codes and conditioning that they are given."""
    parts = []
    for number, places in enumerate(plugin.tiers):
        arena = new_arena(plugin, 3)
        audio = number == len(plugin.tiers) - 1
        levels = plugin.program.decode.size
        codes = np.arange(places.prompt + FORCED if audio else 0) * 7919 % levels
        feed_codes(plugin, arena, codes[: places.prompt])
        columns = places.values.size + places.conditioning.size
        given = np.arange(FORCED * columns).reshape(FORCED, columns) * 40503 % 65536 / 65536
        out = np.empty((FORCED, *places.shape), np.float32)
        force_tier(plugin, number, arena, codes[places.prompt :], given.astype(np.float32), out)
        parts.append(out.ravel())
    return np.concatenate(parts)


def reference(plugin: Compiled) -> dict[str, F32]:
    """What is digested beside the weights, in one block."""
    whole = Take(plugin.threads, SAMPLES, SAMPLES)
    return {
        "sound": sound(plugin, whole, 1),
        "voices": sound(plugin, whole, VOICES),
        "forced": forced(plugin),
    }


def digests(plugin: Compiled) -> Digests:
    """An entry of the table."""
    found = {name: _digest(array) for name, array in reference(plugin).items()}
    return {"weights": weights_digest(plugin)} | found


def unlike(plugin: str, precision: str, takes: list[Take]) -> list[str]:
    """The takes that do not sound, to the bit, like one block on one thread."""
    by_threads = {threads: compiled(plugin, precision, threads) for threads in (1, 2)}
    expected = reference(by_threads[1])
    wrong = []
    for take in takes:
        for name, voices in (("sound", 1), ("voices", VOICES)):
            out = sound(by_threads[take.threads], take, voices)
            if out.tobytes() != expected[name][: out.size].tobytes():
                wrong.append(f"{plugin} {precision} {name} {take}")
    if forced(by_threads[2]).tobytes() != expected["forced"].tobytes():
        wrong.append(f"{plugin} {precision} forced on 2 threads")
    return wrong


def committed() -> dict[str, dict[str, Digests]]:
    """{plugin: {precision: digests}} as they were when the table was written."""
    table: dict[str, dict[str, Digests]] = json.loads(TABLE.read_text())
    return table


def differences(got: Digests, expected: Digests) -> list[str]:
    """The names of what is not as it was; of other weights the sound may be another."""
    if got["weights"] != expected["weights"]:
        return ["weights"]
    return [name for name in expected if got.get(name) != expected[name]]


def _digest(array: F32) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def _events(plugin: Compiled, voices: int) -> Events:
    """Every row of the table moves, some of them for a single voice; a reset and a new seed."""
    rows = rows_of(plugin.plugin.manifest)
    timed = [(0, voice_target(GATE, voice), 1.0) for voice in range(1, voices)]
    for number, row in enumerate(rows[BUILT_IN:], 7):  # whatever rows the engine adds before them
        low, high = row.spec.minimum, row.spec.maximum
        for turn, share in enumerate((0.25, 0.75, 0.5)):
            time = 700 + 4_001 * turn + 37 * number
            voice = (number + turn) % (voices + 1) - 1  # -1: all of them
            timed.append((time, voice_target(row.index, voice), low + share * (high - low)))
    timed += [
        (3_000, TEMPERATURE, 0.8),
        (5_000, TOP_K, 40.0),
        (6_000, voice_target(EXPRESSION, 0), 0.5),
        (7_001, TOP_P, 0.9),
        (8_000, voice_target(GAIN, voices - 1), 0.4),
        (9_000, TARGET_SEED, 11.0),
        (10_000, TARGET_RESET, 0.0),
        (11_000, TEMPERATURE, 0.0),
        (11_500, TEMPERATURE, 1.0),
        (12_000, voice_target(TARGET_RESET, 0), 0.0),
    ]
    times, targets, values = zip(*sorted(timed), strict=True)
    return Events(
        np.array(times, np.int64), np.array(targets, np.int32), np.array(values, np.float64)
    )


def _found() -> Iterator[tuple[str, str, Digests]]:
    for plugin, precision in ENTRIES:
        yield plugin, precision, digests(compiled(plugin, precision, 1))


def main() -> int:
    """See the module; the exit status is 1 where anything is not as it was."""
    if "--write" in sys.argv:
        table: dict[str, dict[str, Digests]] = {}
        for plugin, precision, found in _found():
            table.setdefault(plugin, {})[precision] = found
        TABLE.write_text(json.dumps(table, indent=1) + "\n")
        return 0
    wrong = 0
    for plugin, precision, found in _found():
        line = f"{plugin}\t{precision}\t" + " ".join(d[:16] for d in found.values())
        if "--check" in sys.argv:
            bad = differences(found, committed()[plugin][precision])
            bad += unlike(plugin, precision, TAKES)
            line += f"\t{', '.join(bad) or 'as it was'}"
            wrong += len(bad)
        print(line, flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
