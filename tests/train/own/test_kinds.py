"""Every kind is a recipe that the trainer takes, fitted to the recordings and the time."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.errors import InputError
from rtsynth_train.cli.train import read_request
from rtsynth_train.core.recipes import parse_any
from rtsynth_train.gru.config import GruTrainConfig
from rtsynth_train.own.kinds import KINDS, PREVIEWS, kind_recipe
from rtsynth_train.own.survey import survey
from rtsynth_train.samplernn.config import SampleRnnTrainConfig
from tests.train.recordings import RATE_HZ, write_set


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_valid_recipe(kind: str, tmp_path: Path) -> None:
    folder = write_set(tmp_path / "clarinets")
    for minutes in (0.01, 10.0, 100_000.0):
        config = parse_any(kind_recipe(kind, survey(folder), minutes), kind)
        assert config.plugin.name == "clarinets"
        assert config.data.folder == str(folder)
        expected = GruTrainConfig if kind == "note" else SampleRnnTrainConfig
        assert isinstance(config, expected)
        steps = config.optimiser.steps
        assert 50 <= steps <= 50_000
        run = config.run
        every = run.preview_every if kind == "note" else run.generate_every
        assert steps // every >= PREVIEWS


def test_notes_get_their_knobs_from_the_file_names(tmp_path: Path) -> None:
    config = parse_any(kind_recipe("note", survey(write_set(tmp_path)), 5.0), "note")
    assert isinstance(config, GruTrainConfig)
    knobs = {knob.name: knob for knob in config.conditioning}
    assert knobs.keys() == {"instid", "pitch"}
    pitch = knobs["pitch"]
    assert (pitch.minimum, pitch.maximum, pitch.default) == (64.0, 76.0, 70.0)
    assert (pitch.role, pitch.unit, pitch.field) == ("pitch", "MIDI", "p")


def test_what_does_not_suit_is_refused_with_the_remedy(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", np.sin(np.arange(RATE_HZ) * 0.2), RATE_HZ)
    with pytest.raises(InputError, match="carry no parameter"):
        kind_recipe("note", survey(tmp_path), 1.0)
    with pytest.raises(InputError, match="--kind soup: must be note, texture"):
        kind_recipe("soup", survey(tmp_path), 1.0)
    for pitch in (60, 61):
        tone = np.sin(np.arange(2 * RATE_HZ) * 0.2)
        sf.write(tmp_path / f"b_p{pitch}.00.wav", tone, 44100)
    (tmp_path / "a.wav").unlink()
    with pytest.raises(InputError, match="rtsynth clean makes copies"):
        kind_recipe("note", survey(tmp_path), 1.0)


def test_the_command_line_takes_a_kind(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "clarinets")
    config, out = read_request(
        folder, None, None, False, {"optimiser": {"steps": None}, "run": {"threads": 1}},
        "texture", 2.0,
    )  # fmt: skip
    assert (config.optimiser.steps, config.run.threads) == (800, 1)
    assert out == Path("runs/clarinets")
    with pytest.raises(InputError, match="goes with recordings"):
        read_request(folder, "samplernn", None, False, {}, "texture")
    with pytest.raises(InputError, match="goes with recordings"):
        read_request(None, None, None, False, {}, "texture")
