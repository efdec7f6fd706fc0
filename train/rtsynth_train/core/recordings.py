"""The recordings of a set as codes at the rate that a configuration asks for.

What fits as it is, mono and at the rate, is encoded as it is read. Anything else is converted, by
the rules of [data], and kept (`core.converted`).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, TypeVar

import numpy as np

from rtsynth.common.audiofile import mono_blocks
from rtsynth.common.audiofile.levels import Finding, check_levels, say_findings
from rtsynth.common.audiofile.opened import Recording
from rtsynth.common.errors import InputError
from rtsynth.common.remarks import Say, keep_quiet, warn
from rtsynth.plugin import codec
from rtsynth_train.core.converted import Codes, Coding, Plan, convert
from rtsynth_train.core.kept import prune
from rtsynth_train.core.scan import sound_end
from rtsynth_train.core.sound_rules import AS_THEY_ARE, SoundRules

HELD_OUT_MARGIN_S = 0.02
_NAMED_AT_MOST = 5
_PIECE = 1 << 16
MOST_BROKEN = 0.1  # of a set: that many recordings may be left out

Read = TypeVar("Read")


def check_plain(path: Path, rate_hz: int) -> None:
    """InputError where a file is not mono at `rate_hz`."""
    with Recording(path, keep_quiet) as recording:
        file_hz, channels = recording.rate_hz, recording.channels
    if file_hz != rate_hz:
        raise InputError(f"{path}: {file_hz} Hz, the recipe says {rate_hz} Hz; resample it")
    if channels != 1:
        raise InputError(f"{path}: {channels} channels; mix it to mono")


class Reader:
    """Reads recordings for one training, and says at the end what it did to them."""

    def __init__(self, coding: Coding, rules: SoundRules = AS_THEY_ARE, say: Say = warn) -> None:
        self.coding, self.rules, self._say = coding, rules, say
        self._findings: list[Finding] = []
        self._done: dict[Path, Plan] = {}

    def codes(self, path: Path) -> Codes:
        """The codes [T] of one recording.

        Raises:
            InputError: it cannot be read, or its level is refused.
        """
        whole = bytearray()
        for piece in self._pieces(path, whole.clear):
            whole += piece.tobytes()
        return np.frombuffer(whole, self.coding.kind)

    def write(self, path: Path, file: BinaryIO, silence: int) -> int:
        """Append the codes of one recording to a file, by pieces; their number.

        Raises:
            InputError: as `codes`, or all are `silence`; nothing is appended then.
        """
        begin, length, sounds = file.tell(), 0, False

        def anew() -> None:
            nonlocal length, sounds
            length, sounds = 0, False
            file.seek(begin)
            file.truncate()

        try:
            for piece in self._pieces(path, anew):
                file.write(piece.tobytes())
                length += len(piece)
                sounds = sounds or bool((piece != silence).any())
            if not sounds:
                raise InputError(f"{path}: is silent throughout; remove it, or record it louder")
        except InputError:
            anew()
            raise
        return length

    def _pieces(self, path: Path, anew: Callable[[], object]) -> Iterator[Codes]:
        """Codes piece by piece; `anew` is called where those before do not count."""
        findings, full_scale = list[Finding](), self.coding.full_scale
        fits = self._fits(path)
        if fits:
            for block in mono_blocks(path, None, full_scale, self._say, findings):
                yield self.coding.encode(block)
        if not fits or any(each.kind == "too loud" for each in findings):
            findings.clear()
            anew()
            made = convert(path, self.coding, self.rules, findings, self._say)
            check_levels(findings)
            self._done[path] = made.plan
            for start in range(0, len(made.codes), _PIECE):
                yield made.codes[start : start + _PIECE]
        check_levels(findings)
        self._findings += findings

    def _fits(self, path: Path) -> bool:
        if self.rules.rules():
            return False
        with Recording(path, keep_quiet) as recording:
            return recording.rate_hz == self.coding.rate_hz and recording.channels == 1

    def report(self, source: Path, count: int) -> None:
        """Say what was done to the `count` recordings of a set, and what is wrong with them."""
        say_findings(self._findings, self._say)
        if self._done:
            self._say(f"{source}: {self._summary(count)}")
            prune()

    def _summary(self, count: int) -> str:
        plans = list(self._done.values())
        rates = Counter(plan.rate_hz for plan in plans if plan.rate_hz != self.coding.rate_hz)
        parts = [f"{n} from {hz} to {self.coding.rate_hz} Hz" for hz, n in sorted(rates.items())]
        several = sum(plan.channels > 1 for plan in plans)
        if several:
            mix = self.rules.channels == "mix"
            parts.append(
                f"{several} " + ("mixed to mono" if mix else f"by channel {self.rules.channels}")
            )
        cut = sum((plan.end - plan.first) / plan.rate_hz for plan in plans)
        if self.rules.trim:
            parts.append(f"trimmed to {cut:.1f} s altogether")
        scaled = sum(plan.gain != 1.0 for plan in plans)
        if scaled:
            parts.append(f"{scaled} scaled")
        if self.rules.remove_dc:
            parts.append("constant offset taken away")
        what = "; ".join(parts) or "as they are"
        return f"{len(plans)} of {count} recordings converted: {what}"


def read_usable(
    source: Path, paths: Sequence[Path], read: Callable[[Path], Read], say: Say = warn
) -> list[tuple[Path, Read]]:
    """What `read` gives for every recording; those it refuses are left out, and named.

    Raises:
        InputError: it refuses more than MOST_BROKEN of them.
    """
    usable, broken = list[tuple[Path, Read]](), list[InputError]()
    for path in paths:
        try:
            usable.append((path, read(path)))
        except InputError as error:
            broken.append(error)
            if len(broken) > MOST_BROKEN * len(paths):
                more = f"; so far {len(broken)} of {len(paths)} cannot be used"
                raise InputError(f"{broken[0]}{more if len(broken) > 1 else ''}") from error
    for refusal in broken[:_NAMED_AT_MOST]:
        say(f"{source}: left out 1 of {len(paths)} recordings: {refusal}")
    if len(broken) > _NAMED_AT_MOST:
        say(f"{source}: left out {len(broken) - _NAMED_AT_MOST} more (rtsynth survey names all)")
    return usable


def held_out_words(share: float, rules: SoundRules) -> str:
    """What is held out of every recording, for the start of a training."""
    where = ", before the silence at its end" if rules.held_out_from == "sound" else ""
    return f"held out: the last {share:.0%} of each{where}"


def before_silence(codes: Codes, coding: Coding, rules: SoundRules, fewest: int = 0) -> Codes:
    """The codes [<= T] without the silence at their end, where what is held out is of the sound;
    `fewest` of them are kept, so that a short sound has both parts.
    """
    if rules.held_out_from == "end":
        return codes
    table = codec.decode_table(coding.rule, coding.levels, coding.limits).astype(np.float64)
    end = sound_end(table[codes], coding.rate_hz, HELD_OUT_MARGIN_S)
    return codes[: max(end, fewest)]
