"""TOML as editors of every kind save it, and what no settings look like."""

import time
from contextlib import suppress
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.common.files.toml import LARGEST_BYTES, read_toml

TEXT = '[[map]]\ncc = 21\ntarget = "für"\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_marks_and_line_ends_change_nothing(tmp_path: Path, encoding: str, ending: str) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(TEXT.replace("\n", ending).encode(encoding))
    assert read_toml(path) == {"map": [{"cc": 21, "target": "für"}]}


MISTAKES = {
    "a list of lists": ("cc = " + "[" * 5000 + "]" * 5000, "nested more than 32 deep"),
    "34 lists": ("cc = " + "[" * 34 + "]" * 34, "nested more than 32 deep"),
    "tables": ("\n" + ".".join("a" * 40) + " = 1", "line 2: nested more than 32 deep"),
    "quoted": ("[" + ".".join(['""'] * 40) + "]", "line 1: nested more than 32 deep"),
    "digits": ("\n\ncc = " + "9" * 5000, "line 3: a number of too many digits"),
    "65 bits": ("[[map]]\ncc = 1\n[[map]]\ncc = 9223372036854775808", "map[1].cc: a whole number"),
    "hexadecimal": ("cc = 0x" + "f" * 5000, "cc: a whole number of more than 64 bits"),
    "no value": ("a = 1\ncc = ", "not TOML: Invalid value (at"),
    "no date": ("a = 2026-02-31", "not TOML"),
    "a null": ("a = '\0'", "not a text file"),
    "too large": ("#" * (LARGEST_BYTES + 1), "larger than 1.04858 MB; this is not a recipe"),
}


@pytest.mark.parametrize(("text", "message"), MISTAKES.values(), ids=MISTAKES)
def test_what_is_no_setting_is_refused_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "x.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_toml(path, "a recipe")
    line = str(error.value)
    assert line.startswith(f"{path}: ")
    assert message in line
    assert "\n" not in line
    assert len(line) < 400


def test_numbers_of_64_bits_and_32_levels_are_read(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(f"a = {'[' * 31}-9223372036854775808{']' * 31}")
    value = read_toml(path)["a"]
    for _ in range(31):
        (value,) = value
    assert value == -(1 << 63)


# A megabyte of what makes the parser slowest: long keys, many tables, many values, half a string.
SLOW = ["a." * (1 << 19), "[a.b]\n" * (1 << 17), "[[a]]\n" * (1 << 17), "a\n" * (1 << 19),
        'a="""' + '\\"' * (1 << 18), "'a" * (1 << 19), "a=[" + "{}," * (1 << 18) + "]"]  # fmt: skip


@pytest.mark.parametrize("text", SLOW, ids=lambda text: text[:6])
def test_nothing_takes_long(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.toml"
    path.write_text(text[: LARGEST_BYTES - 1])
    start = time.process_time()
    with suppress(InputError):
        read_toml(path)
    assert time.process_time() - start < 10
