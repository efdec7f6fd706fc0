"""Classes and columns from .csv files, read by blocks."""

from pathlib import Path

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth.common.files import csv_rows
from rtsynth.common.files.csv_rows import open_csv


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
        cells = "440,0.5\n441,1\n".replace(",", ";" if ";" in line else ",")
        names, rows = read(tmp_path / "a.csv", f"{line}\n{cells}")
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
    "one or two": ("pitch\n69,5\n", "row 1: '69,5' may be .* two cells; write a decimal point, or"),
    "thousands": ('a,b\n1,"1,000"\n', "row 1: '1,000' may be 1000 or 1.000; write a decimal"),
    "both signs": ("a;b\n1,5;1.000\n", "row 1: has decimal commas .'1,5'. and points .'1.000'"),
    "open quote": ('a,b\n1,"2\n', "row 1: quotes that do not match"),
    "index": (",b\n0,2\n", "column 1 of its first line has no name; leave out the index"),
    "long line": ("a,b\n1," + "2" * 70000, ":2: a line of more than 65536 characters"),
    "long word": ("0\n" + "1" * 600000, "entry 2 is not a number"),
    "huge, quoted": ('a,b\n1,"-1e31"\n', "row 1: a number beyond 1e"),
    "text value": ("a,b\n1,2\n3,x\n", "entry 4 is 'x'"),
}


@pytest.mark.parametrize(("text", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_refusals_name_file_and_entry(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read(tmp_path / "bad.csv", text)
    assert "bad.csv" in str(caught.value)


def test_what_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_bytes(b"0\n\x80")
    with pytest.raises(InputError, match="not a text in UTF-8"):
        open_csv(tmp_path / "bad.csv")
    (tmp_path / "bad.csv").write_bytes("0\n".encode("utf-16-le"))
    with pytest.raises(InputError, match="not a text file"):
        open_csv(tmp_path / "bad.csv")


ROWS = [[69, 0.5], [70, 1]]
DIALECTS = {
    "semicolons": "pitch;level\n69;0.5\n70;1\n",
    "decimal commas": "pitch;level\n69;0,5\n70;1\n",
    "both decimal": "pitch;level\n69,0;0,5\n70,0;1,0\n",
    "tabs": "pitch\tlevel\n69\t0.5\n70\t1\n",
    "tabs, decimal commas": "pitch\tlevel\n69\t0,5\n70\t1\n",
    "quoted": '"pitch","level"\n"69","0.5"\n"70","1"\n',
    "quoted decimal commas": 'pitch,level\n69,"0,5"\n70,1\n',
    "declared": "sep=;\npitch;level\n69;0,5\n70;1\n",
    "declared comma": "SEP=,\r\npitch,level\r\n69,0.5\r\n70,1\r\n",
    "trailing": "pitch,level,\n69,0.5,\n70,1,\n",
    "trailing, quoted": 'pitch;level;\n"69";0,5;\n70;1;\n',
    "spaces": "pitch ; level\n 69 ; 0,5\n70; 1\n",
    "old Macintosh": "pitch,level\r69,0.5\r70,1\r",
}


@pytest.mark.parametrize("text", DIALECTS.values(), ids=DIALECTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_spreadsheets_write(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    table = open_csv(path)
    assert table.names == ("pitch", "level")
    assert np.concatenate(list(table.rows())).tolist() == ROWS


def test_a_declared_separator_of_classes(tmp_path: Path) -> None:
    for text in ("sep=;\n0;1\n2\n", "sep=;\nclass\n0;1;2\n", "0\t1\r2\r"):
        _, rows = read(tmp_path / "a.csv", text)
        assert rows.tolist() == [[0], [1], [2]]
