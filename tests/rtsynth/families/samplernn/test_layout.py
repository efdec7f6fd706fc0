"""Vectors with gaps between them, and matrices that read across the gaps."""

import numpy as np

from rtsynth.engine.kernels.packing import padded
from rtsynth.families.samplernn.layout import Input, rows_of_slices, spread


def test_spread_puts_zeros_into_the_gaps() -> None:
    weight = np.arange(1.0, 11.0).reshape(2, 5)
    np.testing.assert_array_equal(
        spread(weight, [2, 3], [4, 3]), [[1, 2, 0, 0, 3, 4, 5], [6, 7, 0, 0, 8, 9, 10]]
    )


def test_a_matrix_reads_vectors_where_they_lie() -> None:
    random = np.random.default_rng(0)
    source = Input(source=0, columns=[3, 5], room=[16, 16])
    parts = [random.standard_normal(size) for size in source.columns]
    arena = np.concatenate(
        [np.pad(part, (0, room - part.size)) for part, room in zip(parts, source.room, strict=True)]
    )
    arena[16 + 5 :] = np.nan  # behind the last one may lie anything
    weight = random.standard_normal((4, 8))
    matrix = source.matrix(weight)
    assert source.floats == 32
    assert matrix.shape == (4, 16 + 5)
    np.testing.assert_allclose(matrix @ arena[:21], weight @ np.concatenate(parts))


def test_slices_are_padded_to_whole_vectors() -> None:
    tensor = np.arange(2 * 3 * 4, dtype=np.float64).reshape(2, 3, 4)
    rows = rows_of_slices(tensor)
    assert rows.shape == (2 * padded(3), 4)
    assert rows.dtype == np.float32
    sliced = rows.reshape(2, padded(3), 4)
    np.testing.assert_array_equal(sliced[:, :3], tensor)
    assert not sliced[:, 3:].any()
