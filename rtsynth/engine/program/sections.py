"""What a `TapeBuilder` knows of a plugin beside its ops: arena space, sections, and tiers.

A *section* is a stretch of the tape that runs every so many samples; a tier of a plugin is one or
several of them.
"""

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.kernels.packing import padded
from rtsynth.engine.program.budget import Budget
from rtsynth.engine.program.layout import (
    BUILT_IN,
    DEPTHS,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    SOURCES,
    UNSHAPED,
)
from rtsynth.engine.program.opening import OpenSection, OpenTier, open_tiers
from rtsynth.engine.program.ops import (
    Ahead,
    Categorical,
    Freeze,
    Mixture,
    Normal,
    Op,
    Remember,
)
from rtsynth.engine.program.table import row_named
from rtsynth.plugin.manifest import Manifest
from rtsynth.plugin.opened import Hold

F32 = NDArray[np.float32]


class Given(NamedTuple):
    """What a section gives: arena[at : at + floats], and what it gave before that.

    From op number `used` on it is read.
    """

    at: int
    floats: int
    used: int
    previous: int = -1


class Shape(NamedTuple):
    """What a voice does to a parameter on its way to the network: see `render.shaped`."""

    by: int  # BEND, EXPRESSION or UNSHAPED
    limits: tuple[float, float] = (0.0, 0.0)  # minimum, maximum


UNSHAPED_VALUE = Shape(UNSHAPED)


@dataclass(frozen=True)
class TierPlaces:
    """Where in the arena a tier reads and writes; for teacher forcing, and to follow its values.

    Every number is an offset of one float.
    """

    section: int  # the last of its sections
    sections: int  # how many it has
    hidden: list[tuple[int, int]]  # (offset, floats) of every hidden state
    values: NDArray[np.int64]  # [D] what it generated last; [0] for audio
    conditioning: NDArray[np.int64]  # [C]
    outputs: NDArray[np.int64]  # what its head produces, flat
    shape: tuple[int, ...]  # of that
    prompt: int = 0  # codes that come before the first prediction; 0: every code predicts one
    layers: tuple[int, ...] = ()  # units of its recurrent layers, in the order of the tape
    holds: tuple[Hold, ...] = ()  # what its sections give


