"""`rtsynth render`."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rtsynth.cli.options import OfflinePrecision
from rtsynth.cli.render_index import Settings, render_index
from rtsynth.cli.render_moves import RELEASE_S, MidiFlags, Moves, read_moves
from rtsynth.cli.render_replay import refuse_with_replay, render_replay
from rtsynth.common.errors import InputError
from rtsynth.host.voicing_choice import VoicingChoice
from rtsynth.processes.options import (
    Block,
    MidiMap,
    Modulate,
    Seed,
    Set,
    Threads,
    Voices,
    check_seconds,
    parse_modulation,
    parse_settings,
)
from rtsynth.processes.voicing_options import (
    BendRange,
    KeyboardMap,
    Mpe,
    Pressure,
    Timbre,
    Tuning,
    Velocity,
    VoiceMode,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rtsynth.plugin import Parameter, Plugin, Tier

    AudioWriter = Callable[[Path, NDArray[np.float32], int], None]

FORMATS = ("PCM_16", "PCM_24", "FLOAT")
PRIME_S = 1.0
LATEST_PRIME_S = 86_400.0
RANDOM = "random"  # what --prime takes instead of a file
SEED_DIGITS = 16


def render(
    plugin: Annotated[
        str | None,
        typer.Argument(metavar="PLUGIN", help="Name (see rtsynth list) or file."),
    ] = None,
    *,
    out: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            help="Extension decides: .wav, .flac, ...; .npy or .csv: values of a tier. With "
            "--index: a folder.",
        ),
    ],
    seconds: Annotated[
        float | None,
        typer.Option(
            metavar="S",
            help="Length; without it that of a .csv with a row for every sample, or of a MIDI file "
            f"and {RELEASE_S:g} s, or a longer release, for its last notes to end.",
        ),
    ] = None,
    settings: Set = None,
    modulate: Modulate = None,
    automation: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Timed changes: .csv (time_s,NAME,...), .npy:RATE, .params[:START_S] or .mid; or "
            "a .csv with a row for every sample: its class, or values under a line of NAMEs.",
        ),
    ] = None,
    midi_map: MidiMap = None,
    bend_range: BendRange = None,
    velocity: Velocity = None,
    voice_mode: VoiceMode = None,
    pressure: Pressure = None,
    timbre: Timbre = None,
    tuning: Tuning = None,
    keyboard_map: KeyboardMap = None,
    mpe: Mpe = None,
    replay: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Compute again, to the bit, what rtsynth play --log FILE played; takes no PLUGIN.",
        ),
    ] = None,
    index: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="A list of such files: renders each into the folder OUT, seeds SEED, SEED+1, ...",
        ),
    ] = None,
    prime: Annotated[
        str | None,
        typer.Option(
            metavar="FILE[:START_S]|random[:SEED]", help="A second of input before it starts."
        ),
    ] = None,
    seed: Seed = 0,
    batch: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=10_000, help="N renderings, seeds SEED, SEED+1, ..."),
    ] = None,
    tier: Annotated[
        str | None, typer.Option(metavar="NAME", help="Tier whose values are written.")
    ] = None,
    block: Block = 256,
    sample_format: Annotated[
        str, typer.Option("--format", metavar="|".join(FORMATS), help="Sample format of the file.")
    ] = "PCM_24",
    precision: OfflinePrecision = "float32",
    threads: Threads = None,
    voices: Voices = 1,
) -> None:
    """Render a plugin to a file, offline, with the kernels that play it live."""
    from rich.console import Console
    from rich.progress import Progress

    from rtsynth.common.computing import check_precision, usable_threads
    from rtsynth.common.files.atomic import check_place
    from rtsynth.common.seeds import check_seed
    from rtsynth.compiler.compile import compile_plugin
    from rtsynth.compiler.modulation_flags import check_modulation, depths_for
    from rtsynth.compiler.settings import check_settings, clamp_settings
    from rtsynth.offline.automation import batch_size
    from rtsynth.offline.conditioning_file import without_smoothing
    from rtsynth.offline.render import render as render_audio
    from rtsynth.offline.render import render_values
    from rtsynth.offline.values_file import VALUE_SUFFIXES, within_ranges, write_values
    from rtsynth.plugin import load
    from rtsynth.plugin.library import resolve

    check_precision(precision, threads)
    how = VoicingChoice(bend_range, velocity, voice_mode, pressure, timbre, tuning, keyboard_map)
    midi = MidiFlags(midi_map, how, mpe)
    if replay is not None:
        given = {
            "PLUGIN": plugin, "--seconds": seconds, "--set": settings, "--modulate": modulate,
            "--automation": automation,
            **midi.given(), "--index": index, "--prime": prime, "--batch": batch,
            "--tier": tier, "--seed": seed or None, "--voices": voices if voices > 1 else None,
            "--precision": None if precision == "float32" else precision,
        }  # fmt: skip
        refuse_with_replay(given)
        render_replay(
            Path(replay), Path(out), threads, writer_for(Path(out), sample_format), sample_format
        )
        return
    if plugin is None:
        raise InputError("PLUGIN: is missing; give a name (see rtsynth list) or a file")
    check_seconds(seconds)
    if index is None and automation is None and seconds is None:
        Moves().length_s(None, 0)  # raises: before anything is loaded
    write = writer_for(wav_in(out) if index else Path(out), sample_format)
    if index is None:
        check_place(batch_paths(Path(out), batch or 1)[0])
    exact = "float32" if precision == "auto" else precision
    loaded = load(resolve(plugin))
    if index is not None:
        _ = loaded.manifest.audio_codec
        alone = {"--automation": automation, **midi.given(), "--tier": tier}
        for flag, value in alone.items():
            if value is not None:
                raise InputError(f"{flag}: cannot be combined with --index")
        primer, prime_seed = read_prime(prime, loaded.sample_rate_hz) if prime else (None, None)
        check_settings([loaded], parse_settings(settings))
        check_modulation([loaded], parse_modulation(modulate))
        shared = Settings(
            seconds, clamp_settings(loaded, parse_settings(settings)),
            depths_for(loaded, parse_modulation(modulate)), seed, batch or 1, exact,
            threads, voices, block or 256, primer, prime_seed,
        )  # fmt: skip
        render_all(loaded, Path(index), Path(out), shared, write)
        return
    makes_values = Path(out).suffix.lower() in VALUE_SUFFIXES
    chosen = tier_for(loaded, tier) if makes_values else None
    if tier is not None and chosen is None:
        raise InputError(f"--tier {tier}: is for values; let --out end in .npy or .csv")
    if chosen is None:
        _ = loaded.manifest.audio_codec  # raises for a plugin that makes none
    elif voices > 1:
        raise InputError(f"--voices {voices}: is for audio; values are those of one voice")
    count = batch or (batch_size(automation) if automation else 1)
    check_seed(seed + count - 1)
    moves = read_moves(automation, loaded, count, voices, midi)
    parsed = parse_settings(settings)
    check_settings([loaded], parsed)
    check_modulation([loaded], parse_modulation(modulate))
    depths = depths_for(loaded, parse_modulation(modulate))
    held = clamp_settings(loaded, parsed) | dict(moves[0].first)
    seconds = moves[0].length_s(seconds, loaded.sample_rate_hz, held)
    loaded = without_smoothing(loaded, moves[0].exact)
    primer, prime_seed = read_prime(prime, loaded.sample_rate_hz) if prime else (None, None)
    compiled = compile_plugin(loaded, exact, threads or usable_threads())
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        total = seconds * loaded.sample_rate_hz
        task = progress.add_task("rendering", total=total * count)
        for number, path in enumerate(batch_paths(Path(out), count)):

            def report(done: int, before: float = number * total) -> None:
                progress.update(task, completed=before + done)

            if chosen is not None:
                rendering = render_values(
                    compiled, seconds, held, seed + number, modulation=depths,
                    events=moves[number].events, prime=primer, prime_seed=prime_seed,
                    progress=report,
                )  # fmt: skip
                values = rendering.values[chosen.name]
                made, outside = within_ranges(parameters_of(loaded, chosen), values)
                write_values(path, chosen.rate_hz, chosen.outputs, made)
                if outside:
                    which = ", ".join(f"{name} ({count})" for name, count in outside.items())
                    console.print(
                        f"rtsynth: values out of range, of {len(made)}: {which}: clamped",
                        highlight=False, soft_wrap=True,
                    )  # fmt: skip
            else:
                audio = render_audio(
                    compiled, seconds, held, seed + number, modulation=depths,
                    events=moves[number].events, prime=primer, prime_seed=prime_seed,
                    block_frames=block or 256, voices=voices, progress=report,
                )  # fmt: skip
                write(path, audio, loaded.sample_rate_hz)
            console.print(f"rtsynth: wrote {path} ({seconds:g} s)", highlight=False, soft_wrap=True)


def wav_in(folder: str) -> Path:
    """A .wav in `folder`, which need not be there yet.

    Raises:
        InputError: it is a file, or called like one.
    """
    from rtsynth.common.audiofile.writing import CONTAINERS

    if Path(folder).is_file() or Path(folder).suffix.lower() in CONTAINERS:
        raise InputError(f"--out {folder}: with --index give a folder")
    return Path(folder) / "x.wav"


def render_all(
    plugin: "Plugin", index: Path, folder: Path, settings: Settings, write: "AudioWriter"
) -> None:
    """`render_index`, with a progress bar on a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("rendering", total=1.0)
        render_index(
            plugin, index, folder, settings, write,
            say=lambda text: console.print(f"rtsynth: {text}", highlight=False, soft_wrap=True),
            report=lambda share: progress.update(task, completed=share),
        )  # fmt: skip


