"""The pages whose effects are mappings, files and processes: what a walk has to know of them."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from PySide6.QtWidgets import QWidget

from rtsynth.host.mapping.binding import CC, Binding, Physical
from rtsynth.host.restart import FORGET
from rtsynth_gui.mapping.entry import LEARNED, Entry, Setting
from rtsynth_gui.settings.engine import Devices
from rtsynth_gui.settings.kept import kept_file
from rtsynth_gui.settings.listening import PLACE
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.gestures import AMPLITUDE, PITCH
from tests.gui.live import Live
from tests.gui.walk_aids import Aids, SlotsAids
from tests.gui.walk_hands import Hands
from tests.gui.walk_targets import Target, name_of

LIST = "MIDI mappings"
STARTS = ("Kind of sound", "Training time", "Start from", "Resume")
LISTS_DEVICES = "devices --json"


def running(about: str = "") -> frozenset[tuple[int, str]]:
    """Number and command line of processes that were started from here, and of those that name
    `about`."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (
                (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            )
            parent = (folder / "stat").read_bytes().rpartition(b")")[2].split()[1]
        except OSError:
            continue  # it has ended
        ours = int(parent) == os.getpid() or (about and about in words)
        if words and ours and int(folder.name) != os.getpid():
            found.add((int(folder.name), words.strip()))
    return frozenset(found)


class MappingAids(Aids):
    """Two controls are mapped by learning. What is chosen in the list is learned again."""

    strict = True
    looks = frozenset({"Search mappings"})
    typed: Mapping[str, str] = MappingProxyType(
        {
            "Search mappings": "pitch",
            "Port": "keys",
            "Value at the low end": "66",
            "Value at the high end": "72",
            "Step (%)": "5",
        }
    )
    known = (
        Binding("pitch", Physical(CC, 21), 1),
        Binding("amplitude", Physical(CC, 40), 1),
    )

    def __init__(self, engine: Live, window: Window, spin: Spin) -> None:
        self.mappings, self.page, self.spin = engine.host.mappings, window.mapping, spin

    def outside(self) -> dict[str, object]:
        return {"engine": repr((self.mappings.learned, self.mappings.learning))}

    def ready(self, target: Target) -> None:
        self.page.search.clear()
        pitch, amplitude = self.known
        if name_of(target.widget) == "Step (%)":
            pitch = pitch._replace(relative="twos-complement")
        if self.mappings.learned != (pitch, amplitude):
            self.mappings.replace((pitch, amplitude))

        settings: dict[str, Setting] = {"takeover": "jump"}
        if pitch.relative:
            settings["relative"] = pitch.relative
        wanted = Entry(PITCH, LEARNED, number=pitch.physical.number, settings=settings)
        listed = self.page.list
        self.spin(lambda: listed.mark(PITCH, LEARNED) and listed.current == wanted)
        if name_of(target.widget) == LIST:
            assert listed.mark(AMPLITUDE)

    def follow(self, name: str) -> QWidget | None:
        return self.page.learn_button if name == LIST else None

    def settle(self, name: str) -> dict[QWidget, str]:
        if name == LIST:
            assert self.mappings.learning == PITCH, "the last one, which was marked"
        if self.mappings.learning is not None:
            self.mappings.cancel()
            self.spin(lambda: self.page.learn_button.text() == "Learn again")
        return {}


