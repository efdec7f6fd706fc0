"""Batches of one tier's data: stretches with the state carried on, or windows from zero.

Both resume exactly from their `state_dict`.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from rtsynth_train.core.trainer import OTHER_RECORDINGS
from rtsynth_train.tiers.config import TierConfig
from rtsynth_train.tiers.data import TierData


@dataclass(frozen=True)
class Batch:
    """T steps of B rows.

    `inputs` uint8 [T, B] (or float32 [T, B, D]): what was generated before each step; `target`
    the same of the step itself; `conditioning` float32 [T, B, C] of the step; `restart` bool
    [B]: rows whose hidden state starts from zero.
    """

    inputs: np.ndarray
    target: np.ndarray
    conditioning: np.ndarray
    restart: np.ndarray


class Batches(Protocol):
    """An endless source of batches."""

    def next_batch(self) -> Batch:
        """The next T = seq_len steps of every row."""
        ...

    def state_dict(self) -> dict[str, Any]:
        """Everything `load_state_dict` needs to continue with the same batches."""
        ...

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken.

        Raises:
            ValueError: it is of other recordings.
        """
        ...


def make_batches(data: TierData, tier: TierConfig, seed: int) -> Batches:
    """The source that `tier` asks for."""
    return Stretches(data, tier, seed) if tier.stateful else Windows(data, tier, seed)


def _cut(data: TierData, first: np.ndarray, steps: int, restart: np.ndarray) -> Batch:
    """The batch whose inputs start at index `first` [B]."""
    index = first[None, :] + np.arange(steps)[:, None]
    return Batch(
        inputs=data.generated[index],
        target=data.generated[index + 1],
        conditioning=data.conditioning[index + 1],
        restart=restart,
    )


class Stretches:
    """Every row plays random stretches of the recordings, seq_len steps at a time.

    A stretch is a whole number of chunks, between shortest_s and longest_s long as far as the file
    allows. The first ones are cut short, so that the rows do not all jump at once.
    """

    def __init__(self, data: TierData, tier: TierConfig, seed: int):
        self._data, self._tier = data, tier
        self._random = np.random.default_rng(seed)
        self._room = (data.train_lengths - 1) // tier.seq_len  # chunks in each file
        self._shares = data.train_lengths / data.train_lengths.sum()
        chunks = [round(s * tier.rate_hz / tier.seq_len) for s in (tier.shortest_s, tier.longest_s)]
        self._shortest, self._longest = max(1, chunks[0]), max(1, *chunks)
        self._at = np.zeros(tier.batch_size, np.int64)
        self._left = np.zeros(tier.batch_size, np.int64)  # chunks until the next jump
        self._fresh = True

    def next_batch(self) -> Batch:
        """The next seq_len steps of every row."""
        steps, batch = self._tier.seq_len, self._tier.batch_size
        restart = np.zeros(batch, bool)
        for row in np.flatnonzero(self._left == 0).tolist():
            self._jump(row)
            restart[row] = self._fresh or self._random.random() < self._tier.restart
        self._fresh = False
        cut = _cut(self._data, self._at, steps, restart)
        self._at += steps
        self._left -= 1
        return cut

    def _jump(self, row: int) -> None:
        data, steps = self._data, self._tier.seq_len
        file = int(self._random.choice(len(data.starts), p=self._shares))
        chunks = int(self._random.integers(self._shortest, self._longest + 1))
        chunks = min(chunks, int(self._room[file]))
        room = int(data.train_lengths[file]) - 1 - chunks * steps
        self._at[row] = data.starts[file] + self._random.integers(room + 1)
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
            ValueError: it is of other recordings.
        """
        at, left = (np.array(state[name], np.int64) for name in ("at", "left"))
        firsts, lasts = self._data.starts, self._data.starts + self._data.train_lengths - 1
        ends = at + left * self._tier.seq_len
        inside = (at[:, None] >= firsts) & (ends[:, None] <= lasts)
        if not (left >= 0).all() or not (inside.any(axis=1) | (left == 0)).all():
            raise ValueError(OTHER_RECORDINGS)
        self._at, self._left, self._fresh = at, left, state["fresh"]
        self._random.bit_generator.state = state["random"]


class Windows:
    """MTCRNN's own way: windows every `stride` steps, in a new random order every epoch, each
    from a zero state.
    """

    def __init__(self, data: TierData, tier: TierConfig, seed: int):
        self._data, self._tier, self._seed = data, tier, seed
        self._firsts = np.concatenate(
            [
                start + np.arange(0, length - tier.seq_len, tier.stride)
                for start, length in zip(data.starts, data.train_lengths, strict=True)
            ]
        )
        self._epoch, self._place = 0, 0
        self._order = self._shuffled()

    def _shuffled(self) -> np.ndarray:
        return np.random.default_rng([self._seed, self._epoch]).permutation(len(self._firsts))

    def next_batch(self) -> Batch:
        """The next batch_size windows."""
        chosen = np.empty(0, np.int64)
        while len(chosen) < self._tier.batch_size:
            more = self._order[self._place :][: self._tier.batch_size - len(chosen)]
            chosen = np.concatenate([chosen, more])
            self._place += len(more)
            if self._place == len(self._order):
                self._epoch, self._place = self._epoch + 1, 0
                self._order = self._shuffled()
        restart = np.ones(self._tier.batch_size, bool)
        return _cut(self._data, self._firsts[chosen], self._tier.seq_len, restart)

    def state_dict(self) -> dict[str, Any]:
        """Everything `load_state_dict` needs to continue with the same batches."""
        return {"seed": self._seed, "epoch": self._epoch, "place": self._place}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken.

        Raises:
            ValueError: it is of other recordings.
        """
        if not 0 <= state["place"] < len(self._firsts):
            raise ValueError(OTHER_RECORDINGS)
        self._seed, self._epoch, self._place = state["seed"], state["epoch"], state["place"]
        self._order = self._shuffled()
