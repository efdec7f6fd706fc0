"""The network's own playing as context: input, not predicted, and led back to the recording."""

import time
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from rtsynth_train.gru.dataset import load_recordings
from rtsynth_train.gru.own_sounds import best_place, mismatch
from rtsynth_train.gru.streams import IGNORE, Streams
from rtsynth_train.gru.trainer import GruTrainer, sliced_loss
from tests.train.recordings import RATE_HZ, small_config, write_set

OWN = {"own": 0.5, "own_every": 4, "longest_s": 0.1, "restart": 0.0}


@pytest.fixture
def trainer(tmp_path: Path) -> GruTrainer:
    torch.set_num_threads(1)
    config = small_config(write_set(tmp_path / "set"), streams=OWN)
    data = load_recordings(Path(config.data.folder), config.data, config.conditioning, 100)
    return GruTrainer(config, data, torch.device("cpu"))


def test_best_place_finds_the_phase() -> None:
    codes = np.rint(128 + 90 * np.sin(np.arange(4000) * 0.0931)).astype(np.uint8)
    context = codes[1700:1764]
    place, error = best_place(codes, 1500, context)
    assert (place, error) == (1764, 0.0)
    place, error = best_place(codes, 3000, context)  # other periods of the same tone
    assert error < 2
    assert abs(int(codes[place]) - int(codes[1764])) < 10


def test_mismatch_tells_right_from_wrong(trainer: GruTrainer) -> None:
    data = trainer.recordings
    right = np.stack([data.codes[start : start + 2000] for start in data.starts])
    wrong = right[[1, 2, 0, 4, 5, 3]]
    np.testing.assert_allclose(mismatch(data, right), 0, atol=0.6)
    assert (mismatch(data, wrong) > 2).all()


def test_own_stretches_are_heard_but_not_predicted(trainer: GruTrainer) -> None:
    data = trainer.recordings
    streams = Streams(data, trainer.config.streams, RATE_HZ, seed=4)
    own = np.full((6, 3000), 63, np.uint8)  # no recording ever has this code
    assert data.codes.max() < 63
    streams.set_own(own, np.ones(6))
    masked, heard_own = 0, 0
    for _ in range(200):
        chunk = streams.next_chunk()
        ignored = chunk.target == IGNORE
        masked += int(ignored.sum())
        heard_own += int((chunk.inputs == 63).sum())
        np.testing.assert_array_equal(chunk.inputs[1:] == 63, ignored[:-1])
        assert (chunk.target[~ignored] < 63).all()
        # A stretch's conditioning stays when the recording takes over.
        ends = ignored[:-1] & ~ignored[1:]
        both = chunk.conditioning[:-1][ends], chunk.conditioning[1:][ends]
        np.testing.assert_array_equal(*both)
    assert abs(masked - heard_own) <= 4
    assert 0.1 < masked / (200 * 4 * 64) < 0.8


def test_the_recording_goes_on_where_the_own_sound_was(trainer: GruTrainer) -> None:
    data = trainer.recordings
    streams = Streams(data, trainer.config.streams, RATE_HZ, seed=4)
    own = np.stack([data.codes[start : start + 3000] for start in data.starts])
    streams.set_own(own, np.ones(6))
    steps = []
    for _ in range(800):
        chunk = streams.next_chunk()
        ignored = chunk.target == IGNORE
        for t, row in np.argwhere(ignored[:-1] & ~ignored[1:]):
            steps.append(abs(int(chunk.target[t + 1, row]) - int(chunk.inputs[t + 1, row])))
    slopes = np.abs(np.diff(data.codes.astype(int)))
    assert len(steps) > 20
    assert max(steps) <= slopes.max() + 1


def test_ignored_targets_have_no_part_in_the_loss() -> None:
    torch.manual_seed(0)
    decoder, features = nn.Linear(5, 7), torch.randn(40, 3, 5)
    target = torch.randint(7, (40, 3))
    target[torch.rand(40, 3) < 0.4] = IGNORE
    kept = target != IGNORE
    expected = functional.cross_entropy(decoder(features)[kept], target[kept])
    loss, gradient = sliced_loss(decoder, features, target, int(kept.sum()))
    assert loss == pytest.approx(float(expected.detach()), rel=1e-5)
    assert (gradient[~kept] == 0).all()


def test_resumes_to_the_bit_with_own_sounds(trainer: GruTrainer, tmp_path: Path) -> None:
    for _ in range(5):
        trainer.step()
    torch.save(trainer.state_dict(), tmp_path / "state.pt")
    expected = [trainer.step() for _ in range(5)]
    resumed = GruTrainer(trainer.config, trainer.recordings, torch.device("cpu"))
    resumed.load_state_dict(torch.load(tmp_path / "state.pt", weights_only=True))
    assert [resumed.step() for _ in range(5)] == expected


def test_they_begin_when_asked(tmp_path: Path) -> None:
    config = small_config(write_set(tmp_path / "set"), streams={**OWN, "own_after": 3})
    data = load_recordings(Path(config.data.folder), config.data, config.conditioning, 100)
    trainer = GruTrainer(config, data, torch.device("cpu"))
    for _ in range(3):
        trainer.step()
    assert trainer.state_dict()["own"] is None
    trainer.step()
    own = trainer.state_dict()["own"]
    assert own.shape == (6, 6400)
    assert (own.float().std(dim=1) > 0).all()


def test_the_seconds_of_the_renderings_are_known(trainer: GruTrainer) -> None:
    """`OWN` has every fourth step begin with one."""
    assert trainer.own_s == 0.0
    spent = []
    for _ in range(6):
        before_s, begun_s = trainer.own_s, time.monotonic()
        trainer.step()
        spent.append(trainer.own_s - before_s)
        assert spent[-1] < time.monotonic() - begun_s
    assert [second > 0 for second in spent] == [True, False, False, False, True, False]
