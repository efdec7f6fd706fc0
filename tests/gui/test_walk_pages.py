"""Mapping, settings and training: what is operated there is seen in the engine, in files and in
processes; the window closes and is there again."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from rtsynth.host.restart import FORGET
from rtsynth.plugin.library import find_plugins
from rtsynth_gui.train.runs import CHECKPOINT
from rtsynth_gui.widgets import theme
from rtsynth_gui.window import Window
from rtsynth_train.core.progress_file import ProgressFile
from tests.gui.browser.test_player import NO_DEVICE
from tests.gui.conftest import Spin
from tests.gui.live import Live, live, opened
from tests.gui.plugins import save_small
from tests.gui.train.surveys import write
from tests.gui.walk import Walk, walk_over
from tests.gui.walk_pages import MappingAids, SettingsAids, SlotsAids, TrainAids
from tests.rtsynth.cli.run import wait_for

pytestmark = [
    pytest.mark.system,
    pytest.mark.measure,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes are looked at in /proc"),
]

# A performer chooses another size, reopens the window, and looks at the next one.
CHOOSES_AND_REOPENS = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from rtsynth_gui import app
from rtsynth_gui.link.link import parse_connect
from rtsynth_gui.window import Window

folder = Path(os.environ["RTSYNTH_WINDOW"])
qt = app.application()

def act():
    (window,) = [each for each in qt.topLevelWidgets() if isinstance(each, Window)]
    section = window.settings.window_section
    if not window.panels:
        return
    window.side.turn_to("Settings")
    if not section.reopen.isHidden():
        timer.stop()
        section.reopen.click()
    elif not (folder / "window.json").exists():
        section.scale.menu.setCurrentIndex(1)
        section.scale.menu.activated.emit(1)
    else:
        timer.stop()
        (folder / "seen").write_text(f"{os.getpid()} {window.devicePixelRatio()}")

timer = QTimer(interval=50)
timer.timeout.connect(act)
timer.start()
app.run(*parse_connect(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RTSYNTH_MAPPINGS", str(tmp_path_factory.mktemp("mappings")))
        with live() as started:
            started.host.load_into(
                1, save_small(tmp_path_factory.mktemp("a") / "small.safetensors")
            )
            yield started


@pytest.fixture
def window(
    engine: Live, open_window: Callable[[int], Window], spin: Spin, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Window:  # fmt: skip
    monkeypatch.setenv("RTSYNTH_RUNS", str(tmp_path / "runs"))
    (tmp_path / "asound.conf").write_text(NO_DEVICE)
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "asound.conf"))
    monkeypatch.setattr(os, "execve", lambda *_: pytest.fail("the tests were to be replaced"))
    return opened(engine, open_window, spin)


@pytest.fixture
def dark(qt: QApplication) -> Iterator[None]:
    """Themes are the application's, and its other windows' too."""
    yield
    theme.apply_theme(qt, theme.DEFAULT)


def effects_of(walk: Walk) -> Counter[str]:
    """Walk, and count the effects there were, of each kind."""
    walk.run()
    assert not walk.left(), "\n".join(walk.left())
    return Counter(walk.effects.values())


def test_mappings(window: Window, engine: Live, spin: Spin) -> None:
    aids = MappingAids(engine, window, spin)
    with walk_over(window, engine, aids, ["Mapping"], pages_only=True) as walk:
        effects = effects_of(walk)
    assert effects["engine"] >= 16
    assert effects["window"] == 1


@pytest.mark.usefixtures("dark")
def test_settings(window: Window, engine: Live, spin: Spin) -> None:
    aids = SettingsAids(engine, window, spin)
    with walk_over(window, engine, aids, ["Settings"], pages_only=True) as walk:
        effects = effects_of(walk)
    assert effects == {"engine": 11, "files": 3, "processes": 1}
    assert {name for asked in aids.asked for name in asked} == {*aids.by_name.values(), FORGET}


def run_of_before(folder: Path, age_s: float) -> Path:
    """A run that was stopped, with a network and two previews."""
    folder.mkdir(parents=True)
    plugin = save_small(folder / f"{folder.name}.safetensors")
    file = ProgressFile(folder, 100, None)
    file.begin(0, 0.0, material="", unit="bits", device="cpu", plugin=plugin.name)
    for step in (10, 20):
        file.step(step, float(step), 3.0, 3.5)
        file.plugin(step, plugin)
        preview = folder / "previews" / f"step{step}.wav"
        write(preview, seconds=0.1)
        file.previews(step, [preview])
    file.end(20, 20.0, 2.5, True, "3.5 bits")
    (folder / CHECKPOINT).write_bytes(b"x")
    progress = folder / "progress.jsonl"
    when_s = progress.stat().st_mtime - age_s
    os.utime(progress, (when_s, when_s))
    return folder


@pytest.mark.alone  # its trainers have the lowest priority: beside other tests they hardly run
def test_training(window: Window, engine: Live, spin: Spin, tmp_path: Path) -> None:
    recordings = tmp_path / "flute"
    for pitch in (60, 72):
        write(recordings / f"flute_p{pitch}.00.wav", rate_hz=44_100, channels=2)
    runs = (run_of_before(tmp_path / "runs" / "rain-2", 10.0),
            run_of_before(tmp_path / "runs" / "rain-1", 20.0))  # fmt: skip
    path = engine.host.slots[0].plugin.path
    assert path is not None
    slots = SlotsAids(engine, window, [path], spin, {})
    aids = TrainAids(slots, recordings, runs, tmp_path)
    with walk_over(window, engine, aids, ["Train"], pages_only=True) as walk:
        effects = effects_of(walk)
    # The newest network in both ways, that of a run, followed; who is followed may write another.
    assert effects["engine"] in (4, 5)
    assert effects["window"] == 0
    kind, minutes, start, resumed = aids.started
    assert "--kind texture --time 10min" in kind
    assert "--kind texture --time 5min" in minutes
    assert "--from" not in kind + minutes
    assert f"--kind texture --time 5min --from {find_plugins()['voices']}" in start
    assert "--resume" in resumed
    assert str(runs[0]) in resumed
    copies = list((tmp_path / "runs" / "recordings").rglob("*.wav"))
    assert copies, "clean copies"


def test_the_window_is_reopened(engine: Live, tmp_path: Path) -> None:
    """In its place, of the size that was chosen, and the engine sends to it."""
    subscribers, seen = engine.server.notifier._subscribers, tmp_path / "seen"
    clients: set[object] = set()
    before = {each.target for each in subscribers.current()}  # of other tests

    def is_seen() -> bool:
        clients.update({each.target for each in subscribers.current()} - before)
        return seen.exists() and seen.read_text() != ""

    environment = os.environ | {"RTSYNTH_WINDOW": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    endpoint = f"127.0.0.1:{engine.server.port}"
    command = [sys.executable, "-c", CHOOSES_AND_REOPENS, "--connect", endpoint]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        wait_for(is_seen, process)
        wait_for(lambda: is_seen() and len(clients) == 2, process)
        assert seen.read_text() == f"{process.pid} 1.25"
    finally:
        process.terminate()
        process.communicate(timeout=60)
