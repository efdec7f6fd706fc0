"""Scala scales: the format's own example, every way to write a pitch, every way to be wrong."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth.common.tuning.scl import Scale, read_scl

MEANTONE = """! meanquar.scl
!
1/4-comma meantone scale. Pietro Aaron's temperament (1523)
 12
!
 76.04900
 193.15686
 310.26471
 5/4
 503.42157
 579.47057
 696.57843
 25/16
 889.73529
 1006.84314
 1082.89214
 2/1
"""


def read(tmp_path: Path, text: str) -> Scale:
    path = tmp_path / "a.scl"
    path.write_text(text)
    return read_scl(path)


def test_the_example_of_the_format(tmp_path: Path) -> None:
    scale = read(tmp_path, MEANTONE)
    assert scale.description.endswith("(1523)")
    assert len(scale.cents) == 12
    # A quarter-comma fifth, four of which are a pure third two octaves up.
    assert 4 * scale.cents[6] - 2400 == pytest.approx(scale.cents[3], abs=1e-4)
    assert scale.cents[3] == pytest.approx(1200 * np.log2(float(Fraction(5, 4))))
    assert scale.cents[11] == 1200.0


@pytest.mark.parametrize(
    ("line", "cents"),
    [
        ("81/64", 407.820003), ("408.0", 408.0), ("408.", 408.0), ("5", 2786.313714),
        ("-5.0", -5.0), ("10/20", -1200.0), ("100.0 cents", 100.0), ("\t100.0 C#", 100.0),
        ("5/4   E\\", 386.313714), (".5", 0.5), ("3 / 2", 701.955001),
        ("2147483647/2147483646", 8.06e-7),
    ],
)  # fmt: skip
def test_every_way_to_write_a_pitch(tmp_path: Path, line: str, cents: float) -> None:
    assert read(tmp_path, f"one\n1 note\n{line}\n").cents[0] == pytest.approx(cents, abs=1e-6)


def test_degrees_of_all_octaves() -> None:
    scale = Scale("", (100.0, 300.0, 1200.0))
    assert [scale.cents_of(degree) for degree in (-3, -2, -1, 0, 1, 2, 3, 4, 6)] == [
        -1200, -1100, -900, 0, 100, 300, 1200, 1300, 2400,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "ends before the number of notes"),
        ("name\n", "line 2: '' is not the number"),
        ("name\nx\n2/1\n", "line 2: 'x' is not the number"),
        ("name\n0\n", "line 2: 0 notes"),
        ("name\n999999\n", "line 2: 999999 notes"),
        ("name\n-1\n2/1\n", "line 2: '-1' is not"),
        ("! c\nname\n2\n!\n3/2\n-2/1\n", "line 6: '-2/1' is neither"),
        ("name\n1\n0/1\n", "line 3: 0/1"),
        ("name\n1\n3/2/1\n", "line 3: '3/2/1' is neither"),
        ("name\n1\n99999999999\n", "line 3: '99999999999' is neither"),
        ("name\n1\n3000000000\n", "line 3: 3000000000: a ratio's numbers"),
        ("name\n1\n1e3.0\n", "line 3: '1e3.0' is neither"),
        ("name\n1\n999999999999.0\n", "line 3: 999999999999.0 cents is beyond"),
        ("name\n2\n3/2\n", "has 1 pitches and says 2"),
        ("name\n2\n3/2\n\n", "has 1 pitches and says 2"),
        ("name\n2\n\n3/2\n", "line 3: '' is neither"),
        ("name\n1\n2/1\n3/1\n", "line 4: '3/1' is one more than the 1 notes"),
    ],
)
def test_what_is_wrong_is_named_by_its_line(tmp_path: Path, text: str, where: str) -> None:
    with pytest.raises(InputError) as refused:
        read(tmp_path, text)
    assert where in str(refused.value)
    assert str(tmp_path / "a.scl") in str(refused.value)