class SettingsAids(Aids):
    """What an engine is asked to be started with again is kept in `asked`, for it is supervised by
    the test."""

    strict = True
    typed: Mapping[str, str] = MappingProxyType({"OSC port": "9419", "OSC from": "192.168.1.20"})

    def __init__(self, engine: Live, window: Window, spin: Spin) -> None:
        self.restart, self.page, self.spin = engine.host.restart, window.settings, spin
        self.asked: list[dict[str, str]] = []
        self.answers: list[Devices] = []
        self.restart.started_with({"device": "null", PLACE: window.link.endpoint})
        self.restart.offer(self.asked.append)
        self.by_name = {
            choice.label.text(): name for name, choice in self.page.engine_section.choices.items()
        }

    def outside(self) -> dict[str, object]:
        kept, devices = kept_file(), self.page.engine_section.devices
        if not self.answers or self.answers[-1] is not devices:
            self.answers.append(devices)
        # Such a process may be over before it is looked for: its answer counts as well.
        listing = {each for each in running() if LISTS_DEVICES in each[1]}
        return {
            "engine": len(self.asked),
            "files": kept.read_text() if kept.exists() else "",
            "processes": frozenset(listing | {(len(self.answers), "answers")}),
        }

    def ready(self, target: Target) -> None:
        """The page asks for the devices when it is shown, and after each start that was asked for:
        that is no effect of what comes next."""
        section = self.page.engine_section
        self.spin(lambda: section.offered.possible and section.devices != Devices())
        self.spin(lambda: not any(LISTS_DEVICES in words for _, words in running()))
        self.devices = section.devices

    def follow(self, name: str) -> QWidget | None:
        section = self.page.engine_section
        return section.restart if name in (*self.by_name, section.forget.text()) else None

    def settle(self, name: str) -> dict[QWidget, str]:
        section = self.page.engine_section
        if name in self.by_name:
            asked = set(self.asked[-1])
            assert self.by_name[name] in asked
            assert asked <= {self.by_name[name], PLACE}, "what was chosen, and where that needs it"
        if name == section.forget.text():
            assert self.asked[-1] == {FORGET: ""}
        if self.follow(name) is not None:
            section.ask()  # the engine was not started again: it is as it was
            self.spin(lambda: not section.restart.isEnabled())
        if name == section.look.text():
            self.spin(lambda: section.devices is not self.devices)
        return {}


class TrainAids(Aids):
    """`recordings` are in `folder`, and so are two runs of before, which have networks and
    previews, the newest first. Every training that is started is stopped again by its button."""

    strict = True

    def __init__(
        self, slots: SlotsAids, recordings: Path, runs: tuple[Path, Path], folder: Path
    ) -> None:
        self.slots, self.window, self.spin = slots, slots.window, slots.spin
        self.page, self.hands = slots.window.train, Hands(slots.window)
        self.chosen, self.runs, self.folder = recordings, runs, folder
        self.started: list[str] = []  # command lines of trainers

    def outside(self) -> dict[str, object]:
        return {"processes": running(str(self.folder))}

    def ready(self, target: Target) -> None:
        """One recording has no parameter, and cannot be trained as notes, but as another kind."""
        kinds = {"Kind of sound": "note", "Training time": "texture", "Start from": "texture"}
        if (kind := kinds.get(name_of(target.widget))) is not None:
            box = self.page.source.kind
            box.setCurrentIndex(box.findData(kind))
            self.page.source.start.setCurrentIndex(0)

    def follow(self, name: str) -> QWidget | None:
        source, run = self.page.source, self.page.run
        return {
            "Kind of sound": source.begin,
            "Training time": source.begin,
            "Start from": source.begin,
            "Runs, the newest first": run.buttons["add"],
            "Previews, the newest first": run.buttons["play"],
        }.get(name)

    def restore(self) -> None:
        """What was loaded is of the run that is shown: also a copy that is followed."""
        plugin, run = self.page.trainer.plugin, self.page.trainer.run
        paths = [slot.plugin.path for slot in self.slots.host.slots if slot.plugin.path]
        assert plugin in paths or run in [path.parent.parent for path in paths]
        self.slots.restore()

    def settle(self, name: str) -> dict[QWidget, str]:
        source, trainer, run = self.page.source, self.page.trainer, self.page.run
        operated: dict[QWidget, str] = {}
        if name in ("Folder…", "File…", "Make clean copies"):
            self.spin(lambda: not source.cleaning.waiting and source.found)
        if name == "Previews, the newest first":
            preview = str(run.previews.currentData())
            assert any(preview in words for _, words in running(preview))
        self.spin(lambda: not run.player.waiting)
        if name in STARTS:
            self.spin(lambda: trainer.alive and trainer.run is not None)
            assert trainer.run is not None
            here = str(trainer.run)
            self.spin(lambda: any(" train " in words for _, words in running(here)))
            self.started += [words for _, words in running(here) if " train " in words]
            self.hands.click(run.buttons["stop"])
            self.spin(lambda: not running(here))
            self.spin(lambda: not trainer.alive)
            operated[run.buttons["stop"]] = "processes"
            if trainer.run not in self.runs:
                shutil.rmtree(trainer.run)
        if trainer.run != self.runs[0]:
            trainer.look_at(self.runs[0])
            run.list_runs()
            self.spin(lambda: run.runs.count() == len(self.runs))
        self.spin(lambda: trainer.resumable and run.previews.count() > 1)
        return operated
