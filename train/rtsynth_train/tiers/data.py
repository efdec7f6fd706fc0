"""One tier's inputs, targets and conditioning, as arrays at its own rate.

Conditioning that a tier above makes is prepared as it will be streamed: taken at the rate of the
tier above, then held or interpolated. Interpolating as a stream lags: the line from v[k-1] to v[k]
can only be drawn once v[k] is there, so at the time t of the engine the tier's conditioning is that
of t - 1/rate. Training with that lag left in would teach the tier to make the sound of *now* from
the parameters of *before*, that is to guess ahead; live, the guess would be late by nobody's
doing. So the data have the lag taken out again: the tier learns sound and parameters that belong
together, and live both come out together, the whole sound by that lag later. Where a tier has
several parameters with different lags (a knob has none, a value made two tiers up has two) the
others are moved ahead by the difference, which is how far apart they will be live. Holding has no
such lag: v[k] counts from its own time on, in training as live.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from pathlib import Path

import numpy as np

from rtsynth.common.audiofile import find_audio, frames_of, rate_of, read_mono
from rtsynth.common.errors import InputError
from rtsynth.families.mtcrnn.spec import CODEC
from rtsynth.offline.params_file import Track, find_pairs, read_params, track_at
from rtsynth_train.core.converted import Coding
from rtsynth_train.core.recordings import (
    HELD_OUT_MARGIN_S,
    Reader,
    before_silence,
    read_usable,
)
from rtsynth_train.core.scan import sound_end
from rtsynth_train.tiers.config import ParameterConfig, StackConfig, TierConfig, TierDataConfig

_ROUNDING = 1e-6  # of the range: what .params writers may overshoot by


@dataclass(frozen=True)
class TierData:
    """N files, end to end, in steps of the tier's rate.

    `generated` uint8 [sum of lengths] codes, or float32 [sum, D] values as the network sees them;
    `conditioning` float32 [sum, C], of the step that is generated; `starts`, `lengths`,
    `train_lengths` int64 [N]: the rest of each file after `train_lengths` is held out.
    """

    generated: np.ndarray
    conditioning: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray
    train_lengths: np.ndarray


def stream_delay_s(stack: StackConfig, name: str) -> Fraction:
    """How long after its knob or draw parameter `name` has its full effect, 0 for a knob."""
    rate_hz = stack.generated_at_hz(name)
    if rate_hz is None:
        return Fraction(0)
    maker = stack.maker(name)
    before = Fraction(0) if maker is None else tier_delay_s(stack, maker)
    return before + (Fraction(1, rate_hz) if stack.find(name).upsampling == "linear" else 0)


def tier_delay_s(stack: StackConfig, tier: TierConfig) -> Fraction:
    """How far what `tier` makes is behind the performer's hand, in its longest path."""
    return max((stream_delay_s(stack, name) for name in tier.conditioning), default=Fraction(0))


def streamed(values: np.ndarray, ratio: int, upsampling: str) -> np.ndarray:
    """What the engine makes of `values` [K], `ratio` steps for each: [K ratio].

    hold: y[t] = v[k]; linear: y[t] = v[k-1] + (v[k] - v[k-1]) (t - k ratio) / ratio, for t from
    k ratio on, with v[-1] = v[0].
    """
    if upsampling == "hold":
        return np.repeat(values, ratio)
    before = np.concatenate([values[:1], values[:-1]])
    part = np.arange(ratio) / ratio
    return (before[:, None] + (values - before)[:, None] * part).ravel()


def conditioning_at(
    stack: StackConfig, tier: TierConfig, name: str, track: Track, count: int
) -> np.ndarray:
    """The first `count` steps of parameter `name` at the tier's rate, float64 [count]."""
    above_hz = stack.generated_at_hz(name)
    lag_s = tier_delay_s(stack, tier)
    if above_hz is None:
        ahead = round(lag_s * tier.rate_hz)
        return track_at(track, tier.rate_hz, count + ahead)[ahead:]
    upsampling, ratio = stack.find(name).upsampling, tier.rate_hz // above_hz
    ahead = round((lag_s - stream_delay_s(stack, name)) * tier.rate_hz)
    if upsampling == "linear":
        ahead += ratio  # the stream's own lag is one of those that stream_delay_s counts
    values = track_at(track, above_hz, ceil((count + ahead) / ratio))
    return streamed(values, ratio, upsampling)[ahead : ahead + count]


