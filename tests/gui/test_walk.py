"""Nothing in the window is dead: everything in it is operated against a real engine."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton, QWidget

from rtsynth.common.user_folders import data_folder
from rtsynth.engine.live import shared as sh
from rtsynth.host.mapping.monitor import Arrival
from rtsynth_gui.activity.page import MIDI
from rtsynth_gui.panels.control_view import ControlView
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.live import Live, live, opened
from tests.gui.plugins import save_small
from tests.gui.walk import Walk, walk_over
from tests.gui.walk_aids import SlotsAids
from tests.gui.walk_targets import Target, has_handlers, is_interactive, place_of

pytestmark = [pytest.mark.system, pytest.mark.measure]

NAMES = ("small", "small too")
SLOT_MENUS = ("Slot 1, menu", "Slot 2, menu")
NO_INPUT = "no audio input device was found"
# Pages of the side panel.
PERFORMED = ("Browser", "Presets", "Takes")
OTHERS = ("Activity", "XY pad", "Network", "States")
FOUND = "small as well.safetensors"
# What turns to a page, asks, or shows something else: there the engine is not to change.
ONLY_SEEN = frozenset({
    "Reset the count of underruns", "Format of takes", "MIDI activity", "OSC activity", "Settings",
    "Add plugin", "Open file…", "Open plugin…", "Time span of the waveform", "Show the waveform",
    "Show the spectrogram", "Show the waveform and the spectrogram", "Search plugins and presets",
    "Favourites only", "Slot 1: small", "Slot 2: small too", "Slot 1, menu", "Slot 2, menu",
    "Envelope, LFO 1, LFO 2, Follow, Macros", "Takes, newest first", "Play", "Show in folder",
    "Rename", "Clear", "Message type", "OSC messages from other clients, newest first",
    "Control that Y moves", "Slot whose presets are blended", "Presets", "Parameters", "NameField",
    "Octave down", "Octave up", "Voices that states are of",
})  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Path]]:
    """Plugins for the slots, and one to be found in the library."""
    folder = tmp_path_factory.mktemp("plugins")
    library = data_folder() / "plugins"
    library.mkdir(parents=True, exist_ok=True)
    found = save_small(library / FOUND)
    yield [save_small(folder / f"{name}.safetensors") for name in NAMES]
    found.unlink()


@pytest.fixture(scope="module")
def engine(files: list[Path]) -> Iterator[Live]:
    with live() as started:
        for number, path in enumerate(files, 1):
            started.host.load_into(number, path)
        for name, gain_db in (("loud", 0.0), ("soft", -20.0)):
            started.host.set(1, "gain", gain_db)
            started.host.presets.save(1, name)
        yield started


@pytest.fixture
def walk(
    engine: Live,
    files: list[Path],
    request: pytest.FixtureRequest,
    open_window: Callable[[int], Window],
    spin: Spin,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Walk]:
    monkeypatch.setenv("RTSYNTH_TAKES", str(tmp_path / "takes"))
    for number in range(1, len(NAMES) + 1):
        engine.host.voicing.set_voices(number, 2)  # else there is none to choose among the states
    window = opened(engine, open_window, spin)
    asked_to_open: list[Path] = []
    window.takes.open_path = asked_to_open.append

    def midi_is_shown() -> int:
        engine.host.mappings.monitor.put("cc", Arrival("keys", "cc 21 = 3", "unmapped"))
        return window.activity.monitors[MIDI].list.count()

    spin(midi_is_shown)

    sh.write_word(engine.host.core.words, sh.XRUNS, 3)
    spin(lambda: window.header.load.xruns >= 3)
    proofs = {
        "Reset the count of underruns": lambda: window.header.load.xruns,
        "Time span of the waveform": lambda: window.deck.scope.span.currentData(),
        "Format of takes": lambda: window.recorder.form,
        "Play": lambda: len(asked_to_open),
        "Show in folder": lambda: len(asked_to_open),
        # Of what is in the menu of a slot only this has no effect here: there is no input.
        **dict.fromkeys(SLOT_MENUS, lambda: NO_INPUT in window.transport.message.toolTip()),
        "Voices that states are of": lambda: window.states.voice.currentIndex(),
        "Takes, newest first": lambda: len(asked_to_open),  # Enter plays what is marked already
    }
    aids = SlotsAids(engine, window, files, spin, proofs, ONLY_SEEN)
    with walk_over(window, engine, aids, request.param, pages_only=request.param == OTHERS) as walk:
        yield walk


@pytest.mark.parametrize(
    "walk",
    [
        pytest.param(PERFORMED, id="what is performed with", marks=pytest.mark.measure),
        pytest.param(OTHERS, id="the other pages"),
    ],
    indirect=True,
)
def test_everything_is_alive(walk: Walk) -> None:
    walk.run()
    assert not walk.left(), "\n".join(walk.left())
    more = sorted(walk.only_seen - ONLY_SEEN)
    assert not more, f"they ought to change the engine, or files: {more}"
    kinds = Counter(walk.effects.values())
    assert kinds["engine"] > 0
    assert kinds["window"] > 2
    if not walk.pages_only:
        controls = walk.window.findChildren(ControlView)
        assert kinds["engine"] > 2 * len(controls) / len(NAMES)


@pytest.mark.parametrize("walk", [()], indirect=True)
def test_what_a_walk_finds(walk: Walk) -> None:
    """Nobody's list: buttons that are put into the window are found, and one that does nothing is
    left, though it was pressed."""
    assert isinstance(walk.aids, SlotsAids)
    host = walk.aids.host
    pressed: list[str] = []
    dead, alive = (QPushButton(name, walk.window.header) for name in ("dead", "alive"))
    for place, button in enumerate((dead, alive)):
        button.setGeometry(walk.window.header.width() // 2 + 40 * place, 0, 30, 20)
        button.clicked.connect(lambda _=False, button=button: pressed.append(button.text()))
        button.show()
    alive.clicked.connect(lambda: host.set(1, "gain", -3.0))
    found = {target.widget for target in walk.targets(shown=True)}
    assert {dead, alive} <= found
    assert any(has_handlers(widget) for widget in found)
    assert not is_interactive(QWidget())
    for button in (dead, alive):
        walk.operate(Target(button))
    assert pressed == ["dead", "alive"]
    assert walk.effects == {(place_of(alive), 0): "engine"}
    assert any(place_of(dead) in left for left in walk.left())
    assert not any(place_of(alive) in left for left in walk.left())
