"""Names of files as names of plugins: printable, and no longer than either may be."""

import pytest

from rtsynth.plugin.naming import LONGEST_FILE_NAME, LONGEST_NAME, name_from_file


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("clarinet", "clarinet"),
        ("  two words ", "two words"),
        ("..hidden", "hidden"),
        ("a\nb\x1b[2J", "a_b_[2J"),
        ("", ""),
        (" . ", ""),
    ],
)
def test_a_name_is_printable(stem: str, name: str) -> None:
    assert name_from_file(stem) == name


def test_a_name_is_no_longer_than_a_manifest_or_a_file_system_takes() -> None:
    assert name_from_file("x" * 500) == "x" * LONGEST_NAME
    wide = name_from_file("\N{SNOWMAN}" * 500)
    assert LONGEST_FILE_NAME - 3 < len(wide.encode()) <= LONGEST_FILE_NAME
