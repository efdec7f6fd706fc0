"""What subjects sound like."""

from pathlib import Path

import numpy as np
import soundfile as sf

from rtsynth.compiler.compile import compile_plugin
from rtsynth_train.judge.sounds import sounds_of, times_real_time
from rtsynth_train.judge.subject import read_run
from tests.train.judge.runs import write_run


def test_gestures_and_previews(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    (run / "previews").mkdir()
    for step in (10, 20, 30):
        sf.write(run / "previews" / f"step{step:07d}.wav", np.full(8000, step / 100), 8000)
    (subject,) = read_run(run)
    assert subject.plugin is not None
    compiled = compile_plugin(subject.plugin)
    sounds = sounds_of(subject, compiled)
    assert [sound.caption for sound in sounds] == [
        "instrument: 0 to 1, in 5 steps",
        "amplitude: 0.1 to 1, in 5 steps",
        "pitch: 64 to 76 MIDI, in 5 steps",
        "preview at step 10",
        "preview at step 30",
    ]
    assert sounds[0].seconds == 2.5
    assert sounds[4].audio[100] == np.float32(round(0.3 * 32768) / 32768)
    assert sounds[4].rate_hz == 8000
    assert times_real_time(compiled) > 0
    assert [sound.caption for sound in sounds_of(subject, None)] == [
        "preview at step 10", "preview at step 30",
    ]  # fmt: skip
