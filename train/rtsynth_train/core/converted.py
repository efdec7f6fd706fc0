"""A recording of any rate, channels and level as codes, made once and kept (`core.kept`).

It is read twice: once to know its level and where it sounds, then channel, offset, cut, gain,
resampling (soxr, VHQ) and codec, in this order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray

from rtsynth.common.audiofile.levels import LARGEST_OVER, Finding, Levels, check_levels
from rtsynth.common.audiofile.opened import Recording
from rtsynth.common.errors import InputError
from rtsynth.common.remarks import Say, keep_quiet
from rtsynth.plugin import codec
from rtsynth.plugin.manifest import FULL_SCALE
from rtsynth_train.core.kept import keep, key_of, load
from rtsynth_train.core.scan import Scan
from rtsynth_train.core.sound_rules import SoundRules

VERSION = 1  # of converted recordings; another one where the rules change
PEAK = 0.9  # of full scale
LOUDNESS_LUFS = -20.0
# What rules do away with.
_LEVELLED = ("too loud", "quiet")
_CENTRED = ("offset by a constant (DC)",)

F64 = NDArray[np.float64]
Codes = NDArray[np.unsignedinteger]


@dataclass(frozen=True)
class Coding:
    """The rate and the codec that samples are wanted in."""

    rate_hz: int
    rule: str
    levels: int
    limits: codec.Limits = FULL_SCALE

    @property
    def full_scale(self) -> float:
        """The largest amplitude that the codes represent."""
        return max(map(abs, self.limits))

    @property
    def kind(self) -> type[np.unsignedinteger]:
        """How a code is stored."""
        return np.uint8 if self.levels <= 256 else np.uint16

    def encode(self, block: F64) -> Codes:
        """Codes [n] of samples [n]."""
        return codec.encode(self.rule, self.levels, block, self.limits).astype(self.kind)

    def table(self) -> dict[str, Any]:
        """For a key."""
        limits = list(self.limits)
        return {"rate": self.rate_hz, "codec": [self.rule, self.levels, limits]}


@dataclass(frozen=True)
class Plan:
    """What is done to a recording: samples first .. end of it, minus `offset`, times `gain`."""

    rate_hz: int
    channels: int
    first: int
    end: int
    offset: float
    gain: float


@dataclass(frozen=True)
class Converted:
    """`codes` [T]; `plan` says what was done."""

    codes: Codes
    plan: Plan


def convert(
    path: Path, coding: Coding, rules: SoundRules, findings: list[Finding], say: Say
) -> Converted:
    """The codes of a recording, from those that are kept where it has been converted before.

    What is wrong with its level and stays so is added to `findings`.

    Raises:
        InputError: it cannot be read, or has no such channel.
    """
    wanted = {"version": VERSION, "rules": rules.rules()} | coding.table()
    key = key_of(path, wanted)
    kept = load(key)
    if kept is None:
        remarks, found = list[str](), list[Finding]()
        with Recording(path, remarks.append) as recording:
            plan = _planned(recording, coding, rules, found)
        about: dict[str, Any] = {
            "plan": vars(plan), "remarks": [each.removeprefix(f"{path}: ") for each in remarks],
            "findings": [[each.kind, each.text, each.remedy, each.refused] for each in found],
        }  # fmt: skip
        if any(each.refused for each in found):
            findings += found
            return Converted(np.zeros(0, coding.kind), plan)

        def make() -> Iterator[Codes]:
            return (coding.encode(each) for each in _samples(path, plan, rules, coding.rate_hz))

        kept = keep(key, about, make)
    for remark in kept.header["remarks"]:
        say(f"{path}: {remark}")
    findings += [Finding(path, *each) for each in kept.header["findings"]]
    return Converted(kept.data.view(coding.kind), Plan(**kept.header["plan"]))


def samples(path: Path, rate_hz: int, rules: SoundRules) -> F64:
    """The samples [T] that the codes of a recording are made of; nothing is kept, or judged.

    Raises:
        InputError: as `convert`.
    """
    coding = Coding(rate_hz, "mu_law", 256)
    with Recording(path, keep_quiet) as recording:
        plan = _planned(recording, coding, rules, [])
    return np.concatenate([np.zeros(0), *_samples(path, plan, rules, rate_hz)])


def beginning(path: Path, coding: Coding, rules: SoundRules, longest_s: float) -> F64:
    """Up to the first `longest_s` seconds of the samples [T] that its codes are made of.

    All of it is read once, to know its level; no more than that is resampled, and nothing is kept.

    Raises:
        InputError: as `convert`, or its level is refused.
    """
    findings = list[Finding]()
    with Recording(path, keep_quiet) as recording:
        plan = _planned(recording, coding, rules, findings)
    check_levels(findings)
    pieces, made, most = [np.zeros(0)], 0, round(longest_s * coding.rate_hz)
    for piece in _samples(path, plan, rules, coding.rate_hz):
        pieces.append(piece)
        made += len(piece)
        if made >= most:
            break
    return np.concatenate(pieces)[:most]


def chosen(block: F64, rules: SoundRules, path: Path) -> F64:
    """One channel [n] of a block [n, channels], as the rules say.

    Raises:
        InputError: there is no such channel.
    """
    if rules.channels == "mix":
        return block[:, 0] if block.shape[1] == 1 else np.asarray(block.mean(axis=1))
    if rules.channels > block.shape[1]:
        raise InputError(
            f"{path}: has {block.shape[1]} channels, so no channel {rules.channels} (data.channels)"
        )
    return np.asarray(block[:, rules.channels - 1])


def _planned(
    recording: Recording, coding: Coding, rules: SoundRules, findings: list[Finding]
) -> Plan:
    mixed = rules.channels == "mix"
    levels = Levels(recording.channels if mixed else 1, coding.full_scale)
    scan = Scan(recording.rate_hz)
    for block in recording.blocks():
        mono = chosen(block, rules, recording.path)
        levels.add(block if mixed else mono[:, None], mono)
        scan.add(mono)
    offset = scan.mean if rules.remove_dc else 0.0
    gain = _gain(scan, offset, coding.full_scale, rules)
    first, end = scan.sounding(rules.trim_margin_s) if rules.trim else (0, scan.frames)
    cured = (_LEVELLED if gain != 1.0 else ()) + (_CENTRED if rules.remove_dc else ())
    found = levels.findings(recording.path, recording.rate_hz)
    # One that is refused comes alone: what else is wrong is known without it.
    findings += [each for each in found if each.kind not in cured]
    return Plan(recording.rate_hz, recording.channels, first, end, offset, gain)


def _gain(scan: Scan, offset: float, full_scale: float, rules: SoundRules) -> float:
    peak, most = scan.peak(offset), PEAK * full_scale
    if peak <= 0:
        return 1.0
    if rules.level == "keep":
        return most / peak if peak > LARGEST_OVER * full_scale else 1.0
    if rules.level == "peak":
        return most / peak
    loudness = scan.loudness()
    wanted = 10 ** ((LOUDNESS_LUFS - loudness) / 20) if np.isfinite(loudness) else 1.0
    return float(min(wanted, most / peak))


def _samples(path: Path, plan: Plan, rules: SoundRules, rate_hz: int) -> Iterator[F64]:
    resampler = None
    if plan.rate_hz != rate_hz:
        resampler = soxr.ResampleStream(plan.rate_hz, rate_hz, 1, "float64", "VHQ")
    at = 0
    with Recording(path, keep_quiet) as recording:
        for block in recording.blocks():
            mono = chosen(block, rules, path)[max(0, plan.first - at) : max(0, plan.end - at)]
            at += len(block)
            if plan.offset:
                mono = mono - plan.offset
            if plan.gain != 1.0:
                mono = mono * plan.gain
            if len(mono):
                yield mono if resampler is None else resampler.resample_chunk(mono)
    if resampler is not None:
        yield resampler.resample_chunk(np.zeros(0), last=True)
