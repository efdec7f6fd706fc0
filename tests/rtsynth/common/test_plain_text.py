"""What strangers write is shown as text, on one line, and moves no cursor."""

import io
import logging

import pytest

from rtsynth.common.plain_text import LONGEST, PlainFormatter, plain
from rtsynth.common.remarks import warn


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/slot/1/param/pitch", "/slot/1/param/pitch"),
        ("Flöte, 笛", "Flöte, 笛"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("one\ntwo\r", r"one\ntwo\r"),
        ("\x9b2J", r"\x9b2J"),  # the one-byte form of an escape sequence
        ("abc\u202exe.wav", r"abc\u202exe.wav"),  # turns the direction of what follows
        ("\udcff.wav", r"\udcff.wav"),  # a byte of a file name that is not UTF-8
        ("\u2028", r"\u2028"),
    ],
)
def test_what_cannot_be_shown_stands_as_its_escape(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_every_character_comes_out_printable() -> None:
    everything = "".join(map(chr, range(0x3000))) + "".join(map(chr, range(0xD800, 0x10000)))
    assert plain(everything, len(everything)).isprintable()


def test_long_texts_lose_their_middle() -> None:
    assert len(plain("x" * 1000)) == LONGEST
    assert plain("abcdef", 6) == "abcdef"
    assert plain("abcdef", 5) == "ab…ef"
    assert plain("abcdef", 4) == "ab…f"
    assert plain("abcdef", 1) == "…"


def test_a_log_line_stays_one_line() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PlainFormatter("rtsynth: %(message)s"))
    log = logging.Logger("test")
    log.addHandler(handler)
    log.warning("osc: %s", "/a\x1b[2J\nrtsynth: all is well")
    assert stream.getvalue() == "rtsynth: osc: /a\\x1b[2J\\nrtsynth: all is well\n"


def test_a_traceback_keeps_its_lines_and_loses_its_escapes() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PlainFormatter("%(message)s"))
    log = logging.Logger("test")
    log.addHandler(handler)
    try:
        raise ValueError("\x1b[31m")
    except ValueError as error:
        log.warning("ours", exc_info=error)
    lines = stream.getvalue().splitlines()
    assert lines[0] == "ours"
    assert lines[-1] == r"ValueError: \x1b[31m"
    assert len(lines) > 3


def test_remarks_are_plain(capsys: pytest.CaptureFixture[str]) -> None:
    warn("a\x1b[2Jb.wav: clipped\nrtsynth: all is well")
    assert capsys.readouterr().err == "rtsynth: a\\x1b[2Jb.wav: clipped\\nrtsynth: all is well\n"