class Sections:
    """Collects arena space, parameter routes, sections and tiers.

    Args:
        parameters: rows of the parameter table after the built-in ones.
        budget: of memory; None for one without end.
        voices: how many arenas are counted towards it.
    """

    def __init__(self, parameters: int, budget: Budget | None = None, voices: int = 1) -> None:
        self._budget, self._voices = budget, voices
        self.parameters = BUILT_IN + parameters
        self._ops: list[Op] = []
        self._fresh: set[int] = set()  # sources whose bytes are up to date
        self._states: set[int] = set()
        self._history = (0, 0, 0)
        self._sections: list[tuple[int, int, int, int, int]] = []
        self._arena_floats = padded(HEADER_FLOATS + self.parameters * PARAMETER_FLOATS)
        self._routes: list[tuple[tuple[int, int, int], tuple[float, float, float, float]]] = []
        self._hidden: list[tuple[int, int]] = []
        self._resets: list[tuple[int, int]] = []
        self._starts: list[tuple[int, F32]] = []
        self._open = (0, -1, -1)
        self._described = (0, 0)  # sections and hidden states of the tiers described so far
        self._given: Given | None = None
        self._holds: list[Hold] = []
        self._layers: list[int] = []
        self._open_tiers: list[OpenTier] = []
        self._altered: dict[int, int] = {}  # a layer's state: where what it passes on is
        self.tiers: list[TierPlaces] = []
        self.values: dict[str, tuple[int, int, int]] = {}  # (current, previous, divider) by name
        self.followed: dict[str, int] = {}  # where each value is to be seen as it is used
        self.input_at = -1
        self.amplitude_at = self.space(1)
        self._modulation_at = self.space(DEPTHS + self.parameters * SOURCES)

    def open(self, manifest: Manifest) -> None:
        """Have the controls of an opened plugin; before anything else is asked for."""
        self._open_tiers = open_tiers(manifest, partial(row_named, manifest), self.space)

    def space(self, floats: int) -> int:
        """Offset of `floats` floats of arena, at a whole vector, padded with zeros."""
        at = self._arena_floats
        self._arena_floats += padded(floats)
        if self._budget is not None:
            self._budget.hold("state", 4 * self._arena_floats * self._voices)
        return at

    def hidden(self, floats: int) -> int:
        """Like `space`, for hidden state. All hidden states of a tier are asked for in a row."""
        at = self.space(floats)
        self._hidden.append((at, floats))
        self._resets.append((at, floats))
        self._states.add(at)
        return at

    def memory(self, floats: int, start: float = 0.0) -> int:
        """Like `space`, for what a reset puts to `start` although it is no hidden state."""
        at = self.space(floats)
        self._resets.append((at, floats))
        if start != 0.0:
            self.start_from(at, np.full(floats, start, np.float32))
        return at

    def start_from(self, at: int, values: F32) -> None:
        """Let a reset put these values at arena[at:], which is `memory`."""
        self._starts.append((at, values))

    def route(
        self, parameter: int, at: int, scale: float, offset: float, shape: Shape = UNSHAPED_VALUE
    ) -> None:
        """Let the plugin's parameter number `parameter` arrive at arena[at], shaped and scaled."""
        row = BUILT_IN + parameter
        self._routes.append(((row, at, shape.by), (scale, offset, *shape.limits)))

    def begin_tier(self) -> None:
        """Start a section of the tape."""
        # Other tiers run at other times: what they left behind as bytes may be old.
        self._fresh = {source for source in self._fresh if source in self._states}
        self._open, self._given = (len(self._ops), -1, -1), None
        if (section := self._open_section()) is not None:
            self._ops.append(Freeze(*section))

    def begin_network(self) -> None:
        """What came so far fetches the tier's conditioning (and is skipped in teacher forcing)."""
        self._open = (self._open[0], len(self._ops), -1)

    def begin_head(self) -> None:
        """What follows draws from what the tier computed (and is skipped in teacher forcing)."""
        self._open = (*self._open[:2], len(self._ops))

    def passes_on(self, at: int, floats: int) -> None:
        """What follows computes what the section gives from arena[at : at + floats] alone.

        So that it can be held there: a section that draws, or gives values, need not say it.
        """
        self._given = Given(self._altered.get(at, at), floats, len(self._ops))
        if self._open_tiers:
            self._fresh.discard(self._given.at)

    def end_tier(self, divider: int) -> None:
        """Close the section; the tier steps every `divider` samples."""
        start, first, head = self._open
        end = len(self._ops)
        first = start if first < 0 else first
        for number, op in enumerate(self._ops[start:end], start):
            if isinstance(op, Ahead):
                self._ops[number] = op._replace(divider=divider)
        given = self._given or self._drawn(head)
        self._holds.append(Hold(floats=0 if given is None else given.floats, divider=divider))
        section = self._open_section(len(self._holds) - 1)
        if given is not None and section is not None:
            end = self._hold(section, start, given)
        self._sections.append((start, first, end if head < 0 else head, end, divider))

    def _drawn(self, head: int) -> Given | None:
        """What the section that ends gives, where it draws: logits, or values."""
        for op in self._ops[head:] if head >= 0 else ():
            if isinstance(op, Categorical):
                return Given(op.logits, op.levels, head)
            if isinstance(op, Normal | Mixture):
                return Given(op.current, op.size, len(self._ops), op.previous)
        return None

    def _open_section(self, number: int | None = None) -> OpenSection | None:
        """Of an opened plugin the section that begins, or that number of the tier."""
        if not self._open_tiers:
            return None
        sections = self._open_tiers[len(self.tiers)].sections
        return sections[len(self._holds) if number is None else number]

    def _hold(self, section: OpenSection, start: int, given: Given) -> int:
        """Let the section that began at op `start` be frozen; where it ends."""
        kept = Remember(section.ring, section.steps, given.at, given.floats)
        # No op refers to one behind this: recurrent matrices, which may be begun ahead, are before.
        self._ops.insert(given.used, kept)
        skip = given.used - start
        place = (given.at, given.previous, given.floats)
        self._ops[start] = Freeze(*section, *place, skip)
        return len(self._ops)

    def describe_tier(
        self,
        conditioning: int,
        count: int,
        outputs: list[int],
        shape: tuple[int, ...],
        values: int,
        prompt: int = 0,
    ) -> None:
        """Say where the tier that has just ended has its things.

        Args:
            conditioning, count: offset and number of its conditioning inputs.
            outputs, shape: offsets of the floats that its head produces, and their shape.
            values: where the values it generates are, as many as the last axis of `shape`; -1 for
                audio.
            prompt: how many codes come before the first prediction (TierPlaces.prompt).
        """
        sections, hidden = self._described
        generated = shape[-1] if values >= 0 else 0
        self.tiers.append(
            TierPlaces(
                section=len(self._sections) - 1,
                sections=len(self._sections) - sections,
                hidden=self._hidden[hidden:],
                values=values + np.arange(generated, dtype=np.int64),
                conditioning=conditioning + np.arange(count, dtype=np.int64),
                outputs=np.array(outputs, np.int64),
                shape=shape,
                prompt=prompt,
                layers=tuple(self._layers),
                holds=tuple(self._holds),
            )
        )
        self._layers, self._holds = [], []
        self._described = (len(self._sections), len(self._hidden))

    def history(self, count: int) -> tuple[int, int]:
        """Remember the last `count` codes: (offset of the codes, of the network's inputs for them).

        The oldest comes first.
        """
        self._history = (count, self.space(count), self.space(count))
        return self._history[1:]

    def _at_rest(self, rest: F32 | None) -> tuple[int, F32]:
        """(where what a reset writes starts, its values); `rest`: the hidden states, unpadded."""
        start = min(at for at, _ in self._resets)
        end = max(at + padded(floats) for at, floats in self._resets)
        values = np.zeros(end - start, np.float32)
        for at, given in self._starts:
            values[at - start : at - start + len(given)] = given
        if rest is not None:
            position = 0
            for at, floats in self._hidden:
                values[at - start : at - start + floats] = rest[position : position + floats]
                position += floats
        return start, values
