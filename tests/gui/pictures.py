"""The first minutes with the window, step by step, and a picture of each in both themes; and those
of the whole window, of a network and of a training:

    python -m tests.gui.pictures docs/images

makes the pictures of the documents. What a performer does is done with the mouse
and counted; `tests/gui/test_pictures.py` does the same and asserts the counts.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soundfile
from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPixmap

from rtsynth import Host
from rtsynth.control.midi.router import MidiRouter
from rtsynth_gui.app import application
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.widgets.theme import apply_theme
from rtsynth_gui.window import Window
from tests.gui.hand import Hand, Terminal, rest, wait
from tests.gui.live import Live, live
from tests.gui.own_folders import own_folders
from tests.gui.train.surveys import RATE_HZ
from tests.ports import free_port
from tests.rtsynth.control.midi.messages import cc, play

SIZE = QSize(1280, 720)
THEMES = ("dark", "light")
# Each step, and how many actions it may take.
COUNTS = {
    "sound": 1, "mapped": 2, "recording": 1, "second": 2, "preset": 2, "trained": 2, "chosen": 4,
}  # fmt: skip
TRAINER_S = 300.0  # patience with one that has the lowest priority
# So that nobody needs a sound card or a controller.
QUIET = ("--device", "null", "--midi", "none", "--precision", "float32")
AUDIBLE_DB = -50.0
PLUGIN = "clarinet-trumpet"
FREQUENT = 128  # colours of a picture that are kept exactly
TRACES_S = 9.0  # that a network's are filled
MINUTES = 1.0  # of training, in the pictures
SETTLE_S = 0.7  # of what is shown, before its picture is taken


def controller(host: Host) -> Callable[[], None]:
    """What moves a knob of a MIDI controller."""
    router = MidiRouter(host, mappings=host.mappings, port="keys")
    return lambda: play(router, cc(21, 3))


@contextmanager
def first_sound(theme: str, *plugin: str | Path) -> Iterator[tuple[Window, int]]:
    """`rtsynth play`, with a window of its own; another one on it, once it sounds, and how many
    actions that were."""
    terminal, port = Terminal(), free_port()
    try:
        terminal.run("play", *plugin, *QUIET, "--osc", f"127.0.0.1:{port}")
        with opened(port, theme) as window:
            wait(lambda: window.deck.level.ballistics.level_db > AUDIBLE_DB)
            yield window, terminal.actions
    finally:
        terminal.close()


def rain(folder: Path) -> Path:
    """Recordings of one's own."""
    random = np.random.default_rng(0)
    folder.mkdir(parents=True)
    for number in range(3):
        noise = random.standard_normal(4 * RATE_HZ)
        soft = np.convolve(noise, np.hanning(9) / 9, "same")
        soundfile.write(folder / f"rain-{number + 1}.wav", 0.2 * soft / soft.std(), RATE_HZ)
    return folder


def first_preview(hand: Hand, recordings: Path, minutes: float) -> Iterator[str]:
    """From recordings to a preview, dropped and by the button, as `first_minutes` does. The button
    leads to the same training, so that is not waited for again."""
    page = hand.window.train
    page.source.time.setItemData(page.source.time.currentIndex(), minutes)
    hand.actions = 0
    hand.drop(recordings)
    wait(page.source.begin.isEnabled)
    before = page.trainer.run  # the page shows the newest that there is
    hand.click(page.source.begin)
    wait(lambda: page.trainer.run != before and page.trainer.progress.previews, TRAINER_S)
    assert page.run.buttons["play"].isEnabled()
    yield "trained"
    wait(lambda: not page.trainer.alive, TRAINER_S)
    hand.window.side.turn_to("")
    first, hand.actions = page.trainer.run, 0
    hand.click(hand.window.transport.views["Train"])
    hand.choose_folder(page.source.folder, recordings)
    wait(page.source.begin.isEnabled)
    hand.click(page.source.begin)
    wait(lambda: page.trainer.run != first and page.trainer.alive)
    yield "chosen"
    page.trainer.stop()
    wait(lambda: not page.trainer.alive, TRAINER_S)


