"""What there is to watch: the layers that a tape steps, and where it draws."""

import math
from typing import Any

import numpy as np
import pytest

from rtsynth.compiler import anatomy as module
from rtsynth.compiler.anatomy import anatomy_of, spread_evenly
from rtsynth.compiler.compile import Compiled, compile_plugin, get_hidden, new_arena, set_hidden
from rtsynth.engine.program.ops import Categorical, Mixture, Normal
from rtsynth.plugin import Plugin
from tests.rtsynth.plugins import (
    MOTION,
    TIMBRE,
    samplernn_manifest,
    samplernn_tensors,
    tiers_plugin,
)


def samplernn(**fields: Any) -> Compiled:
    manifest = samplernn_manifest(**fields)
    return compile_plugin(Plugin(manifest, samplernn_tensors(manifest)))


def test_layers_of_a_gru_are_where_its_state_is(compiled: Compiled) -> None:
    found = anatomy_of(compiled)
    assert [(x.tier, x.name, x.units, x.rate_hz) for x in found.layers] == [
        ("audio", "GRU 1", 20, 16_000.0),
        ("audio", "GRU 2", 20, 16_000.0),
    ]
    arena = new_arena(compiled)
    state = np.linspace(-1, 1, 40, dtype=np.float32).reshape(2, 20)
    set_hidden(compiled, arena, state)
    for layer, row in zip(found.layers, state, strict=True):
        np.testing.assert_array_equal(arena[layer.shown], row)
    (draw,) = found.draws
    assert isinstance(draw.op, Categorical)
    assert draw.op.levels == 256
    assert found.values == ()


def test_of_an_lstm_the_output_is_shown_and_not_the_cell() -> None:
    compiled = samplernn(rnn="lstm", layers=2, frame_sizes=(4,))
    found = anatomy_of(compiled)
    assert [layer.name for layer in found.layers] == ["LSTM 1", "LSTM 2"]
    arena = new_arena(compiled)
    state = np.arange(80, dtype=np.float32).reshape(4, 20) / 80  # cell, output, cell, output
    set_hidden(compiled, arena, state)
    np.testing.assert_array_equal(arena[found.layers[0].shown], state[1])
    np.testing.assert_array_equal(arena[found.layers[1].shown], state[3])


def test_frame_tiers_step_at_their_own_rates() -> None:
    found = anatomy_of(samplernn(frame_sizes=(16, 4)))
    assert [(x.name, x.rate_hz) for x in found.layers] == [("GRU 1", 1000.0), ("GRU 2", 4000.0)]
    assert [draw.rate_hz for draw in found.draws] == [16_000.0]


@pytest.mark.parametrize(
    ("networks", "kinds"), [((0, 5, 0), (Normal, Mixture)), ((2, 5, 0), (Normal, Mixture))]
)
def test_every_tier_has_its_layers_and_its_draw(
    networks: tuple[int, int, int], kinds: tuple[type, type]
) -> None:
    compiled = compile_plugin(tiers_plugin(networks=networks))
    found = anatomy_of(compiled)
    assert list(dict.fromkeys(layer.tier for layer in found.layers)) == [
        "motion", "timbre", "audio",
    ]  # fmt: skip
    assert [draw.tier for draw in found.draws] == ["motion", "timbre", "audio"]
    assert [draw.rate_hz for draw in found.draws] == [125.0, 500.0, 16_000.0]
    assert {type(draw.op) for draw in found.draws[:2]} <= {*kinds}
    assert isinstance(found.draws[2].op, Categorical)
    assert found.values == (*MOTION, *TIMBRE)
    for number, name in enumerate(("motion", "timbre", "audio")):
        arena = new_arena(compiled)
        places = compiled.tiers[number].hidden
        state = np.linspace(-0.9, 0.9, sum(n for _, n in places), dtype=np.float32)
        set_hidden(compiled, arena, state.reshape(len(places), -1), number)
        shown = np.concatenate([arena[x.shown] for x in found.layers if x.tier == name])
        assert set(shown) <= set(get_hidden(compiled, arena, number).ravel())
        assert len(set(shown)) == len(shown)


def test_large_layers_are_thinned_evenly(
    compiled: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert spread_evenly(3, 256).tolist() == [0, 1, 2]
    assert spread_evenly(1024, 256).tolist() == list(range(0, 1024, 4))
    shown = spread_evenly(300, 256)
    assert len(set(shown)) == 256
    assert (shown[0], shown[-1] >= 298) == (0, True)
    monkeypatch.setattr(module, "MOST_UNITS", 8)
    few = anatomy_of(compiled)
    assert [(layer.units, len(layer.shown)) for layer in few.layers] == [(20, 8), (20, 8)]
    monkeypatch.setattr(module, "MOST_SHOWN", 10)
    assert [len(layer.shown) for layer in anatomy_of(compiled).layers] == [5, 5]
    monkeypatch.setattr(module, "MOST_LAYERS", 1)
    assert len(anatomy_of(compiled).layers) == 1
    assert math.isfinite(few.layers[0].rate_hz)
