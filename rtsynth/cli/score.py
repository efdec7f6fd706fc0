"""`rtsynth score`."""

import json
from typing import Annotated

import typer

from rtsynth.cli.options import Json, OfflinePrecision, OnePlugin, Set, Threads, parse_settings
from rtsynth.cli.render_moves import read_moves
from rtsynth.errors import InputError


def score(
    plugin: OnePlugin,
    audio: Annotated[str, typer.Argument(metavar="AUDIO", help="The recording.")],
    conditioning: Annotated[
        str | None, typer.Option(metavar="FILE", help="What moved: as for render.")
    ] = None,
    settings: Set = None,
    precision: OfflinePrecision = "float32",
    threads: Threads = None,
    as_json: Json = False,
) -> None:
    """Bits per sample of a recording under a plugin (teacher-forced)."""
    from rtsynth.audiofile import read_mono
    from rtsynth.computing import check_precision, usable_threads
    from rtsynth.engine.compile import compile_plugin
    from rtsynth.library import resolve
    from rtsynth.plugin import load
    from rtsynth.teacher import conditioning_over_time
    from rtsynth.teacher import score as bits_per_sample

    check_precision(precision, threads)
    exact = "float32" if precision == "auto" else precision
    compiled = compile_plugin(load(resolve(plugin)), exact, threads or usable_threads())
    samples = read_mono(audio, compiled.plugin.sample_rate_hz)
    held = parse_settings(settings)
    if conditioning is None:
        bits = bits_per_sample(compiled, samples, held)
    else:
        moves = read_moves(conditioning, compiled.plugin)[0]
        if moves.rows not in (None, samples.size):
            raise InputError(
                f"{conditioning}: has {moves.rows} rows, but {audio} {samples.size} samples at "
                f"{compiled.plugin.sample_rate_hz} Hz"
            )
        bits = bits_per_sample(
            compiled, samples, conditioning_over_time(compiled, moves.events, held, samples.size)
        )
    if as_json:
        document = {
            "plugin": compiled.plugin.name,
            "audio": audio,
            "precision": compiled.precision,
            "samples": samples.size,
            "bits_per_sample": bits,
        }
        print(json.dumps(document, indent=2))
    else:
        print(f"{bits:.4f} bits per sample ({samples.size} samples)")