def writer_for(path: Path, sample_format: str) -> "Callable[[Path, NDArray[Any], int], None]":
    """Writes audio to a file like `path`.

    Raises:
        InputError: no such format, or the file cannot hold it.
    """
    import soundfile

    from rtsynth.common.audiofile.writing import check_audio_path, container_of, write_audio
    from rtsynth.offline.values_file import VALUE_SUFFIXES

    if sample_format not in FORMATS:
        raise InputError(f"--format {sample_format}: use {', '.join(FORMATS)}")
    if path.suffix.lower() not in VALUE_SUFFIXES:
        check_audio_path(path)
        if not soundfile.check_format(container_of(path), sample_format):
            raise InputError(f"{path}: a {path.suffix} file cannot hold --format {sample_format}")

    def write(path: Path, audio: "NDArray[Any]", rate_hz: int) -> None:
        write_audio(path, audio, rate_hz, sample_format)

    return write


def tier_for(plugin: "Plugin", name: str | None) -> "Tier":
    """The tier whose values are asked for: by default the last one that generates any.

    Raises:
        InputError: there is none, or none of that name.
    """
    tiers = {tier.name: tier for tier in plugin.manifest.tiers if tier.outputs}
    if not tiers:
        raise InputError(f"{plugin.name}: generates no parameters; let --out end in .wav")
    if name is not None and name not in tiers:
        raise InputError(f"--tier {name}: generates nothing; those that do: {', '.join(tiers)}")
    return tiers[name] if name is not None else list(tiers.values())[-1]


