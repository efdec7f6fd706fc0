"""Streams hand out what the recordings hold, and switch conditioning exactly at a jump."""

from pathlib import Path

import numpy as np
import pytest

from rtsynth_train.gru.config import StreamConfig
from rtsynth_train.gru.dataset import Recordings
from rtsynth_train.gru.streams import Streams

RATE_HZ = 1000
FILES, LENGTH, TRAIN = 5, 200, 150


@pytest.fixture
def recordings() -> Recordings:
    """Each file holds its own codes (and others in its held-out end), so that every code tells
    where it came from."""
    codes = np.concatenate(
        [np.r_[np.full(TRAIN, 10 * k + 1), np.full(LENGTH - TRAIN, 255)] for k in range(FILES)]
    )
    return Recordings(
        codes=codes.astype(np.uint8),
        starts=np.arange(FILES) * LENGTH,
        lengths=np.full(FILES, LENGTH),
        train_lengths=np.full(FILES, TRAIN),
        conditioning=(np.arange(FILES, dtype=np.float32) / FILES)[:, None],
        classes=np.array([0, 0, 0, 1, 1]),
        levels=256,
    )


def streams(recordings: Recordings, **changes) -> Streams:
    settings = {"batch": 6, "chunk": 32, "shortest_s": 0.005, "longest_s": 0.1, "restart": 0.1}
    return Streams(recordings, StreamConfig(**{**settings, **changes}), RATE_HZ, seed=1)


def test_conditioning_belongs_to_the_target(recordings: Recordings) -> None:
    source = streams(recordings)
    for _ in range(40):
        chunk = source.next_chunk()
        file = (chunk.target - 1) // 10
        assert (chunk.target < 255).all(), "held-out samples were trained on"
        np.testing.assert_array_equal(chunk.conditioning[..., 0], (file / FILES).astype("f4"))


def test_what_is_heard_is_the_code_before(recordings: Recordings) -> None:
    source = streams(recordings)
    before = source.next_chunk()
    restarts = 0
    for _ in range(40):
        chunk = source.next_chunk()
        np.testing.assert_array_equal(chunk.inputs[1:], chunk.target[:-1])
        expected = np.where(chunk.restart, 128, before.target[-1])
        np.testing.assert_array_equal(chunk.inputs[0], expected)
        restarts += int(chunk.restart.sum())
        before = chunk
    assert restarts > 0


def test_the_first_chunk_starts_anew(recordings: Recordings) -> None:
    chunk = streams(recordings, restart=0.0).next_chunk()
    assert chunk.restart.all()
    assert (chunk.inputs[0] == 128).all()


def test_stretches_have_the_lengths_asked_for(recordings: Recordings) -> None:
    source = streams(recordings, batch=1, shortest_s=0.02, longest_s=0.03, restart=0.0)
    heard = np.concatenate([source.next_chunk().target[:, 0] for _ in range(200)])
    edges = np.flatnonzero(np.diff(heard))
    # Two stretches in a row may be of one file; none may be shorter than asked for.
    assert np.diff(edges).min() >= 20


def test_stretches_run_on_through_chunks(recordings: Recordings) -> None:
    ramp = np.tile(np.arange(LENGTH, dtype=np.uint8), FILES)
    whole = Recordings(**{**vars(recordings), "codes": ramp})
    source = streams(whole, batch=1, shortest_s=0.1, longest_s=0.1, restart=0.0)
    heard = np.concatenate([source.next_chunk().target[:, 0] for _ in range(30)])
    steps = np.diff(heard)
    assert (steps == 1).mean() > 0.98  # all but the jumps
    assert len(heard) / (steps != 1).sum() == pytest.approx(100, rel=0.15)


def test_the_same_class_is_preferred(recordings: Recordings) -> None:
    source = streams(recordings, same_class=1.0, restart=0.0)
    first = source.next_chunk()
    for _ in range(20):
        chunk = source.next_chunk()
        np.testing.assert_array_equal(recordings.classes[(chunk.target - 1) // 10].std(axis=0), 0)
    assert len(np.unique(recordings.classes[(first.target - 1) // 10])) == 2


def test_resumes_exactly(recordings: Recordings, tmp_path: Path) -> None:
    source = streams(recordings)
    for _ in range(3):
        source.next_chunk()
    state = source.state_dict()
    expected = [source.next_chunk() for _ in range(5)]
    again = streams(recordings)
    again.load_state_dict(state)
    for chunk in expected:
        for name, value in vars(again.next_chunk()).items():
            np.testing.assert_array_equal(value, getattr(chunk, name))


def test_a_jump_lands_where_the_sound_goes_on(recordings: Recordings) -> None:
    """With many places to choose from, the step at a jump is that of the sound itself."""
    wave = np.rint(128 + 100 * np.sin(np.arange(LENGTH) * 0.1)).astype(np.uint8)
    whole = Recordings(**{**vars(recordings), "codes": np.tile(wave, FILES)})
    largest = {}
    for candidates in (1, 64):
        source = streams(whole, splice_candidates=candidates, restart=0.0, longest_s=0.05)
        targets = np.concatenate([source.next_chunk().target for _ in range(20)])
        largest[candidates] = np.abs(np.diff(targets, axis=0)).max()
    assert largest[1] > 100
    assert largest[64] < 60
