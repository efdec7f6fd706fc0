"""The packed product, against NumPy."""

import numpy as np
import pytest

from rtsynth.engine.kernels.simd import LANES
from rtsynth_models.cells.panel_product import BLOCK, pack, product


@pytest.mark.parametrize("rows", [1, BLOCK, BLOCK + 3])
@pytest.mark.parametrize(("depth", "columns"), [(7, 32), (16, 40), (5, 1), (9, 49)])
def test_product(rows: int, depth: int, columns: int) -> None:
    random = np.random.default_rng(rows + depth)
    a = random.standard_normal((rows, depth)).astype(np.float32)
    w = random.standard_normal((depth, columns)).astype(np.float32)
    packed = pack(w)
    assert packed.shape == (depth, -(-columns // LANES) * LANES)
    out = np.full((rows, packed.shape[1]), np.nan, np.float32)
    product(a, 0, packed, out)
    np.testing.assert_allclose(out[:, :columns], a @ w, rtol=1e-5, atol=1e-5)
    assert not out[:, columns:].any()


def test_columns_of_wider_rows() -> None:
    random = np.random.default_rng(0)
    a = random.standard_normal((BLOCK + 1, 11)).astype(np.float32)
    w = random.standard_normal((4, 16)).astype(np.float32)
    out = np.empty((len(a), 16), np.float32)
    product(a, 5, pack(w), out)
    np.testing.assert_allclose(out, a[:, 5:9] @ w, rtol=1e-5, atol=1e-5)


def test_every_row_is_summed_alike() -> None:
    random = np.random.default_rng(0)
    a = random.standard_normal((2 * BLOCK + 3, 70)).astype(np.float32)
    packed = pack(random.standard_normal((70, 48)).astype(np.float32))
    whole, one = np.empty((len(a), 48), np.float32), np.empty((1, 48), np.float32)
    product(a, 0, packed, whole)
    for row, expected in zip(a, whole, strict=True):
        product(row[None], 0, packed, one)
        np.testing.assert_array_equal(one[0], expected)
