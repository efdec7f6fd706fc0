"""Batch rows that never end: a stretch of one recording, then a jump to another.

A plugin's parameters move while it sounds, but a recording holds them still. So each row of a
batch is a stream: a random stretch of a random recording, then another, with the hidden state
carried through the jump and the conditioning switching exactly there. The network learns
to follow new conditioning at once, whatever it was playing, as it must live.

With `own` sounds (see `own_sounds`) some stretches are the network's own output: input, but no
target; the recording of the same conditioning follows, from the matching place.

A jump lands where the new recording continues the old one's last two samples best among a few
random places, because a network that is fed its own output never meets a click either.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from rtsynth_train.core.trainer import OTHER_RECORDINGS
from rtsynth_train.gru.config import StreamConfig
from rtsynth_train.gru.dataset import Recordings
from rtsynth_train.gru.own_sounds import MATCH_STEPS, SEARCH_STEPS, best_place

IGNORE = -100  # what torch's cross_entropy passes over
_OWN_S = (0.02, 0.15)  # length of a stretch of own sound, and of the way back from it


@dataclass(frozen=True)
class Chunk:
    """T steps of B rows.

    `inputs` int64 [T, B]: the code before each step; `target` int64 [T, B]: the code to predict,
    or IGNORE; `conditioning` float32 [T, B, C] of the target; `restart` bool [B]: rows whose
    hidden state starts anew before the chunk.
    """

    inputs: np.ndarray
    target: np.ndarray
    conditioning: np.ndarray
    restart: np.ndarray


class Streams:
    """An endless source of chunks; `state_dict` resumes it exactly."""

    def __init__(self, recordings: Recordings, config: StreamConfig, rate_hz: int, seed: int):
        self._config = config
        self._take(recordings)
        self._shortest = max(2, round(config.shortest_s * rate_hz))
        self._longest = max(self._shortest, round(config.longest_s * rate_hz))
        self._random = np.random.default_rng(seed)
        shortest, longest = (max(MATCH_STEPS, round(seconds * rate_hz)) for seconds in _OWN_S)
        self._own_lengths = shortest, longest
        self._codes = recordings.codes  # the recordings, then any own sounds
        self._own: np.ndarray | None = None
        self._own_chances = np.zeros(0)
        silence = recordings.levels // 2
        batch = config.batch
        self._file = self._random.integers(len(recordings.starts), size=batch)
        self._at = np.zeros(batch, np.int64)  # index into codes of the next sample
        self._left = np.zeros(batch, np.int64)  # samples until the next jump
        self._last = np.full((2, batch), silence, np.int64)  # the two codes before it
        for row in range(batch):
            self._jump(row, self._last[:, row])
        self._fresh = True

    def _take(self, recordings: Recordings) -> None:
        self._recordings = recordings
        self._members = [
            np.flatnonzero(recordings.classes == k) for k in range(recordings.classes.max() + 1)
        ]

    def extend(self, recordings: Recordings) -> None:
        """Learn from these, too: those there were, with more at their end.

        Every row is where it was. Own sounds lie behind the recordings; those of the new ones are
        the recordings themselves until they are rendered.
        """
        before = self._recordings
        count, more = len(before.starts), len(recordings.codes) - len(before.codes)
        is_own = self._file >= count
        self._file[is_own] += len(recordings.starts) - count
        self._at[is_own] += more
        self._take(recordings)
        self._codes = recordings.codes
        if self._own is not None:
            length = self._own.shape[1]
            new = [
                np.resize(recordings.codes[start : start + size], length)
                for start, size in zip(
                    recordings.starts[count:], recordings.lengths[count:], strict=True
                )
            ]
            self._own_chances = np.append(self._own_chances, np.zeros(len(new)))
            self.set_own(np.concatenate([self._own, new]), self._own_chances)

    @property
    def own(self) -> np.ndarray | None:
        """Its own sounds, a row for each recording; None: there are none yet."""
        return self._own

    def set_own(self, own: np.ndarray, chances: np.ndarray) -> None:
        """Feed rows `own` uint8 [N, L], one sound per recording, with these chances [N]."""
        self._own, self._own_chances = own.copy(), chances / chances.sum()
        self._codes = np.concatenate([self._recordings.codes, own.ravel()])

    def state_dict(self) -> dict[str, Any]:
        """Everything `load_state_dict` needs to continue with the same chunks."""
        return {
            "file": self._file.tolist(),
            "at": self._at.tolist(),
            "left": self._left.tolist(),
            "last": self._last.tolist(),
            "fresh": self._fresh,
            "random": self._random.bit_generator.state,
            "own": None if self._own is None else torch.from_numpy(self._own),
            "own_chances": self._own_chances.tolist(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken.

        Raises:
            ValueError: it is of other recordings.
        """
        self._file = np.array(state["file"], np.int64)
        self._at = np.array(state["at"], np.int64)
        self._left = np.array(state["left"], np.int64)
        self._last = np.array(state["last"], np.int64)
        self._fresh = state["fresh"]
        self._random.bit_generator.state = state["random"]
        if state["own"] is not None:
            self.set_own(state["own"].numpy(), np.array(state["own_chances"]))
        if not self._is_inside():
            raise ValueError(OTHER_RECORDINGS)

    def _is_inside(self) -> bool:
        """Whether what every row plays next lies in one recording, or one own sound."""
        data = self._recordings
        count, length = (0, 0) if self._own is None else self._own.shape
        starts = np.append(data.starts, len(data.codes) + length * np.arange(count))
        ends = starts + np.append(data.train_lengths, np.full(count, length))
        if not ((self._file >= 0) & (self._file < len(starts))).all():
            return False
        inside = (self._at >= starts[self._file]) & (self._at + self._left <= ends[self._file])
        return bool((self._left >= 0).all() and inside.all())

    def _jump(self, row: int, recent: np.ndarray) -> None:
        """Choose the next recording, place and length of `row`; `recent` are its last codes."""
        data, random, count = self._recordings, self._random, len(self._recordings.starts)
        if self._file[row] >= count:
            self._go_on_from_own(row, int(self._file[row]) - count, recent)
            return
        if self._own is not None and random.random() < self._config.own:
            self._play_own(row)
            return
        if data.added and random.random() < self._config.more:
            file = data.scored + int(random.integers(data.added))
        elif random.random() < self._config.same_class:
            members = self._members[data.classes[self._file[row]]]
            file = int(members[random.integers(len(members))])
        else:
            file = int(random.integers(count))
        wanted = np.exp(random.uniform(np.log(self._shortest), np.log(self._longest)))
        length = min(int(wanted), int(data.train_lengths[file]) - 2)
        room = int(data.train_lengths[file]) - length - 2
        places = (
            data.starts[file] + 2 + random.integers(room + 1, size=self._config.splice_candidates)
        )
        before, last = recent[-2:].astype(np.int64)
        codes = data.codes
        value = np.abs(codes[places - 1].astype(np.int64) - last)
        slope = np.abs(codes[places - 1].astype(np.int64) - codes[places - 2] - (last - before))
        self._file[row] = file
        self._at[row] = places[int(np.argmin(value + slope))]
        self._left[row] = length

    def _play_own(self, row: int) -> None:
        """A stretch of the network's own output."""
        assert self._own is not None
        random, (count, length) = self._random, self._own.shape
        file = int(random.choice(count, p=self._own_chances))
        size = min(self._own_length(), length)
        self._file[row] = count + file
        self._at[row] = (
            len(self._recordings.codes) + file * length + random.integers(length - size + 1)
        )
        self._left[row] = size

    def _own_length(self) -> int:
        shortest, longest = self._own_lengths
        return int(self._random.integers(shortest, longest + 1))

    def _go_on_from_own(self, row: int, file: int, recent: np.ndarray) -> None:
        """The recording that the row's own sound should have been, from the matching place."""
        data = self._recordings
        reach = SEARCH_STEPS + MATCH_STEPS
        length = min(self._own_length(), int(data.train_lengths[file]) - reach)
        room = int(data.train_lengths[file]) - length - reach
        start = int(data.starts[file]) + int(self._random.integers(room + 1))
        place, _ = best_place(data.codes, start, recent)
        self._file[row], self._at[row], self._left[row] = file, place, length

    def next_chunk(self) -> Chunk:
        """The next T = config.chunk steps of every row."""
        data, steps, batch = self._recordings, self._config.chunk, self._config.batch
        restart = self._random.random(batch) < self._config.restart
        if self._fresh:
            restart[:] = True
            self._fresh = False
        self._last[:, restart] = data.levels // 2
        index = self._at[None, :] + np.arange(steps)[:, None]
        file = np.broadcast_to(self._file, (steps, batch)).copy()
        for row in np.flatnonzero(self._left < steps).tolist():
            filled = int(self._left[row])
            while filled < steps:
                self._jump(row, self._before(row, index, filled))
                part = min(int(self._left[row]), steps - filled)
                index[filled:, row] = self._at[row] + np.arange(steps - filled)
                file[filled:, row] = self._file[row]
                filled += part
                self._at[row] += part
                self._left[row] -= part
            # The common path below moves every row on by a whole chunk.
            self._at[row] -= steps
            self._left[row] += steps
        self._at += steps
        self._left -= steps
        target = self._codes[index].astype(np.int64)
        inputs = np.concatenate([self._last[1:], target[:-1]])
        self._last = np.concatenate([self._last, target])[-2:].copy()
        count = len(data.starts)
        target[file >= count] = IGNORE
        return Chunk(inputs, target, data.conditioning[file % count], restart)

    def _before(self, row: int, index: np.ndarray, filled: int) -> np.ndarray:
        """The last codes of `row` before step `filled` of this chunk, as many as are needed."""
        if self._file[row] >= len(self._recordings.starts):
            # Own stretches are long enough to be their own context.
            end = int(index[filled - 1, row]) + 1 if filled else int(self._at[row])
            return self._codes[end - MATCH_STEPS : end]
        recent = self._codes[index[max(0, filled - 2) : filled, row]]
        return np.concatenate([self._last[:, row], recent])[-2:]
