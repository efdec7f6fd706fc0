"""Batches: what belongs together, where states start anew, exact resume."""

from dataclasses import replace

import numpy as np
import pytest

from rtsynth_train.tiers.batches import Stretches, Windows, make_batches
from rtsynth_train.tiers.config import TierConfig
from rtsynth_train.tiers.data import TierData


def counting(lengths: list[int], train: list[int]) -> TierData:
    """Data that tell where they are from."""
    sizes = np.array(lengths)
    steps = np.arange(sizes.sum())
    return TierData(
        generated=np.stack([steps, -steps], axis=1).astype(np.float32),
        conditioning=(steps + 0.5)[:, None].astype(np.float32),
        starts=np.cumsum(sizes) - sizes,
        lengths=sizes,
        train_lengths=np.array(train),
    )


DATA = counting([200, 90], [180, 80])


def tier(**changes) -> TierConfig:
    base = {"name": "t", "rate_hz": 100, "generate": ["a", "b"], "seq_len": 20, "batch_size": 3}
    return TierConfig(**{**base, "shortest_s": 0.3, "longest_s": 0.9, **changes})


@pytest.mark.parametrize("stateful", [True, False])
def test_a_step_hears_the_one_before_and_is_told_its_own(stateful: bool) -> None:
    batches = make_batches(DATA, tier(stateful=stateful, stride=7), 1)
    seen = set()
    for _ in range(200):
        batch = batches.next_batch()
        assert batch.inputs.shape == batch.target.shape == (20, 3, 2)
        heard = batch.inputs[..., 0]
        assert (batch.target[..., 0] == heard + 1).all()
        assert (batch.conditioning[..., 0] == heard + 1.5).all()
        assert (np.diff(heard, axis=0) == 1).all()
        held = ((heard >= 179) & (heard < 200)) | (heard >= 279)
        assert not held.any()  # a target would be in a held-out part
        seen |= set(heard.ravel().astype(int).tolist())
    assert len(seen) > (240 if stateful else 220)
    assert isinstance(batches, Stretches if stateful else Windows)


def test_rows_go_on_where_they_do_not_start_anew() -> None:
    batches = make_batches(DATA, tier(restart=0.5), 2)
    last = batches.next_batch()
    assert last.restart.all()
    jumps = restarts = 0
    for _ in range(300):
        batch = batches.next_batch()
        goes_on = batch.inputs[0, :, 0] == last.target[-1, :, 0]
        assert not (goes_on & batch.restart).any() or restarts  # a jump may land just there
        jumps += int((~goes_on).sum())
        restarts += int(batch.restart.sum())
        last = batch
    assert 150 < jumps < 600
    assert 0.35 < restarts / jumps < 0.65


def test_windows_come_once_an_epoch() -> None:
    batches = make_batches(DATA, tier(stateful=False, stride=20, batch_size=11), 3)
    firsts = [sorted(batches.next_batch().inputs[0, :, 0].tolist()) for _ in range(3)]
    wanted = [*range(0, 160, 20), *range(200, 260, 20)]
    assert firsts[0] == firsts[1] == firsts[2] == [float(first) for first in wanted]
    assert batches.next_batch().restart.all()


@pytest.mark.parametrize("stateful", [True, False])
def test_resumes_exactly(stateful: bool) -> None:
    config = tier(stateful=stateful, restart=0.5)
    first, second = make_batches(DATA, config, 4), make_batches(DATA, config, 5)
    for _ in range(17):
        first.next_batch()
    second.load_state_dict(first.state_dict())
    for _ in range(30):
        mine, theirs = second.next_batch(), first.next_batch()
        np.testing.assert_array_equal(mine.inputs, theirs.inputs)
        np.testing.assert_array_equal(mine.restart, theirs.restart)


@pytest.mark.parametrize("stateful", [True, False])
def test_other_recordings_are_refused(stateful: bool) -> None:
    config = tier(stateful=stateful, stride=20, batch_size=5)
    batches = make_batches(DATA, config, 4)
    for _ in range(2):
        batches.next_batch()
    fewer = replace(DATA, starts=DATA.starts[:1], train_lengths=DATA.train_lengths[:1])
    with pytest.raises(ValueError, match="not in these recordings"):
        make_batches(fewer, config, 4).load_state_dict(batches.state_dict())