def normalised(parameter: ParameterConfig, track: Track, label: str) -> Track:
    """The track as the network sees it, 0..1: values that are normalised already stay as they are,
    others go through the parameter's own range.

    Raises:
        InputError: values outside 0..1.
    """
    if track.unit == "norm" or (track.minimum, track.maximum) == (0.0, 1.0):
        low, high = 0.0, 1.0
    else:
        low, high = parameter.network_range
    lowest, highest = float(track.values.min()), float(track.values.max())
    slack = _ROUNDING * (high - low)
    if lowest < low - slack or highest > high + slack:
        raise InputError(
            f"{label}: {parameter.source!r} goes from {lowest:g} to {highest:g}, outside"
            f" {low:g}..{high:g} (widen the range of parameter {parameter.name!r}, or normalise it)"
        )
    return replace(track, values=(track.values - low) / (high - low))


def load_tier_data(stack: StackConfig, tier: TierConfig, shortest: int) -> TierData:
    """Read the recordings for one tier.

    `shortest` is the fewest steps that a training part and a held-out part may have.
    Raises InputError naming the file and the parameter.
    """
    data = stack.data
    folder = Path(data.folder)
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder of recordings")
    wanted = [*tier.outputs, *tier.conditioning]
    pairs = dict(_pairs(data, wanted))
    reader = Reader(Coding(tier.rate_hz, CODEC, data.levels), data)

    def read(audio_path: Path) -> tuple[np.ndarray, np.ndarray]:
        tracks = _tracks(stack, pairs[audio_path], wanted)
        if tier.makes_audio:
            made = before_silence(reader.codes(audio_path), reader.coding, data)
        else:
            count = _steps(audio_path, tier.rate_hz, data.held_out_from == "sound")
            columns = [track_at(tracks[name], tier.rate_hz, count) for name in tier.outputs]
            made = np.stack(columns, axis=1).astype(np.float32)
        count = len(made)
        held = int(count * data.held_out)
        if min(held, count - held) < shortest:
            raise InputError(
                f"{audio_path}: {count} steps of tier {tier.name!r} are too few: the held-out part"
                f" ({data.held_out:g} of it) and the rest need {shortest} each; take a shorter"
                " seq_len or longer files"
            )
        rows = np.zeros((count, len(tier.conditioning)), np.float32)
        for column, name in enumerate(tier.conditioning):
            rows[:, column] = conditioning_at(stack, tier, name, tracks[name], count)
        return made, rows

    usable = [arrays for _, arrays in read_usable(folder, list(pairs), read)]
    reader.report(folder, len(pairs))
    sizes = np.array([len(made) for made, _ in usable], np.int64)
    return TierData(
        generated=np.concatenate([made for made, _ in usable]),
        conditioning=np.concatenate([rows for _, rows in usable]),
        starts=np.cumsum(sizes) - sizes,
        lengths=sizes,
        train_lengths=sizes - (sizes * data.held_out).astype(np.int64),
    )


def data_pairs(data: TierDataConfig) -> list[tuple[Path, Path]]:
    """(audio, .params) of every recording."""
    return find_pairs(Path(data.folder), Path(data.params_folder) if data.params_folder else None)


def _pairs(data: TierDataConfig, wanted: list[str]) -> list[tuple[Path, Path | None]]:
    if not wanted:  # a tier of sound alone needs no .params
        return [(path, None) for path in find_audio(Path(data.folder))]
    return [*data_pairs(data)]


def _tracks(stack: StackConfig, path: Path | None, wanted: list[str]) -> dict[str, Track]:
    if path is None:
        return {}
    found = read_params(path)
    tracks = {}
    for name in wanted:
        parameter = stack.find(name)
        if parameter.source not in found:
            known = ", ".join(sorted(found)) or "none"
            raise InputError(f"{path}: no parameter {parameter.source!r}; it has {known}")
        tracks[name] = normalised(parameter, found[parameter.source], str(path))
    return tracks


def _steps(path: Path, rate_hz: int, to_silence: bool) -> int:
    """Steps of a tier in an audio file of any rate, as far as it sounds or to its end."""
    if to_silence:
        file_hz = rate_of(path)
        frames = sound_end(read_mono(path, full_scale=None), file_hz, HELD_OUT_MARGIN_S)
    else:
        frames, file_hz = frames_of(path)
    return frames * rate_hz // file_hz
