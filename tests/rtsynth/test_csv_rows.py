"""Classes and columns from .csv files, read by blocks."""

from pathlib import Path

import numpy as np
import pytest

from rtsynth import csv_rows
from rtsynth.csv_rows import open_csv
from rtsynth.errors import InputError


def read(path: Path, text: str) -> tuple[tuple[str, ...], np.ndarray]:
    path.write_text(text)
    table = open_csv(path)
    return table.names, np.concatenate(list(table.rows()))


@pytest.mark.parametrize(
    "text",
    [
        "0\n1\n2\n10",
        "0,1,2,10",
        "0;1;2;10\n",
        "\ufeffclass\n0\n1\n2\n10\n",
        "0\r\n1\r\n2\r\n1e1\r\n",
    ],
    ids=["lines", "one line", "semicolons", "header", "Windows"],
)
def test_classes(tmp_path: Path, text: str) -> None:
    names, rows = read(tmp_path / "a.csv", text)
    assert names == ()
    assert rows.tolist() == [[0], [1], [2], [10]]


def test_columns(tmp_path: Path) -> None:
    names, rows = read(tmp_path / "a.csv", "pitch, level\n440,0.5\n\n441,1\n")
    assert names == ("pitch", "level")
    assert rows.tolist() == [[440, 0.5], [441, 1]]


def test_names_between_commas_may_have_spaces(tmp_path: Path) -> None:
    for line in ("Pitch Hz,harmonic 2", '"Pitch Hz", "harmonic 2"', "Pitch Hz;harmonic 2;"):
        names, rows = read(tmp_path / "a.csv", f"{line}\n440,0.5\n441,1\n")
        assert names == ("Pitch Hz", "harmonic 2")
        assert rows.tolist() == [[440, 0.5], [441, 1]]
    names, _ = read(tmp_path / "a.csv", "pitch level\n440 0.5\n")
    assert names == ("pitch", "level")
    many = tuple(f"{number}_{'x' * 60}" for number in range(128))
    names, _ = read(tmp_path / "a.csv", f"x{',x'.join(many)}\n{',1' * 128}\n")
    assert names == tuple(f"x{name}" for name in many)


def test_blocks_do_not_cut_numbers_in_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "_BLOCK_CHARACTERS", 7)
    monkeypatch.setattr(csv_rows, "_BLOCK_LINES", 3)
    values = np.random.default_rng(0).integers(0, 255, 500)
    _, rows = read(tmp_path / "a.csv", "\n".join(map(str, values)))
    assert rows[:, 0].tolist() == values.tolist()
    _, rows = read(tmp_path / "b.csv", "x\n" + "\n".join(map(str, values)))
    assert rows[:, 0].tolist() == values.tolist()


REFUSED = {
    "empty": ("", "is empty"),
    "half": ("0\n0.5\n", "entry 2 is 0.5, not a class"),
    "below": ("0\n-1\n", "entry 2 is -1, not a class"),
    "above": ("0\n256\n", "entry 2 is 256, not a class"),
    "word": ("0\n1\nfoo\n", "entry 3 is 'foo', not a finite number"),
    "NaN": ("0\nnan\n", "entry 2 is 'nan', not a finite number"),
    "ragged": ("a,b\n1,2\n3\n", "row 2 has 1 values, the first line names 2"),
    "no name": ("a,,b\n1,2,3\n", "column 2 of its first line has no name"),
    "huge": ("a,b\n1,2\n3,-1e31\n", "entry 4 is '-1e31', beyond 1e\\+30"),
    "spaces": ("0 1;0 1\n0;x\n", "entry 6 is 'x', not a finite number"),
    "text value": ("a,b\n1,2\n3,x\n", "entry 4 is 'x'"),
}


@pytest.mark.parametrize(("text", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_refusals_name_file_and_entry(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read(tmp_path / "bad.csv", text)
    assert "bad.csv" in str(caught.value)


def test_what_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(InputError, match="not a text file"):
        open_csv(tmp_path / "bad.csv")
