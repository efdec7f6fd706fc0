"""In which line each key of a TOML file is."""

from pathlib import Path

from rtsynth.common.files.toml_lines import key_lines, located

TEXT = '''\
# a recipe [with] = brackets
[plugin]
name = "flute # [no] = comment"
tags = [
  "wind",  # ] not the end
  "pitched",
]
notes = """
[data]
folder = 1
"""
sampling = { temperature = 0.8, top_p = 0.9 }

[[conditioning]]
field = 'p'   # a "comment
name = "pitch"
[[conditioning]]
"name" = "a\\"b"
data.rate_hz = 16000
  [ optimiser ]  # indented
steps=10
[plugin.more]
x = 1979-05-27T07:32:00Z
'''


def test_every_kind_of_line() -> None:
    lines = key_lines(TEXT)
    assert lines["plugin",] == 2
    assert lines["plugin", "name"] == 3
    assert lines["plugin", "tags"] == 4
    assert lines["plugin", "notes"] == 8
    assert lines["plugin", "sampling"] == 12
    assert lines["conditioning", 0] == lines["conditioning",] == 14
    assert lines["conditioning", 0, "name"] == 16
    assert lines["conditioning", 1] == 17
    assert lines["conditioning", 1, "name"] == 18
    assert lines["conditioning", 1, "data", "rate_hz"] == 19
    assert lines["optimiser",] == 20
    assert lines["optimiser", "steps"] == 21
    assert lines["plugin", "more", "x"] == 23
    assert ("data",) not in lines


def test_what_is_within_a_value_is_in_the_line_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    name = located(path)
    assert name == str(path)
    assert name.line(("plugin", "sampling", "top_p")) == 12
    assert name.line(("conditioning", 1, "minimum")) == 17
    assert name.line(("nowhere", 3)) is None
