"""The page holds all it shows, fetches nothing, and shows texts as texts."""

import base64
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import soundfile as sf

from rtsynth_train.judge.page import write_page
from rtsynth_train.judge.sounds import Sound
from rtsynth_train.judge.subject import Subject, read_run
from tests.train.judge.runs import write_run


class Places(HTMLParser):
    """What a page refers to, and its tags."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.places += [value or "" for name, value in attrs if name in ("src", "href")]


def write(tmp_path: Path) -> tuple[str, Places]:
    (subject,) = read_run(write_run(tmp_path / "run", rise=0.02))
    hostile = Subject(**{**vars(subject), "name": "<script>alert(1)</script>\x1b[2J"})
    tone = Sound("a <b>", np.linspace(-0.5, 0.5, 800), 8000)
    rows = [("weights", ["1", "<2>"], 1)]
    path = tmp_path / "page.html"
    write_page(path, [subject, hostile], [("", rows), ("more", rows)], [[tone], []], "rtsynth 0")
    text = path.read_text(encoding="utf-8")
    places = Places()
    places.feed(text)
    return text, places


def test_everything_is_in_the_page(tmp_path: Path) -> None:
    text, page = write(tmp_path)
    assert all(place.startswith("data:") for place in page.places)
    assert "default-src 'none'" in text
    assert page.tags.count("audio") == 1
    assert page.tags.count("img") == 2  # the losses and a spectrogram
    content = re.search(r"data:audio/wav;base64,([^']+)", text)
    assert content is not None
    audio, rate_hz = sf.read(io.BytesIO(base64.b64decode(content[1])))
    assert rate_hz == 8000
    np.testing.assert_allclose(audio, np.linspace(-0.5, 0.5, 800), atol=1e-4)


def test_names_of_strangers_are_texts(tmp_path: Path) -> None:
    text, page = write(tmp_path)
    assert "script" not in page.tags
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\x1b[2J" in text
    assert "\x1b" not in text


def test_the_warning_and_the_best_are_marked(tmp_path: Path) -> None:
    text, _ = write(tmp_path)
    assert text.count("class='warning'") == 2
    assert "<td class=best>&lt;2&gt;</td>" in text
    assert "<tr class='group'><th colspan='3'>more</th></tr>" in text
