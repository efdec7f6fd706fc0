"""What is wrong with the level of a recording: one table for trainers, `score` and `--check`.

    what is found                                                         then
    a sample beyond 1.5 times full scale (float files)                    refused
    channels that cancel each other when they are mixed                   refused
    silence: below -80 dB, a constant offset taken away                   refused
    channels that nearly cancel each other                                said
    a constant offset (DC) above 1 % of full scale and half of the sound  said
    4 samples in a row at or beyond full scale: clipped                   said
    very quiet: a peak below -40 dB                                       said

Every line names the remedy. A recording of one level trains a network of another: what is learnt
is what is there.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import InputError
from rtsynth.common.remarks import Say, warn

LARGEST_OVER = 1.5  # times full scale: that much a lossy coder or a resampler may add
CLIPPED_LEVEL = 0.999
CLIPPED_RUN = 4  # consecutive samples at full scale: a peak may touch it
SILENT_DB = -80.0
QUIET_PEAK_DB = -40.0
CANCELLED = 0.01  # of the power that channels without relation would have together
NEARLY_CANCELLED = 0.1
OFFSET = 0.01  # of full scale
OFFSET_SHARE = 0.5  # of the sound's RMS
_NAMED_AT_MOST = 3

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a recording; `kind` is common to all that have it."""

    path: Path
    kind: str
    text: str
    remedy: str
    refused: bool

    @property
    def line(self) -> str:
        """Without the name."""
        return f"{self.text}; {self.remedy}"


class Levels:
    """Takes in a recording block by block; then reports what is wrong with it."""

    def __init__(self, channels: int, full_scale: float = 1.0) -> None:
        self._full_scale = full_scale
        self._count, self._peak, self._peak_at, self._mono_peak = 0, 0.0, 0, 0.0
        self._powers = np.zeros(channels)
        self._sums = np.zeros(channels)
        self._mono_power = self._mono_sum = 0.0
        self._run = self._longest_run = 0

    def add(self, block: F64, mono: F64) -> None:
        """The next frames [n, channels], and their mean [n]."""
        if not len(block):
            return
        sizes = np.abs(block).max(axis=1) / self._full_scale
        largest = int(sizes.argmax())
        if sizes[largest] > self._peak:
            self._peak, self._peak_at = float(sizes[largest]), self._count + largest
        self._mono_peak = max(self._mono_peak, float(np.abs(mono).max()) / self._full_scale)
        self._powers += np.square(block).sum(axis=0)
        self._sums += block.sum(axis=0)
        self._mono_power += float(mono @ mono)
        self._mono_sum += float(mono.sum())
        self._count += len(block)
        if sizes[largest] >= CLIPPED_LEVEL or self._run:
            self._add_runs(sizes >= CLIPPED_LEVEL)

    def _add_runs(self, flags: NDArray[np.bool_]) -> None:
        edges = np.flatnonzero(np.diff(flags, prepend=False, append=False))
        starts, ends = edges[::2], edges[1::2]
        lengths = ends - starts
        if len(lengths) and starts[0] == 0:
            lengths[0] += self._run
        self._longest_run = max(self._longest_run, int(lengths.max(initial=0)))
        self._run = int(lengths[-1]) if len(lengths) and ends[-1] == len(flags) else 0

    def findings(self, path: Path, rate_hz: int) -> list[Finding]:
        """What is wrong, what is refused first."""
        if not self._count:
            return []
        scale = self._full_scale
        mean, power = self._mono_sum / self._count, self._mono_power / self._count
        sound = max(0.0, power - mean**2) / scale**2
        parts = np.maximum(0.0, self._powers / self._count - np.square(self._sums / self._count))
        unrelated = float(parts.sum()) / len(parts) ** 2 / scale**2
        share = sound / unrelated if unrelated > 10 ** (SILENT_DB / 10) else 1.0
        out = []

        def found(kind: str, text: str, remedy: str, refused: bool = False) -> None:
            out.append(Finding(path, kind, text, remedy, refused))

        if self._peak > LARGEST_OVER:
            at = self._peak_at
            found(
                "too loud",
                f"reaches {self._peak * scale:.4g} at sample {at} ({at / rate_hz:.3f} s)",
                f"scale it to -{scale:g}..{scale:g}",
                refused=True,
            )
        if len(parts) > 1 and share < CANCELLED:
            found(
                "out of phase",
                "its channels are out of phase: mixed to mono they cancel each other"
                f" ({10 * math.log10(max(share, 1e-20)):.0f} dB)",
                "invert one of them, or keep one",
                refused=True,
            )
        elif 10 * math.log10(sound + 1e-20) < SILENT_DB:
            offset = f" but for a constant offset of {mean:.3g}" if abs(mean) > OFFSET else ""
            found(
                "silent",
                f"is silent throughout{offset} (below {SILENT_DB:g} dB)",
                "remove it, or record it louder",
                refused=True,
            )
        elif len(parts) > 1 and share < NEARLY_CANCELLED:
            found(
                "nearly out of phase",
                "mixed to mono, its channels mostly cancel each other"
                f" ({10 * math.log10(share):.0f} dB)",
                "invert one of them, or keep one",
            )
        if out and out[-1].refused:
            return out
        if abs(mean) / scale > OFFSET and mean**2 > OFFSET_SHARE**2 * sound * scale**2:
            found(
                "offset by a constant (DC)",
                f"has a constant offset (DC) of {mean:.3g}",
                "filter it out (high-pass)",
            )
        if self._longest_run >= CLIPPED_RUN:
            found(
                "clipped",
                f"clipped: {self._longest_run} samples in a row at full scale",
                "record it at a lower level",
            )
        if 20 * math.log10(self._mono_peak + 1e-20) < QUIET_PEAK_DB:
            found(
                "quiet",
                f"very quiet: its peak is {20 * math.log10(self._mono_peak):.0f} dB",
                "raise its level",
            )
        return out


def say_findings(findings: Sequence[Finding], say: Say = warn) -> None:
    """A line for each kind; the recordings that have it are named, up to a few.

    Raises:
        InputError: for the first one that is refused.
    """
    check_levels(findings)
    kinds: dict[str, list[Finding]] = {}
    for finding in findings:
        kinds.setdefault(finding.kind, []).append(finding)
    for kind, same in kinds.items():
        if len(same) == 1:
            say(f"{same[0].path}: {same[0].line}")
        else:
            say(f"{len(same)} recordings are {kind} ({_named(f.path for f in same)}): "
                f"{same[0].remedy}")  # fmt: skip


def check_levels(findings: Iterable[Finding]) -> None:
    """InputError for the first one that is refused."""
    for finding in findings:
        if finding.refused:
            raise InputError(f"{finding.path}: {finding.line}")


def _named(paths: Iterable[Path]) -> str:
    names = [path.name for path in paths]
    more = len(names) - _NAMED_AT_MOST
    return ", ".join(names[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
