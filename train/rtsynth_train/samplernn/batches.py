"""Batches: every row plays stretches of the recordings one after the other, a chunk at a time."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from rtsynth_train.samplernn.config import BatchConfig
from rtsynth_train.samplernn.material import Material
from rtsynth_train.samplernn.parts import Span


@dataclass(frozen=True)
class Batch:
    """`codes` int32 [B, P + T]: the prompt, then the chunk; `conditioning` float32 [B, T, C'] or
    None; `restart` bool [B]: rows whose state starts anew.
    """

    codes: np.ndarray
    conditioning: np.ndarray | None
    restart: np.ndarray


def cut(material: Material, firsts: np.ndarray, prompt: int, steps: int) -> Batch:
    """The batch whose rows predict from index `firsts` [B] on."""
    codes = np.stack([material.codes[at - prompt : at + steps] for at in firsts.tolist()])
    conditioning = None
    if material.conditioning is not None:
        conditioning = np.stack([material.conditioning_at(at, steps) for at in firsts.tolist()])
    return Batch(codes.astype(np.int32), conditioning, np.zeros(len(firsts), bool))


class Stretches:
    """An endless source of batches, resumed exactly from its `state_dict`.

    A stretch is a whole number of chunks, between shortest_s and longest_s as far as the recording
    allows, from anywhere in it; the state is carried through it and starts anew with the next. The
    first ones are cut short, so that the rows do not all jump at once.
    """

    def __init__(
        self,
        material: Material,
        spans: list[Span],
        batches: BatchConfig,
        rate_hz: int,
        prompt: int,
        chunk: int,
        seed: int,
    ) -> None:
        self._material, self._spans, self._batches = material, spans, batches
        self._prompt, self._chunk = prompt, chunk
        self._random = np.random.default_rng(seed)
        lengths = np.array([span.length for span in spans], np.float64)
        self._shares = lengths / lengths.sum()
        seconds = (batches.shortest_s, batches.longest_s)
        self._shortest, self._longest = (max(1, round(s * rate_hz / chunk)) for s in seconds)
        self._at = np.zeros(batches.rows, np.int64)
        self._left = np.zeros(batches.rows, np.int64)  # chunks until the next jump
        self._fresh = True

    def next_batch(self) -> Batch:
        """The next chunk of every row."""
        rows = self._batches.rows
        restart, silent = np.zeros(rows, bool), np.zeros(rows, bool)
        for row in np.flatnonzero(self._left == 0).tolist():
            self._jump(row)
            restart[row] = True
            silent[row] = self._random.random() < self._batches.silent_starts
        self._fresh = False
        batch = cut(self._material, self._at, self._prompt, self._chunk)
        batch.codes[silent, : self._prompt] = self._material.silence
        self._at += self._chunk
        self._left -= 1
        return Batch(batch.codes, batch.conditioning, restart)

    def _jump(self, row: int) -> None:
        span = self._spans[int(self._random.choice(len(self._spans), p=self._shares))]
        chunks = int(self._random.integers(self._shortest, self._longest + 1))
        chunks = min(chunks, span.length // self._chunk)
        room = span.length - chunks * self._chunk
        self._at[row] = span.first + self._random.integers(room + 1)
        self._left[row] = self._random.integers(chunks) + 1 if self._fresh else chunks

    def state_dict(self) -> dict[str, Any]:
        """Everything `load_state_dict` needs to continue with the same batches."""
        return {
            "at": self._at.tolist(),
            "left": self._left.tolist(),
            "fresh": self._fresh,
            "random": self._random.bit_generator.state,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken.

        Raises:
            ValueError: it is of other batches, or of other recordings.
        """
        at, left = (np.array(state[name], np.int64) for name in ("at", "left"))
        if at.shape != self._at.shape or left.shape != at.shape:
            raise ValueError(f"it has {at.size} rows, batches.rows is {self._at.size}")
        ends = at + left * self._chunk
        firsts = np.array([span.first for span in self._spans])
        lasts = np.array([span.first + span.length for span in self._spans])
        inside = (at[:, None] >= firsts) & (ends[:, None] <= lasts)
        if not (left >= 0).all() or not (inside.any(axis=1) | (left == 0)).all():
            raise ValueError(
                "its rows are not in what is trained on: other batches.num_frames, frame_sizes"
                " or held-out parts"
            )
        self._at, self._left, self._fresh = at, left, bool(state["fresh"])
        self._random.bit_generator.state = state["random"]


def evaluation_pieces(
    spans: list[Span], wanted: int, frame: int, count: int
) -> list[tuple[np.ndarray, int]]:
    """What of the spans is scored: [(where pieces begin, their samples)], about `count` in all.

    Pieces have `wanted` samples; of spans that are shorter, a half of that, a quarter and so on,
    the longest there is room for, so that a short file does not shorten those of the others. All
    are whole numbers of `frame`, and of every length at least one.
    """
    groups: dict[int, list[Span]] = {}
    for span in spans:
        steps = wanted // frame * frame
        while steps > max(span.length, frame):
            steps = max(frame, steps // 2 // frame * frame)
        groups.setdefault(max(frame, steps), []).append(span)
    total = sum(span.length for span in spans)
    return [
        (evaluation_places(group, steps, max(1, round(count * share / total))), steps)
        for steps, group in groups.items()
        for share in [sum(span.length for span in group)]
    ]


def evaluation_places(spans: list[Span], steps: int, count: int) -> np.ndarray:
    """Where up to `count` pieces of `steps` samples begin, evenly over spans of at least that."""
    room = np.array([span.length - steps + 1 for span in spans], np.int64)
    ends = np.cumsum(room)
    # As many as fit without overlap, but at least one of every span where there is room for it.
    fit = int(sum(span.length // steps for span in spans))
    number = max(1, min(count, fit))
    picks = ((np.arange(number) + 0.5) * ends[-1] / number).astype(np.int64)
    which = np.searchsorted(ends, picks, side="right")
    before = np.concatenate([[0], ends[:-1]])[which]
    return np.array([spans[i].first for i in which.tolist()], np.int64) + picks - before
