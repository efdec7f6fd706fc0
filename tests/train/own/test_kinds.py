"""Every kind is a recipe that the trainer takes, fitted to the recordings and the time."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.errors import InputError, PluginError
from rtsynth_train.cli.train import read_request
from rtsynth_train.core.recipes import parse_any
from rtsynth_train.gru.config import GruTrainConfig
from rtsynth_train.own.kinds import (
    KINDS,
    PREVIEWS,
    WARM,
    WARM_PREVIEWS,
    as_large_as,
    kind_recipe,
)
from rtsynth_train.own.sizes import BASE, SIZES
from rtsynth_train.own.survey import survey
from rtsynth_train.samplernn.config import SampleRnnTrainConfig
from tests.train.recordings import RATE_HZ, write_set


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_valid_recipe(kind: str, tmp_path: Path) -> None:
    folder = write_set(tmp_path / "clarinets")
    for time in ("1s", "10min", "1h", "night", "600h"):
        config = parse_any(kind_recipe(kind, survey(folder), time), kind)
        assert config.plugin.name == "clarinets"
        assert config.data.folder == str(folder)
        expected = GruTrainConfig if kind == "note" else SampleRnnTrainConfig
        assert isinstance(config, expected)
        steps = config.optimiser.steps
        assert 50 <= steps <= 200_000
        run = config.run
        assert run.time == time
        every = run.preview_every if kind == "note" else run.generate_every
        assert steps // every >= PREVIEWS


def test_notes_get_their_knobs_from_the_file_names(tmp_path: Path) -> None:
    config = parse_any(kind_recipe("note", survey(write_set(tmp_path)), "5min"), "note")
    assert isinstance(config, GruTrainConfig)
    knobs = {knob.name: knob for knob in config.conditioning}
    assert knobs.keys() == {"instid", "pitch"}
    pitch = knobs["pitch"]
    assert (pitch.minimum, pitch.maximum, pitch.default) == (64.0, 76.0, 70.0)
    assert (pitch.role, pitch.unit, pitch.field) == ("pitch", "MIDI", "p")


def test_what_does_not_suit_is_refused_with_the_remedy(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", np.sin(np.arange(RATE_HZ) * 0.2), RATE_HZ)
    with pytest.raises(InputError, match="nothing says what differs"):
        kind_recipe("note", survey(tmp_path), "1min")
    with pytest.raises(InputError, match="--kind soup: must be note, texture"):
        kind_recipe("soup", survey(tmp_path), "1min")


def test_notes_of_any_rate_in_folders(tmp_path: Path) -> None:
    for folder in ("low", "high"):
        (tmp_path / folder).mkdir()
        for note, pitch in (("C4", 60), ("E4", 64)):
            phase = 2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * np.arange(44_100) / 44_100
            tone = np.sin(phase) * (1.0 if folder == "high" else 0.4)
            sf.write(tmp_path / folder / f"tone {note}.flac", np.stack([tone, tone], 1) / 2, 44_100)
    config = parse_any(kind_recipe("note", survey(tmp_path), "1min"), "note")
    assert isinstance(config, GruTrainConfig)
    knobs = {knob.name: knob for knob in config.conditioning}
    assert {"pitch", "kind"} <= knobs.keys()
    assert (knobs["pitch"].minimum, knobs["pitch"].pattern) == (60.0, "note")
    assert knobs["kind"].labels == ["high", "low"]


def test_the_command_line_takes_a_kind(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "clarinets")
    changes = {"optimiser": {"steps": None}, "run": {"threads": 2, "time": "2min"}}
    config, out = read_request(folder, None, None, False, changes, "texture")
    assert (config.run.time, config.run.threads) == ("2min", 2)
    assert config.optimiser.steps == SIZES["texture"][0].steps_in(120.0)
    assert out == Path("runs/clarinets")
    with pytest.raises(InputError, match="goes with recordings"):
        read_request(folder, "samplernn", None, False, {}, "texture")
    with pytest.raises(InputError, match="goes with recordings"):
        read_request(None, None, None, False, {}, "texture")


def test_more_time_gets_a_larger_network(tmp_path: Path) -> None:
    found = survey(write_set(tmp_path))
    sizes = [
        parse_any(kind_recipe("note", found, time), "note").model.hidden_size
        for time in ("2min", "10min", "1h", "night")
    ]
    assert sizes == [32, 48, 48, 96]
    own = [
        parse_any(kind_recipe("note", found, time), "note").streams.own for time in ("2min", "1h")
    ]
    assert own == [0.0, 0.5]


def test_notes_that_start_from_a_plugin(tmp_path: Path) -> None:
    found = survey(write_set(tmp_path))
    cold = parse_any(kind_recipe("note", found, "3min"), "note")
    warm = parse_any(kind_recipe("note", found, "3min", from_base=True), "note")
    assert isinstance(warm, GruTrainConfig)
    assert isinstance(cold, GruTrainConfig)
    assert (warm.model.hidden_size, warm.model.layers) == (64, 4)
    assert (warm.streams.own, warm.streams.own_after) == (0.5, 0)
    assert warm.optimiser.rate == WARM["rate"] < cold.optimiser.rate
    assert warm.optimiser.steps // warm.run.preview_every == WARM_PREVIEWS < PREVIEWS
    changes: dict[str, dict[str, object]] = {"run": {"time": "3min"}}
    asked, _ = read_request(tmp_path, None, None, False, changes, "note", start=BASE)
    assert asked == warm


def test_no_time_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--time: 'soon' is no time"):
        kind_recipe("texture", survey(write_set(tmp_path)), "soon")


def test_a_network_is_as_large_as_the_one_that_it_starts_from(tmp_path: Path) -> None:
    found = survey(write_set(tmp_path / "set"))
    small = kind_recipe("note", found, "2min")
    assert small["model"]["hidden_size"] == 32
    raw = as_large_as(small, "clarinet-trumpet")
    assert (raw["model"]["hidden_size"], raw["model"]["layers"]) == (48, 4)
    assert raw["data"]["levels"] == 256
    assert as_large_as(kind_recipe("note", found, "night"), "clarinet-trumpet")["model"] == {
        "hidden_size": 96, "layers": 4
    }  # fmt: skip
    texture = kind_recipe("texture", found, "10min")
    raw = as_large_as(texture, "voices")
    assert (raw["network"]["frame_sizes"], raw["network"]["hidden_size"]) == ([8, 2], 192)
    parse_any(raw, "voices")
    assert texture["network"]["hidden_size"] == 128
    for start in ("voices", "pops", str(tmp_path)):  # another family, several tiers, a folder
        assert as_large_as(small, start) is small
    with pytest.raises(PluginError, match="no plugin of that name"):
        as_large_as(small, "soup")
