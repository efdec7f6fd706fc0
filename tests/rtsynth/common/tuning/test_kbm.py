"""Scala keyboard mappings: which key plays which degree, and every way to be wrong."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.common.tuning.kbm import KeyboardMap, read_kbm

WHITE = """! Template for a keyboard mapping: seven notes on the white keys
12
0
120
60
69
440.0
7
0
x
1
x
2
3
X
4
x
5
x
6
"""


def read(tmp_path: Path, text: str) -> KeyboardMap:
    path = tmp_path / "a.kbm"
    path.write_text(text)
    return read_kbm(path)


def test_a_scale_of_seven_on_the_white_keys(tmp_path: Path) -> None:
    keys = read(tmp_path, WHITE)
    played = [keys.degree_of(key, 7) for key in range(60, 74)]
    assert played == [0, None, 1, None, 2, 3, None, 4, None, 5, None, 6, 7, None]
    assert keys.degree_of(48, 7) == -7
    assert keys.degree_of(121, 7) is None
    assert keys.reference_degree(7) == 5


def test_an_empty_one_maps_key_by_key(tmp_path: Path) -> None:
    keys = read(tmp_path, "0\n10\n100\n60\n60\n261.6\n0\n")
    assert [keys.degree_of(key, 5) for key in (9, 10, 60, 61, 100, 101)] == [
        None, -50, 0, 1, 40, None,
    ]  # fmt: skip


def test_keys_at_the_end_may_be_left_out(tmp_path: Path) -> None:
    keys = read(tmp_path, "3\n0\n127\n60\n60\n261.6\n0\n0 the root\n1\n")
    assert keys.degrees == (0, 1, None)
    assert keys.degree_of(63, 2) == 2  # an octave is as many degrees as the scale has


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("12\n0\n", "ends in its head"),
        ("x\n0\n127\n60\n69\n440\n0\n", "line 1: 'x' is not the size"),
        ("0\n0\n128\n60\n69\n440\n0\n", "line 3: '128' is not the last key"),
        ("0\n9\n8\n60\n69\n440\n0\n", "line 3: the last key, 8, is below the first, 9"),
        ("0\n0\n127\n-1\n69\n440\n0\n", "line 4: '-1' is not the middle key"),
        ("0\n0\n127\n60\n69\n-440\n0\n", "line 6: '-440' is not a frequency"),
        ("0\n0\n127\n60\n69\nnan\n0\n", "line 6: 'nan' is not a frequency"),
        ("! c\n0\n0\n127\n60\n69\n440\n-1\n", "line 8: '-1' is not the degree"),
        ("1\n0\n127\n60\n60\n440\n0\ny\n", "line 8: 'y' is not a degree"),
        ("1\n0\n127\n60\n60\n440\n0\n0\n1\n", "line 9: '1' is one more than the 1 keys"),
        ("2\n0\n127\n60\n61\n440\n0\n0\nx\n", "line 5: key 61 is to have a frequency: map it"),
        ("99999\n0\n127\n60\n61\n440\n0\n", "line 1: '99999' is not the size"),
    ],
)
def test_what_is_wrong_is_named_by_its_line(tmp_path: Path, text: str, where: str) -> None:
    with pytest.raises(InputError) as refused:
        read(tmp_path, text)
    assert where in str(refused.value)
