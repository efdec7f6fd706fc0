"""The reference set: in tune, at the levels its names say, made from real recordings."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.errors import InputError
from rtsynth_train.core.filenames import format_name, values_for
from rtsynth_train.core.recipes import parse_any, read_recipe
from rtsynth_train.gru.config import GruTrainConfig
from rtsynth_train.sets import reference_set
from rtsynth_train.sets.reference_set import (
    RECIPES,
    RMS,
    Instrument,
    Recipe,
    cents_off,
    make_reference_set,
    velocity_for,
)
from rtsynth_train.sets.soundfont import SOUND_FONT, require_fluidsynth

needs_fluidsynth = pytest.mark.skipif(
    shutil.which("fluidsynth") is None or not SOUND_FONT.is_file(),
    reason="needs fluidsynth and fluid-soundfont-gm (apt install them)",
)


@pytest.mark.measure
@needs_fluidsynth
def test_recordings_are_in_tune_and_level(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # MIDI 71 of this trumpet is 4 cents sharp in the sound font: the correction shows.
    small = Recipe((Instrument("trumpet", 56, 1.0),), (71,), (0.1, 1.0), seconds=1.0)
    monkeypatch.setitem(RECIPES, "small", small)
    files = list(make_reference_set("small", tmp_path))
    assert [path.name for path in files] == [
        "trumpet_instID01.00_p71.00_a0.10.wav",
        "trumpet_instID01.00_p71.00_a1.00.wav",
    ]
    shapes = []
    for path in files:
        audio, rate_hz = sf.read(path)
        assert (rate_hz, audio.shape) == (16000, (16000,))
        amplitude = values_for(path, ["a"])[0]
        assert np.sqrt(np.mean(audio**2)) == pytest.approx(RMS * amplitude, rel=0.01)
        assert np.abs(audio).max() < 0.95
        assert abs(cents_off(audio, rate_hz, 71)) <= 3
        halves = np.sqrt(np.mean(audio.reshape(2, -1) ** 2, axis=1))
        assert halves[0] / halves[1] == pytest.approx(1, abs=0.06)  # steady
        shapes.append(np.abs(np.fft.rfft(audio / audio.std())))
    # Softer is darker, not only quieter: the upper partials fall behind.
    assert shapes[0][3000:].sum() < 0.8 * shapes[1][3000:].sum()


def test_recipe_is_the_published_set() -> None:
    recipe = RECIPES["clarinet-trumpet"]
    assert recipe.keys == tuple(range(64, 77))
    assert recipe.amplitudes == (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
    assert (recipe.seconds, recipe.rate_hz) == (2.5, 16000)
    assert [instrument.program for instrument in recipe.instruments] == [71, 56]


def test_instruments_that_have_a_share_each() -> None:
    notes, config = RECIPES["notes"], parse_any(read_recipe("notes"), "notes")
    assert isinstance(config, GruTrainConfig)
    *shares, amplitude, pitch = config.conditioning
    assert [each.field for each in shares] == [each.label for each in notes.instruments]
    assert [each.default for each in shares] == [1.0, *[0.0] * 7]
    assert (pitch.minimum, pitch.maximum) == (notes.keys[0], notes.keys[-1])
    assert (amplitude.minimum, amplitude.maximum) == (notes.amplitudes[0], notes.amplitudes[-1])
    name = format_name("horn", notes.fields(notes.instruments[3]) | {"p": 60.0, "a": 0.25})
    assert values_for(Path(name), [each.field for each in config.conditioning]) == [
        0, 0, 0, 1, 0, 0, 0, 0, 0.25, 60,
    ]  # fmt: skip


def test_velocity_follows_the_concave_curve() -> None:
    assert [velocity_for(a) for a in (0.0001, 0.1, 0.25, 1.0)] == [1, 40, 64, 127]


@pytest.mark.parametrize("off", [-20.0, 0.0, 7.0])
def test_cents_off_measures_cents(off: float) -> None:
    times = np.arange(16000) / 16000
    tone = np.sin(2 * np.pi * 440 * 2 ** (off / 1200) * times)
    assert cents_off(tone, 16000, 69) == pytest.approx(off, abs=1.5)


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(InputError, match="apt install fluidsynth"):
        require_fluidsynth(SOUND_FONT)
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/true")
    with pytest.raises(InputError, match="apt install fluid-soundfont-gm"):
        list(reference_set.make_reference_set("clarinet-trumpet", tmp_path, tmp_path / "no.sf2"))
