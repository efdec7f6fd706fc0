"""Small JSON files with a format number."""

import json
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.common.files.document import read_document, write_document

WHAT = "a file of ours"


def test_what_is_written_is_read_and_has_a_format(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.json"
    assert read_document(path, 3, 1000, WHAT) is None
    write_document(path, 3, {"names": ["é"], "x": 1.5})
    assert read_document(path, 3, 1000, WHAT) == {"format": 3, "names": ["é"], "x": 1.5}
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "format: not 3; correct a.json or delete it"),
        ("{}", "format: not 3"),
        ('{"format": 4}', "format: not 3"),
        (json.dumps({"format": 3, "x": "y" * 200_000}), "this is not a file of ours"),
    ],
)
def test_a_damaged_file_is_one_line(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(InputError, match=problem) as line:
        read_document(path, 3, 150_000, WHAT)
    assert str(path) in str(line.value)
    assert "\n" not in str(line.value)


def test_what_is_no_number_of_json_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_document(path, 3, {"x": 1})
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_document(path, 3, {"x": float("nan")})
    assert read_document(path, 3, 1000, WHAT) == {"format": 3, "x": 1}