def first_minutes(hand: Hand, engine: Live) -> Iterator[str]:
    """Do the steps from the second to the fifth of `COUNTS`; each is named once it is done, with
    its actions in `hand`."""
    window, host = hand.window, engine.host
    panel = window.current
    assert panel is not None
    knob = next(iter(panel.rows.values()))
    hand.actions = 0
    hand.choose(knob.slider, "learn")
    wait(lambda: host.mappings.learning == knob.control.address)
    hand.move_control()
    wait(lambda: host.mappings.learned)
    yield "mapped"
    hand.actions = 0
    hand.click(window.transport.buttons["record"])
    wait(lambda: host.recordings.path is not None and window.recorder.path is not None)
    yield "recording"
    window.transport.buttons["record"].click()
    wait(lambda: host.recordings.path is None)
    hand.actions = 0
    hand.click(window.rack.add)
    wait(lambda: window.side.page == "Browser" and window.browser.list.count())
    hand.double_click(window.browser.list, 0)
    wait(lambda: len(host.slots) == 2 and len(window.panels) == 2)
    yield "second"
    hand.actions = 0
    hand.click(window.transport.views["Presets"])
    wait(window.presets.isVisible)
    hand.click(window.presets.presets.button)
    front = window.rack.front
    wait(lambda: host.presets.list(front))
    yield "preset"


def save(picture: QPixmap, path: Path) -> None:
    """A picture in 256 colours, the most frequent as they are and some for the rest: a third of
    the bytes, and it looks the same."""
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB888)
    size = (image.width(), image.height())
    bits = Image.frombytes(
        "RGB", size, bytes(image.constBits()), "raw", "RGB", image.bytesPerLine()
    )
    colours, counts = np.unique(np.asarray(bits).reshape(-1, 3), axis=0, return_counts=True)
    frequent = colours[np.argsort(-counts)[:FREQUENT]].tobytes()
    rest = bits.quantize(256 - FREQUENT, Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([*frequent, *rest][:768])
    bits.quantize(palette=palette, dither=Image.Dither.NONE).save(path, optimize=True)


@contextmanager
def opened(port: int, theme: str) -> Iterator[Window]:
    """A window on the engine at a port, in a theme."""
    apply_theme(application(), theme)
    window = Window(EngineLink("127.0.0.1", port), SIZE)
    window.show()
    window.start()
    window.activateWindow()
    try:
        wait(lambda: window.description is not None)
        yield window
    finally:
        window.close()
        window.deleteLater()
        apply_theme(application(), THEMES[0])


def take_pictures(folder: Path, recordings: Path) -> None:
    """Of each step, in each theme."""

    def keep(window: Window, step: str, actions: int) -> None:
        rest(SETTLE_S)
        path = folder / f"first-{step}-{theme}.png"
        save(window.grab(), path)
        print(f"{path}: {actions}")

    for theme in THEMES:
        with first_sound(theme, PLUGIN) as (window, actions):
            keep(window, "sound", actions)
        with live() as engine:
            engine.host.load(PLUGIN)
            with opened(engine.server.port, theme) as window:
                hand = Hand(window, controller(engine.host))
                for step in first_minutes(hand, engine):
                    keep(window, step, hand.actions)
                window.side.turn_to("")
                for step in first_preview(hand, recordings, MINUTES):
                    keep(window, step, hand.actions)
                    if (step, theme) == ("trained", THEMES[0]):
                        keep_training(window, folder)
    take_more(folder)


def keep_training(window: Window, folder: Path) -> None:
    """Of a training that is done."""
    wait(lambda: not window.train.trainer.alive, TRAINER_S)
    rest(SETTLE_S)
    save(window.grab(), folder / "train.png")


def take_more(folder: Path) -> None:
    """Of the whole window with two plugins, of a network that plays, of a plugin of three tiers."""
    for plugins, page, path in (
        ((PLUGIN, "pops"), "", "window.png"),
        (("vessel",), "Network", "network.png"),
        (("vessel",), "", "tiers.png"),
    ):
        with live() as engine:
            for plugin in plugins:
                engine.host.load(plugin)
            with opened(engine.server.port, THEMES[0]) as window:
                window.deck.sound.switches["both" if page else "scope"].click()
                window.side.turn_to(page)
                rest(TRACES_S)
                save(window.grab(), folder / path)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.gui.pictures", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with own_folders(), tempfile.TemporaryDirectory() as folder:
        take_pictures(options.folder, rain(Path(folder) / "rain"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
