"""One process alone, and how many there are."""

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth_train.core.ranks import ALONE, Ranks, count_here


def ranks(rank: int, size: int) -> Ranks:
    made = Ranks()
    made.rank, made.size = rank, size
    return made


@pytest.mark.parametrize(("count", "size"), [(64, 1), (64, 2), (7, 3), (5, 5)])
def test_each_row_is_computed_once(count: int, size: int) -> None:
    rows = [np.arange(count)[ranks(rank, size).rows(count)] for rank in range(size)]
    np.testing.assert_array_equal(np.concatenate(rows), np.arange(count))
    assert all(len(each) for each in rows)


def test_each_sound_is_made_once() -> None:
    chosen = np.array([8, 3, 5, 1, 0])
    shares = [ranks(rank, 2).share(chosen) for rank in range(2)]
    np.testing.assert_array_equal(np.sort(np.concatenate(shares)), np.sort(chosen))


def test_a_batch_has_a_row_for_each_process() -> None:
    ranks(0, 4).check_rows(4, "streams.batch")
    with pytest.raises(InputError, match=r"^streams\.batch: 3 rows are too few for 4 processes"):
        ranks(0, 4).check_rows(3, "streams.batch")


def test_how_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"):
        monkeypatch.delenv(name, raising=False)
    assert count_here() == 1
    monkeypatch.setenv("WORLD_SIZE", "4")  # of a queue that starts something else
    assert count_here() == 1
    for name, value in (("RANK", "1"), ("MASTER_ADDR", "localhost"), ("MASTER_PORT", "1")):
        monkeypatch.setenv(name, value)
    assert count_here() == 4


def test_one_alone_keeps_what_it_has() -> None:
    assert ALONE.total(2.5) == 2.5
    assert ALONE.told({"a": 1}) == {"a": 1}
    assert ALONE.rows(5) == slice(0, 5)
    assert not ALONE.stop_agreed
