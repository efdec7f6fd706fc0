"""A survey and a run in words."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.link.engine_words import in_own_language
from rtsynth_gui.train.report import Watch
from rtsynth_gui.train.trainer import Trainer
from rtsynth_gui.train.wording import found_text, length_text, problem_text, state_text
from rtsynth_train.core.job import Job
from rtsynth_train.core.progress_file import ProgressFile
from rtsynth_train.samplernn.job import SampleRnnJob
from rtsynth_train.tiers.job import TierJob
from tests.gui.pseudo import Pseudo, untranslated
from tests.gui.train.surveys import found_in, write


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (59.4, "59 s"), (60, "1 min"), (200, "3 min 20 s"), (3600, "1 h"),
     (7500, "2 h 5 min")],
)  # fmt: skip
def test_lengths(seconds: float, words: str) -> None:
    assert length_text(seconds) == words


def test_what_is_found(tmp_path: Path) -> None:
    for pitch in (60, 62.5):
        write(tmp_path / f"a_p{pitch:.2f}.wav", seconds=5, channels=2)
    found = found_in(tmp_path)
    assert found_text(found, "set").splitlines() == [
        "set: 2 recordings  ·  10 s  ·  16 kHz  ·  stereo",
        "Parameters: pitch 60 … 62.5",
    ]
    assert [problem_text(each) for each in found.problems] == [
        "2 recordings: 2 channels; training mixes them to mono"
    ]
    write(tmp_path / "b" / "a.wav")
    assert found_text(found_in(tmp_path / "b"), "b").endswith("mono\nNo problems found")


def test_states(tmp_path: Path) -> None:
    trainer = Trainer()
    assert state_text(trainer) == "Nothing has been trained yet."
    watch = Watch(tmp_path)
    trainer._watch = watch
    assert state_text(trainer) == "Reading the run…"
    (tmp_path / "trainer.log").write_text("rtsynth: a.wav: is silent\n")
    trainer.report = watch.look(0)
    assert state_text(trainer) == "Training failed: a.wav: is silent"
    file = ProgressFile(tmp_path, 100, None)
    file.begin(0, 0.0, material="", unit="bits", device="cpu", plugin="a.safetensors")
    file.step(10, 20.0, 3.0, None)
    trainer.report = watch.look(0)
    assert state_text(trainer).startswith("Training was interrupted at step 10.")
    trainer.report = replace(trainer.report, alive=True)
    assert state_text(trainer) == "Step 10 of 100  ·  about 3 min left"
    trainer._stopping = True
    assert state_text(trainer).startswith("Stopping")
    file.end(10, 21.0, 2.5, True, "2.9 bits")
    trainer.report = watch.look(0)
    assert state_text(trainer) == "Stopped after 21 s: 2.9 bits"
    file.end(10, 21.0, 2.5, False, "2.9 bits")
    trainer.report = watch.look(0)
    assert state_text(trainer) == "Done in 21 s: 2.9 bits"


def test_what_a_trainer_says_at_its_end(qt: QApplication) -> None:
    results = []
    for unit in ("bits", "nats"):
        job = cast(Any, SimpleNamespace(unit=unit, step_count=800))
        results += [kind.result(job, 2.954) for kind in (Job, TierJob)]
    for test_bits in (None, 2.0):
        best = SimpleNamespace(validation_bits=1.5, test_bits=test_bits, step=70)
        job = cast(Any, SimpleNamespace(best=best, step_count=80))
        results.append(SampleRnnJob.result(job, 0.0))
    translator = Pseudo()
    qt.installTranslator(translator)
    shown = {said: untranslated(in_own_language(said)) for said in results}
    qt.removeTranslator(translator)
    assert shown == {said: set() for said in results}