def parameters_of(plugin: "Plugin", tier: "Tier") -> "list[Parameter]":
    """What the tier generates, in its order."""
    by_name = {parameter.name: parameter for parameter in plugin.parameters}
    return [by_name[name] for name in tier.outputs]


def batch_paths(path: Path, count: int) -> list[Path]:
    """`path`, or for several renderings NAME-1, NAME-2, ... with its ending."""
    if count == 1:
        return [path]
    return [path.with_stem(f"{path.stem}-{number}") for number in range(1, count + 1)]


def read_prime(text: str, rate_hz: int) -> "tuple[NDArray[np.float64] | None, int | None]":
    """(PRIME_S seconds of the recording in FILE[:START_S], None), or (None, the seed of random).

    Raises:
        InputError: not readable, it is over before START_S, or the seed is no whole number.
    """
    from rtsynth.common.audiofile import read_part

    name, separator, start = text.rpartition(":")
    if text == RANDOM or name == RANDOM:
        number = start if separator else "0"
        if not (number.isdecimal() and len(number) <= SEED_DIGITS):
            raise InputError(f"--prime {text}: {number!r} is no seed; write for example random:7")
        return None, int(number)
    try:
        start_s = float(start) if separator else 0.0
    except ValueError:
        name, start_s = text, 0.0
    if not 0 <= start_s <= LATEST_PRIME_S:
        raise InputError(f"--prime {text}: START_S must be in 0..{LATEST_PRIME_S:g}")
    audio = read_part(name if separator and name else text, rate_hz, start_s, PRIME_S)
    if not audio.size:
        raise InputError(f"--prime {text}: the recording is over before START_S {start_s:g}")
    return audio, None
