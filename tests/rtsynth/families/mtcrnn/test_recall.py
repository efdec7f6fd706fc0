"""What a network makes of a code is kept while its conditioning stands still."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.engine.program.layout import header_of
from rtsynth.engine.program.ops import Recall, row_of
from rtsynth.engine.run.render import render_block
from rtsynth.families.mtcrnn import tape
from rtsynth.offline.events import ControlEvent, compiled_events
from rtsynth.offline.teacher import teacher_force
from rtsynth.plugin import Codec, Manifest, Parameter, Plugin, Tier
from tests.rtsynth.engine.helpers import ops_of
from tests.rtsynth.plugins import mtcrnn_tensors

SAMPLES = 3000
# A knob that stands still, jumps, moves slowly, and comes back to where it was.
MOVES = [
    ControlEvent(sample / 16_000, "rate", value)
    for sample, value in ((700, 0.9), (1400, 0.1), (1401, 0.4), (2200, 0.5))
]


def plugin(**config: Any) -> Plugin:
    manifest = Manifest(
        name="kept",
        sample_rate_hz=16_000,
        codec=Codec(name="mu_law_floor", levels=64),
        tiers=[
            Tier(
                name="audio",
                family="mtcrnn",
                rate_hz=16_000,
                conditioning=["rate"],
                config={"hidden_size": 48, "layers": 2, **config},
            )
        ],
        parameters=[Parameter(name="rate", minimum=0, maximum=1, default=0.5)],
    )
    return Plugin(manifest, mtcrnn_tensors(manifest, seed=4))


def compiled(config: dict[str, Any], precision: str, kept: bool) -> Compiled:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tape, "FEWEST_WEIGHTS_KEPT", 1 if kept else 1 << 40)
        small = compile_plugin(plugin(**config), precision, calibrated=False)
    assert bool(ops_of(small.program.ops, Recall)) == kept
    return small


def rendered(
    program: Compiled, voices: int = 1, block: int = 64, moves: Sequence[ControlEvent] = MOVES
) -> NDArray[np.float32]:
    arena = new_arena(program, 3, voices)
    events, header, first = compiled_events(program, moves), header_of(arena), 0
    out = np.empty(SAMPLES, np.float32)
    for start in range(0, SAMPLES, block):
        part = out[start : start + block]
        first = render_block(program.program, header, arena, events, first, part)
    return out


@pytest.mark.parametrize("config", [{}, {"network": 6}, {"one_hot": True}, {"phased": True}])
@pytest.mark.parametrize("precision", ["int8", "int4"])
def test_the_sound_is_the_same_to_the_bit(config: dict[str, Any], precision: str) -> None:
    kept, plain = (compiled(config, precision, kept) for kept in (True, False))
    expected = rendered(plain)
    assert len(set(expected.tolist())) > 20
    assert not np.array_equal(rendered(plain, moves=()), expected)
    for block in (1, 64, 1000):
        assert np.array_equal(rendered(kept, block=block), expected)
    assert np.array_equal(rendered(kept, voices=3), rendered(plain, voices=3))


def test_results_are_recalled() -> None:
    """With the matrices spoilt once every code is known, the sound stays as it was."""
    kept = compiled({}, "int8", True)
    arena = new_arena(kept, 3)
    header, events = header_of(arena), compiled_events(kept, [])
    (op,) = ops_of(kept.program.ops, Recall)
    first = kept.program.ops.tolist().index(row_of(op))
    long, more = np.empty(40_000, np.float32), np.empty(500, np.float32)
    render_block(kept.program, header, arena, events, 0, long)
    arena[op.stamps : op.stamps + 64] = 1.0  # codes that never came will not be missed below
    before = arena.copy()
    render_block(kept.program, header, arena, events, 0, more)
    expected = more.copy()
    # The ops that it skips do nothing any more.
    skipped = slice(first + 1, first + 1 + op.skip)
    kept.program.ops[skipped, 0] = -1
    arena[:] = before
    render_block(kept.program, header, arena, events, 0, more)
    assert np.array_equal(more, expected)


def test_teacher_forcing_is_the_same_to_the_bit() -> None:
    random = np.random.default_rng(0)
    codes = random.integers(0, 64, 400)
    rate = np.repeat(random.uniform(0, 1, 8), 50)[:, None]
    logits = [teacher_force(compiled({}, "int8", kept), codes, rate)[0] for kept in (True, False)]
    assert np.array_equal(*logits)


def test_nothing_is_kept_at_float32() -> None:
    program = compiled({}, "float32", False).program
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tape, "FEWEST_WEIGHTS_KEPT", 1)
        assert np.array_equal(compile_plugin(plugin()).program.ops, program.ops)
