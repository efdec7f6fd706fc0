"""A network that is fed what it drew is where it was when it drew that."""

from pathlib import Path

import numpy as np

from rtsynth.compiler.compile import compile_plugin, get_hidden, new_arena
from rtsynth.engine.program.layout import CLOCK, CODE, CONFIG_SILENCE, header_of, no_events
from rtsynth.engine.run.forcing import feed_block
from rtsynth.engine.run.render import render_block
from tests.rtsynth.plugins import random_plugin


def test_fed_with_the_codes_it_drew_it_has_the_same_state(tmp_path: Path) -> None:
    compiled = compile_plugin(random_plugin(tmp_path / "x.safetensors"))
    drawing, fed = (new_arena(compiled, 3) for _ in range(2))
    codes, one = [int(compiled.program.config[CONFIG_SILENCE])], np.empty(1, np.float32)
    for _ in range(50):
        render_block(compiled.program, header_of(drawing), drawing, no_events(), 0, one)
        codes.append(int(header_of(drawing)[CODE]))
    assert len(set(codes)) > 20
    feed_block(compiled.program, header_of(fed), fed, np.array(codes[:-1], np.int64))
    np.testing.assert_array_equal(get_hidden(compiled, fed), get_hidden(compiled, drawing))
    assert header_of(fed)[CLOCK] == 50
    feed_block(compiled.program, header_of(fed), fed, np.array([codes[-1] ^ 1], np.int64))
    render_block(compiled.program, header_of(drawing), drawing, no_events(), 0, one)
    assert np.any(get_hidden(compiled, fed) != get_hidden(compiled, drawing))
