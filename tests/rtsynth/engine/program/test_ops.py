"""Ops as rows of a tape."""

from typing import Any

import numpy as np
import pytest

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.records import read_record
from rtsynth.engine.program.ops import (
    FIELDS,
    OP_WORDS,
    OPS,
    Copy,
    Matrix,
    Op,
    code_of,
    op_of,
    row_of,
)


@pytest.mark.parametrize("kind", OPS)
def test_an_op_survives_its_row(kind: type[Op]) -> None:
    op = kind(*range(3, 3 + len(kind._fields)))
    row = row_of(op)
    assert len(row) == OP_WORDS
    again = op_of(np.array(row, np.int32))
    assert type(again) is kind
    assert again == op


@jit()
def _copied(row: Any) -> Any:
    if row[0] == code_of(Matrix):
        return -1
    copy = read_record(row, FIELDS, Copy)
    return copy.source * 100 + copy.target * 10 + copy.size


def test_compiled_code_knows_an_op_and_reads_its_fields() -> None:
    assert _copied(np.array(row_of(Copy(1, 2, 3)), np.int32)) == 123
    assert _copied(np.array(row_of(Matrix(*range(9))), np.int32)) == -1
