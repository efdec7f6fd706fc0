"""`rtsynth score`."""

import json
from typing import Annotated

import typer

from rtsynth.cli.options import Json, Precision, Set, Threads, parse_settings


def score(
    plugin: str,
    audio: str,
    conditioning: Annotated[
        str | None, typer.Option(metavar="FILE", help="Automation (.csv, .npy) of the parameters.")
    ] = None,
    settings: Set = None,
    precision: Precision = "auto",
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
        from rtsynth.control.automation import read_automation

        events = read_automation(conditioning, compiled.plugin)
        bits = bits_per_sample(
            compiled, samples, conditioning_over_time(compiled, events, held, samples.size)
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
