"""Which voices can go on as which; that they do: tests/rtsynth/engine/live/test_carry.py."""

import pytest

from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.engine.live import shared as sh
from rtsynth.host.carrying import go_on_as
from rtsynth.host.voice import make_voice
from tests.rtsynth.plugins import tiers_plugin

RATE_HZ = 48_000


def test_the_states_that_are_kept_are_the_same(compiled: Compiled) -> None:
    one, other = make_voice(compiled, RATE_HZ), make_voice(compiled, RATE_HZ)
    go_on_as(other, one)
    assert other.after == one.number
    assert other.words[sh.S_AFTER] == one.number
    assert other.slot.bank.rows is one.slot.bank.rows
    assert other.slot.bank.joint is not one.slot.bank.joint


def test_what_cannot_go_on_is_named(compiled: Compiled) -> None:
    one = make_voice(compiled, RATE_HZ)
    with pytest.raises(ValueError, match="voices"):
        go_on_as(make_voice(compiled, RATE_HZ, voices=2), one)
    with pytest.raises(ValueError, match="codec"):
        go_on_as(make_voice(compile_plugin(tiers_plugin()), RATE_HZ), one)
