"""`rtsynth score`."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from rtsynth.cli.options import Json, OfflinePrecision, OnePlugin
from rtsynth.cli.render_moves import Moves, read_moves
from rtsynth.common.errors import InputError
from rtsynth.processes.options import Set, Threads, parse_settings

if TYPE_CHECKING:
    from rtsynth.offline.timeline import Timeline


def at_the_plugins_rate(moves: Moves, audio: str, length: int, rate_hz: int) -> "Timeline":
    """The events of a file with a row for every sample of a recording at its own rate.

    Sample n of `length` belongs to row n frames / length, as in training.

    Raises:
        InputError: it has another number of rows than the recording frames.
    """
    from rtsynth.common.audiofile import frames_of
    from rtsynth.common.remarks import keep_quiet
    from rtsynth.offline.timeline import Shifted, Timeline

    frames, file_hz = frames_of(audio, keep_quiet)
    if moves.rows != frames:
        own = f", nor its own {frames} at {file_hz} Hz" if frames != length else ""
        raise InputError(
            f"{moves.file}: has {moves.rows} rows, but {audio} {length} samples at {rate_hz} Hz"
            f"{own}"
        )

    def at(time_s: float) -> float:
        return -(-round(time_s * rate_hz) * length // frames) / rate_hz

    return Timeline([Shifted(moves.events, at)])


def score(
    plugin: OnePlugin,
    audio: Annotated[str, typer.Argument(metavar="AUDIO", help="The recording.")],
    conditioning: Annotated[
        str | None, typer.Option(metavar="FILE", help="As --automation of render.")
    ] = None,
    settings: Set = None,
    precision: OfflinePrecision = "float32",
    threads: Threads = None,
    as_json: Json = False,
) -> None:
    """Bits per sample of a recording under a plugin (teacher-forced)."""
    from rtsynth.common.audiofile import read_mono
    from rtsynth.common.computing import check_precision, usable_threads
    from rtsynth.compiler.compile import compile_plugin
    from rtsynth.compiler.settings import check_settings, clamp_settings
    from rtsynth.offline.teacher import OverTime
    from rtsynth.offline.teacher import score as bits_per_sample
    from rtsynth.plugin import load
    from rtsynth.plugin.library import resolve

    check_precision(precision, threads)
    exact = "float32" if precision == "auto" else precision
    compiled = compile_plugin(load(resolve(plugin)), exact, threads or usable_threads())
    _ = compiled.plugin.manifest.audio_codec  # raises for a plugin that makes none
    samples = read_mono(audio, compiled.plugin.sample_rate_hz)
    given = parse_settings(settings)
    check_settings([compiled.plugin], given)
    held = clamp_settings(compiled.plugin, given)
    if conditioning is None:
        bits = bits_per_sample(compiled, samples, held)
    else:
        moves = read_moves(conditioning, compiled.plugin)[0]
        events = moves.events
        if moves.rows not in (None, samples.size):
            events = at_the_plugins_rate(moves, audio, samples.size, compiled.plugin.sample_rate_hz)
        bits = bits_per_sample(compiled, samples, OverTime(compiled, events, held, samples.size))
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
