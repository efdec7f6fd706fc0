"""Maps of indices."""

import numpy as np

from rtsynth_models.growth.maps import NEW, blocks, chosen, placed, same, side_by_side, units


def test_maps() -> None:
    assert units(2, 4).tolist() == [0, 1, NEW, NEW]
    assert blocks(2, units(2, 3), 2).tolist() == [0, 1, NEW, 2, 3, NEW]
    assert side_by_side([(same(1), 1), (units(2, 3), 2)]).tolist() == [0, 1, 2, NEW]
    assert chosen(["a", "b"], ["b", "c", "a"]).tolist() == [1, NEW, 0]


def test_old_rows_do_not_read_new_columns() -> None:
    fresh, old = np.full((3, 4), 9.0), np.array([[1.0, 2.0], [3.0, 4.0]])
    out = placed(fresh, old, units(2, 3), np.array([1, NEW, 0, NEW]))
    assert out.tolist() == [[2, 0, 1, 0], [4, 0, 3, 0], [9, 9, 9, 9]]
    assert placed(fresh[:, 0], old[:, 0], units(2, 3)).tolist() == [1, 3, 9]
    assert fresh.min() == 9.0  # is left as it was
