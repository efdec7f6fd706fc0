"""When ports are looked for, and news of devices from the kernel."""

import sys
from pathlib import Path

import pytest

from rtsynth.control.midi import news
from rtsynth.control.midi.news import AFTER_S, OFTEN_S, SELDOM_S, FolderNews, Looks, NoNews
from tests.rtsynth.control.midi.test_open_ports import ScriptedNews

ONLY_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")


def looked(looks: Looks, until_s: float, from_s: float = 0.0) -> list[float]:
    """When it is time to, of every millisecond."""
    steps = range(round(from_s * 1000), round(until_s * 1000))
    return [step / 1000 for step in steps if looks.due(step / 1000)]


def test_without_news_it_is_looked_every_quarter_of_a_second() -> None:
    assert looked(Looks(NoNews()), 1.1) == pytest.approx([0.0, OFTEN_S, 0.5, 0.75, 1.0])


def test_with_news_it_is_looked_at_once_and_a_few_times_after_that() -> None:
    found = ScriptedNews()
    looks = Looks(found)
    assert looked(looks, 1.0) == [0.0]
    found.waiting = True
    assert looked(looks, 3.0, from_s=1.0) == pytest.approx([1.0 + after for after in AFTER_S])
    assert looked(looks, 5.6, from_s=3.0) == pytest.approx([1.0 + AFTER_S[-1] + SELDOM_S, 5.5])
    found.is_complete = False  # as when the server has ended
    assert len(looked(looks, 6.6, from_s=5.6)) == 4


@ONLY_LINUX
def test_files_that_come_and_go_are_news(tmp_path: Path) -> None:
    found = FolderNews(tmp_path)
    assert not found.came()
    device = tmp_path / "midiC1D0"
    device.touch()
    assert found.came()
    assert not found.came()
    device.unlink()
    assert found.came()
    for number in range(5000):  # more than are read at a time
        (tmp_path / f"pcm{number}").touch()
    assert found.came()
    found.close()


@ONLY_LINUX
def test_a_folder_that_comes_and_goes_is_news(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As /dev/snd does with the first device and the last one."""
    folder = tmp_path / "snd"
    monkeypatch.setattr(news, "DEVICES", folder)
    seen = news.open_news(jack=False)
    for _ in range(2):
        assert not seen.came()
        folder.mkdir()
        assert seen.came()
        assert not seen.came()
        (folder / "midiC0D0").touch()
        assert seen.came()
        (folder / "midiC0D0").unlink()
        folder.rmdir()
        assert seen.came()
    folder.mkdir()
    assert seen.came()
    folder.rmdir()
    folder.mkdir()  # another one, before anybody looked
    assert seen.came()
    (folder / "midiC0D0").touch()
    assert seen.came()
    seen.close()


def test_without_inotify_there_is_no_news(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(news, "FolderNews", refuse)
    none = news.open_news(jack=False)
    assert isinstance(none, NoNews)
    assert not none.came()
    none.close()


def test_without_a_jack_server_there_is_no_news(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "open_jack_news", lambda: None)
    assert isinstance(news.open_news(jack=True), NoNews)
