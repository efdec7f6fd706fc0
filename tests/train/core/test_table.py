"""parameters.csv: what is read from it, and what is wrong with it."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth_train.core.table import TABLE
from rtsynth_train.core.values import rows_of
from tests.train.core.test_values import HZ, empty, parameter


def test_from_a_table(tmp_path: Path) -> None:
    paths = empty(tmp_path, "flute/one.wav", "two.flac")
    (tmp_path / TABLE).write_text("file;pitch;other\ntwo;61;1\nflute/one.wav;60,5;2\n")
    table = parameter(**{"from": "table"})
    assert rows_of(tmp_path, paths, [table], HZ) == [[60.5], [61]]
    assert rows_of(tmp_path, paths, [parameter(**{"from": "table", "field": "other"})], HZ) == [
        [2], [1],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (None, r"parameters\.csv: not there"),
        ("file,level\none,1\n", r"parameters\.csv: no column 'pitch'; it has level"),
        ("file,pitch\ntwo,1\n", r"parameters\.csv: no line for one\.wav"),
        ("file,pitch\none,x\n", r"parameters\.csv:2: pitch: 'x' is not a finite number"),
        ("file,pitch\none,1\none,2\n", r"parameters\.csv:3: one is on line 2 already"),
        ("file,pitch\none,1,2\n", r"parameters\.csv:2: has 3 cells, the first line 2"),
        ("file,pitch,pitch\n", r"parameters\.csv:1: has to name the columns"),
        ("", r"parameters\.csv: is empty"),
    ],
)
def test_tables_that_do_not_fit(tmp_path: Path, text: str | None, match: str) -> None:
    paths = empty(tmp_path, "one.wav")
    if text is not None:
        (tmp_path / TABLE).write_text(text)
    with pytest.raises(InputError, match=match):
        rows_of(tmp_path, paths, [parameter(**{"from": "table"})], HZ)


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (("a/one.flac", "b/one.flac"), "file,pitch\none.flac,60\n"),
        (("a/one.flac", "one.flac"), "file,pitch\none.flac,60\n"),
        (("one.flac", "one.wav"), "file,pitch\none,60\n"),
    ],
)
def test_a_name_that_two_recordings_have_is_refused(
    tmp_path: Path, names: tuple[str, str], text: str
) -> None:
    paths, table = empty(tmp_path, *names), parameter(**{"from": "table"})
    (tmp_path / TABLE).write_text(text)
    message = rf"parameters\.csv:2: {text.split()[1].split(',')[0]} may be {names[0]} or {names[1]}"
    with pytest.raises(InputError, match=message):
        rows_of(tmp_path, paths, [table], HZ)
    (tmp_path / TABLE).write_text(f"file,pitch\n{names[0]},60\n{names[1]},62\n")
    assert rows_of(tmp_path, paths, [table, table], HZ) == [[60, 60], [62, 62]]
