"""`python -m rtsynth_train.measure.held_out PLUGIN DATA`: bits per sample at every precision.

The end of every recording that the trainer held out, scored under the engine's kernels, which is
what `rtsynth score` does with one recording.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

import rtsynth
from rtsynth.common.audiofile import find_audio, read_mono
from rtsynth.common.computing import PRECISIONS
from rtsynth.common.errors import RtsynthError
from rtsynth.common.plain_text import plain
from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.offline.teacher import score
from rtsynth.plugin.library import resolve
from rtsynth_train.core.filenames import values_for
from rtsynth_train.core.recipes import file_name_fields
from rtsynth_train.core.recordings import check_plain

HELD_OUT = 0.1  # of every recording, at its end


def held_out_bits(
    compiled: Compiled, folder: Path, fields: dict[str, str], every: int = 1
) -> float:
    """Mean bits per sample over the held-out ends of every `every`-th recording in a folder.

    `fields` maps the plugin's parameters to the fields of the file names.

    Raises:
        InputError: there are no recordings, or one does not fit; the line names it.
    """
    names = [parameter.name for parameter in compiled.plugin.parameters]
    bits, samples = 0.0, 0
    for path in find_audio(folder)[::every]:
        check_plain(path, compiled.plugin.sample_rate_hz)
        audio = read_mono(path)
        end = audio[-int(len(audio) * HELD_OUT) :]
        values = values_for(path, [fields[name] for name in names])
        held = dict(zip(names, values, strict=True))
        bits += score(compiled, end, held) * len(end)
        samples += len(end)
    return bits / samples


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="rtsynth_train.measure.held_out", description=__doc__)
    parser.add_argument("plugin", help="a plugin file, or the name of one at hand")
    parser.add_argument("data", type=Path, help="the recordings it was trained on")
    parser.add_argument("--recipe", default="clarinet-trumpet", help="whose file names these are")
    parser.add_argument("--every", type=int, default=1, help="score every N-th recording only")
    arguments = parser.parse_args()
    try:
        plugin = rtsynth.load(resolve(arguments.plugin))
        conditioning, _ = file_name_fields(arguments.recipe)
        fields = {parameter.name: parameter.field for parameter in conditioning}
        exact = np.nan
        for precision in PRECISIONS:
            compiled = compile_plugin(plugin, precision)
            bits = held_out_bits(compiled, arguments.data, fields, arguments.every)
            exact = bits if np.isnan(exact) else exact
            print(f"{precision:8} {bits:.4f} bits per sample ({bits - exact:+.4f})", flush=True)
    except RtsynthError as error:
        print(f"rtsynth: {plain(str(error))}", file=sys.stderr)
        sys.exit(error.exit_status)


if __name__ == "__main__":
    main()
