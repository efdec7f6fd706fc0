"""`rtsynth render`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rtsynth.cli.options import (
    Block,
    Precision,
    Seed,
    Set,
    Threads,
    Voices,
    check_seconds,
    clamp_settings,
    parse_settings,
)
from rtsynth.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORMATS = ("PCM_16", "PCM_24", "FLOAT")
PRIME_S = 1.0


def render(
    plugin: str,
    out: Annotated[str, typer.Option(metavar="FILE", help="Ending decides: .wav, .flac, ...")],
    seconds: Annotated[float, typer.Option(metavar="S")],
    settings: Set = None,
    automation: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="Timed changes: .csv (header time_s,NAME,...), .npy:RATE or .mid."
        ),
    ] = None,
    prime: Annotated[
        str | None,
        typer.Option(metavar="FILE[:START_S]", help="A second of audio to begin from."),
    ] = None,
    seed: Seed = 0,
    block: Block = 256,
    sample_format: Annotated[
        str, typer.Option("--format", metavar="|".join(FORMATS), help="Samples in the file.")
    ] = "PCM_24",
    precision: Precision = "auto",
    threads: Threads = None,
    voices: Voices = 1,
) -> None:
    """Render a plugin to a file, offline, with the kernels that play it live."""
    import soundfile
    from rich.console import Console
    from rich.progress import Progress

    from rtsynth.computing import check_precision, usable_threads
    from rtsynth.engine.compile import compile_plugin
    from rtsynth.files import atomic_write
    from rtsynth.library import resolve
    from rtsynth.offline import render as render_audio
    from rtsynth.plugin import load
    from rtsynth.recorder import check_audio_path, container_of

    check_precision(precision, threads)
    check_seconds(seconds)
    if sample_format not in FORMATS:
        raise InputError(f"--format {sample_format}: use {', '.join(FORMATS)}")
    path = check_audio_path(Path(out))
    if not soundfile.check_format(container_of(path), sample_format):
        raise InputError(f"{path}: a {path.suffix} file cannot hold --format {sample_format}")
    # Nothing waits for an offline render: auto is the most exact.
    exact = "float32" if precision == "auto" else precision
    compiled = compile_plugin(load(resolve(plugin)), exact, threads or usable_threads())
    events = []
    if automation is not None:
        from rtsynth.control.automation import read_automation

        events = read_automation(automation, compiled.plugin, voices=voices)
    primer = read_prime(prime, compiled.plugin.sample_rate_hz) if prime else None
    held = clamp_settings(compiled.plugin, parse_settings(settings))
    console = Console(stderr=True)
    with (
        atomic_write(path) as temporary,
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
    ):
        total = round(seconds * compiled.plugin.sample_rate_hz)
        task = progress.add_task("rendering", total=total)
        audio = render_audio(
            compiled,
            seconds,
            held,
            seed,
            events=events,
            prime=primer,
            block_frames=block or 256,
            voices=voices,
            progress=lambda done: progress.update(task, completed=done),
        )
        soundfile.write(temporary, audio, compiled.plugin.sample_rate_hz, subtype=sample_format)
    print(f"rtsynth: wrote {path} ({seconds:g} s)", file=sys.stderr)


def read_prime(text: str, rate_hz: int) -> "NDArray[np.float64]":
    """PRIME_S seconds of the recording in FILE[:START_S].

    Raises:
        InputError: not readable, or it is over before START_S.
    """
    from rtsynth.audiofile import read_mono

    name, separator, start = text.rpartition(":")
    try:
        start_s = float(start) if separator else 0.0
    except ValueError:
        name, start_s = text, 0.0
    audio = read_mono(name if separator and name else text, rate_hz)
    if not 0 <= start_s * rate_hz < audio.size:
        raise InputError(
            f"--prime {text}: START_S must be in the recording, 0 to {audio.size / rate_hz:.2f} s"
        )
    first = int(start_s * rate_hz)
    return audio[first : first + round(PRIME_S * rate_hz)]
