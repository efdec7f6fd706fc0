import numpy as np
import pytest

from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.engine.program.layout import (
    CONFIG_ARENA_FLOATS,
    GATE,
    SOUND_SAMPLES,
    TEMPERATURE,
    TOP_P,
    header_of,
    no_events,
)
from rtsynth.engine.program.table import rows_of, take_name
from rtsynth.engine.run.render import change_voice, render_block
from rtsynth.host.rescue.features import (
    BITS,
    FITS,
    OF_SOUND,
    SIZE,
    SURPRISE,
    WINDOW,
    sound_features,
)
from rtsynth.host.rescue.observer import STILL_S, Observer
from tests.rtsynth.plugins import tiers_plugin


class Played:
    """Voices that are rendered and looked at."""

    def __init__(self, compiled: Compiled, voices: int = 1, number: int = 0) -> None:
        self.compiled, self.number = compiled, number
        self.arena = new_arena(compiled, voices=voices)
        self.observer = Observer(compiled, self.arena, number)

    def render(self, samples: int) -> np.ndarray:
        out = np.zeros(samples, np.float32)
        header = header_of(self.arena)
        render_block(self.compiled.program, header, self.arena, no_events(), 0, out)
        return out

    def change(self, row: int, value: float) -> None:
        voice = self.number * int(self.compiled.program.config[CONFIG_ARENA_FLOATS])
        header = header_of(self.arena)
        change_voice(self.compiled.program, header, self.arena, voice, row, value)


@pytest.fixture
def played(compiled: Compiled) -> Played:
    return Played(compiled)


def test_there_is_nothing_to_see_before_a_window_has_sounded(played: Played) -> None:
    played.render(WINDOW - 1)
    assert played.observer.look() is None
    played.render(1)
    assert played.observer.look() is not None


@pytest.mark.parametrize("samples", [WINDOW, SOUND_SAMPLES + 100, 3 * SOUND_SAMPLES - 7])
def test_it_looks_at_what_was_put_out_last(played: Played, samples: int) -> None:
    sound = played.render(samples)
    look = played.observer.look()
    assert look is not None
    assert look.clock == samples
    plugin_hz = played.compiled.plugin.sample_rate_hz
    if samples > WINDOW:  # the gain has risen by then
        expected = sound_features(sound[-WINDOW:], plugin_hz)
        np.testing.assert_allclose(look.features[:FITS], expected[:FITS], rtol=1e-5)
    assert 0 <= look.features[BITS] <= 8
    assert look.features[SURPRISE] >= 0
    assert len(look.features) == OF_SOUND + 3


def test_of_several_voices_it_sees_its_own(compiled: Compiled) -> None:
    played = Played(compiled, voices=3, number=2)
    played.render(WINDOW)
    look = played.observer.look()
    assert look is not None
    assert not look.sounds
    played.change(GATE, 1.0)
    played.render(200)
    look = played.observer.look()
    assert look is not None
    assert look.sounds


def test_the_knobs_are_what_the_network_is_given(played: Played) -> None:
    played.render(WINDOW)
    before = played.observer.look()
    row = played.observer.rows[0]
    spec = rows_of(played.compiled.plugin.manifest)[row].spec
    played.change(row, spec.maximum)
    played.change(TEMPERATURE, 0.123)
    played.render(WINDOW)
    after = played.observer.look()
    assert before is not None
    assert after is not None
    assert after.knobs[0] != before.knobs[0]
    assert after.knobs[-1] == pytest.approx(0.123)


def test_cuts_of_ones_own_are_unusual(played: Played) -> None:
    played.render(WINDOW)
    look = played.observer.look()
    assert look is not None
    assert look.usual
    played.change(TOP_P, 0.5)
    played.render(1)
    look = played.observer.look()
    assert look is not None
    assert not look.usual


def test_a_generated_value_that_is_taken_over_is_unusual() -> None:
    compiled = compile_plugin(tiers_plugin())
    played = Played(compiled)
    played.render(WINDOW)
    look = played.observer.look()
    assert look is not None
    assert look.usual
    rows = {row.spec.name: row.index for row in rows_of(compiled.plugin.manifest)}
    played.change(rows[take_name(next(iter(compiled.plugin.manifest.generated)))], 1.0)
    played.render(4000)
    look = played.observer.look()
    assert look is not None
    assert not look.usual


def test_a_pitch_on_its_way_is_not_compared(played: Played) -> None:
    row = int(played.observer._pitch_row)
    assert row >= 0
    spec = rows_of(played.compiled.plugin.manifest)[row].spec
    played.render(WINDOW)
    look = played.observer.look()
    assert look is not None
    assert np.isfinite(look.features[FITS])
    played.change(row, spec.maximum)
    for _ in range(4):
        played.render(400)
        look = played.observer.look()
    assert look is not None
    assert np.isnan(look.features[FITS])
    for _ in range(2):
        played.render(round(STILL_S * played.compiled.plugin.sample_rate_hz))
        look = played.observer.look()
    assert look is not None
    assert np.isfinite(look.features[FITS])


def test_the_hidden_state_is_looked_at(played: Played) -> None:
    played.render(WINDOW)
    usual = played.observer.look()
    start = int(played.compiled.tiers[-1].hidden[0][0])
    played.arena[start] = -100.0
    large = played.observer.look()
    assert usual is not None
    assert large is not None
    assert usual.features[SIZE] < 1
    assert large.features[SIZE] == pytest.approx(40)
