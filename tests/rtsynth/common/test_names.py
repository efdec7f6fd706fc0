"""One rule for names: letters of any script, and nothing that a file cannot be called."""

import os
import unicodedata
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.common.names import checked_name, composed, is_name, plain_letters

NAMES = [
    "a", "2 dark", "1.5", "it's (loud), isn't it", "Übung für Ø", "déjà vu", "漢字", "голос",
    "κύμα", "صدا", "می\u200cخواهم", "हिन्दी", "a-b_c+d & e #1", "🎺 take", "漢" * 64, "é" * 64,
    "console", "NUL 1", "com", "COM10", "a.nul", "lpt", "auxiliary",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_any_script_is_allowed_and_is_a_file(name: str, tmp_path: Path) -> None:
    """On the file system of this machine, with what is put around a name."""
    assert is_name(name)
    kept = checked_name(name, "preset")
    (tmp_path / f".{kept}.abcdefgh.part.json").write_text("")
    (tmp_path / f"{kept}.json").write_text("here")
    assert f"{kept}.json" in os.listdir(tmp_path)
    assert (tmp_path / f"{kept}.json").read_text() == "here"


@pytest.mark.parametrize(
    "name",
    ["", " ", ".", "..", "../a", "a/b", "a\\b", "a:b", "a*", "a?", 'a"', "a<", "a>", "a|",
     ".a", "\u200d.a", " a", "a ", "a.", "a\n", "a\tb", "a\0b", "\x1b[2J", "a\u2028b", "\u202eabc",
     "a\udc80", "\u200c", "x" * 65, "🎺" * 51, "\u3000a"],
)  # fmt: skip
def test_what_no_file_can_be_called_is_refused(name: str) -> None:
    assert not is_name(name)
    with pytest.raises(InputError, match=r"^set name .*: a name has 1 to 64 characters .*\)$"):
        checked_name(name, "set")


@pytest.mark.parametrize(
    "name",
    ["CON", "nul", "Aux", "PRN", "COM1", "lpt9", "COM\u00b2", "NUL.x", "com1 .a.b", "conin$"],
)
def test_what_windows_calls_devices_is_refused(name: str) -> None:
    assert not is_name(name)
    with pytest.raises(InputError, match=r"^set name '.*': .* no device of Windows \(NUL, COM1\)$"):
        checked_name(name, "set")


def test_a_refusal_is_one_line_of_what_can_be_shown() -> None:
    with pytest.raises(InputError) as refused:
        checked_name("a\n\x1b[2J" * 40, "set")
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 300


def test_the_same_letters_are_the_same_name() -> None:
    decomposed = unicodedata.normalize("NFD", "Übung é")
    assert decomposed != "Übung é"
    assert composed(decomposed) == checked_name(decomposed, "preset") == "Übung é"
    assert is_name(unicodedata.normalize("NFD", "é" * 64))  # 64 letters, once it is composed


def test_accents_do_not_count_in_the_order() -> None:
    names = ["zebra", "Übung", "élan", "eland", "Apfel", "Straße", "straps"]
    order = ["Apfel", "élan", "eland", "straps", "Straße", "Übung", "zebra"]
    assert sorted(names, key=plain_letters) == order
