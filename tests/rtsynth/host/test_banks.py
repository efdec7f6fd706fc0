"""States by name, and of the last minute, of an engine that plays to the null device."""

import time
import unicodedata
from collections.abc import Iterator

import numpy as np
import pytest

from rtsynth import Host
from rtsynth.common.errors import ControlError
from rtsynth.compiler.compile import Compiled
from rtsynth.engine.program.layout import CLOCK, header_of
from rtsynth.host.bank_names import LONGEST_NAME, MOST
from rtsynth.host.voice import CHOSEN, RING_S
from tests.rtsynth.host.live import until

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def playing(compiled: Compiled) -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=16_000, voices=2) as opened:
        opened.load(compiled)
        opened.start()
        yield opened


@pytest.fixture
def host(playing: Host) -> Host:
    for name in playing.banks.names(1):
        playing.banks.delete(1, name)
    return playing


def test_names(host: Host) -> None:
    banks = host.banks
    banks.save(1, "soft")
    banks.save(1, "loud")
    banks.save(1, "soft")
    assert banks.names(1) == ["soft", "loud"]
    banks.rename(1, "soft", "bright")
    assert banks.names(1) == ["bright", "loud"]
    banks.delete(1, "loud")
    assert banks.names(1) == ["bright"]
    banks.rename(1, "bright", unicodedata.normalize("NFD", "Gehör 漢"))
    assert banks.names(1) == ["Gehör 漢"]
    for name in ("Gehör 漢", unicodedata.normalize("NFD", "Gehör 漢")):
        banks.save(1, name)
        banks.start_from(1, name)
        assert (banks.names(1), banks.starts_from(1)) == (["Gehör 漢"], "Gehör 漢")
    banks.delete(1, unicodedata.normalize("NFD", "Gehör 漢"))
    assert (banks.names(1), banks.starts_from(1)) == ([], "")


def test_what_cannot_be(host: Host) -> None:
    banks = host.banks
    banks.save(1, "soft")
    banks.save(1, "loud")
    for name in ("", "x" * (LONGEST_NAME + 1), "a\nb", "a/b", ".a"):
        with pytest.raises(ControlError, match="state name .*1 to 64 characters"):
            banks.save(1, name)
    with pytest.raises(ControlError, match="slot 1 has no state 'gone': soft, loud"):
        banks.recall(1, "gone")
    with pytest.raises(ControlError, match="has a state 'loud' already"):
        banks.rename(1, "soft", "loud")
    with pytest.raises(ControlError, match="slot 1 has voices 1 to 2"):
        banks.recall(1, "soft", 3)
    with pytest.raises(ControlError, match="the last 60 s are kept"):
        banks.back(1, RING_S + 1.0)
    with pytest.raises(ControlError, match="the last 60 s are kept"):
        banks.back(1, float("nan"))
    with pytest.raises(ControlError, match="slot 2 is empty"):
        banks.save(2, "soft")


def test_a_state_is_where_its_serial_says(host: Host) -> None:
    """And an old name keeps its row, however many are kept after it."""
    banks, bank = host.banks, host.slot(1).voice.slot.bank
    banks.save(1, "first")
    serial = banks._of[host.slot(1)].serials["first"]
    until(lambda: bank.serials[serial % CHOSEN] == serial)
    kept = bank.rows[serial % CHOSEN].copy()
    assert kept.any()
    for _ in range(CHOSEN + 5):
        banks.save(1, "again")
    last = banks._of[host.slot(1)].serials["again"]
    until(lambda: bank.serials[last % CHOSEN] == last)
    np.testing.assert_array_equal(bank.rows[serial % CHOSEN], kept)
    for number in range(MOST - 2):
        banks.save(1, str(number))
    with pytest.raises(ControlError, match="keeps 128 states: delete one first"):
        banks.save(1, "one more")


def test_what_is_given_is_what_is_kept(host: Host) -> None:
    banks = host.banks
    state = banks.now(1)
    given = state.copy()
    given[-1] = 0.25
    banks.put(1, "given", given)
    np.testing.assert_array_equal(banks.state(1, "given"), given)
    assert banks.names(1) == ["given"]
    assert not np.array_equal(banks.now(1), state), "it plays on"
    with pytest.raises(ControlError, match="slot 1: no state of random: a state of 3 numbers"):
        banks.put(1, "short", given[:3])
    assert banks.names(1) == ["given"]
    banks.save(1, "later", at_ns=time.monotonic_ns() + 10**10)
    with pytest.raises(ControlError, match="'later' is not kept yet"):
        banks.state(1, "later")


def test_as_many_as_there_are_names_are_kept_at_once(host: Host) -> None:
    """They wait for the tiers to begin their next step."""
    names = [f"state {number}" for number in range(MOST)]
    at_ns = time.monotonic_ns() + 50_000_000
    for name in names:
        host.banks.save(1, name, at_ns=at_ns)
    until(lambda: all(is_kept(host, name) for name in names))


def is_kept(host: Host, name: str) -> bool:
    try:
        return host.banks.state(1, name).size > 0
    except ControlError:
        return False


def test_going_back_says_how_far(host: Host) -> None:
    until(lambda: host.banks.back(1, 0.2) == pytest.approx(0.2))
    assert 0.0 < host.banks.back(1, 60.0) < 60.0
    later_ns = time.monotonic_ns() + 100_000_000
    assert host.banks.back(1, 0.1, 2, at_ns=later_ns) == pytest.approx(0.1, abs=1e-3)


def test_a_moment_that_has_passed_is_kept(host: Host) -> None:
    """It is the ring's own of that time; nothing is put back for it."""
    banks, voice = host.banks, host.slot(1).voice
    until(lambda: banks.back(1, 0.5) == pytest.approx(0.5))
    start = int(header_of(voice.heard())[CLOCK])
    banks.save(1, "passed", 0.3)
    end = int(header_of(voice.heard())[CLOCK])
    kept, bank = banks.state(1, "passed"), voice.slot.bank
    found = [
        int(bank.serials[row])
        for row in range(CHOSEN, bank.serials.size)
        if np.array_equal(bank.rows[row], kept)
    ]
    assert len(found) == 1
    assert start - 0.3 * 16_000 - bank.step <= found[0] <= end - 0.3 * 16_000
    banks.save(1, "coming", 0.1, at_ns=time.monotonic_ns() + 200_000_000)
    with pytest.raises(ControlError, match="'coming' is not kept yet"):
        banks.state(1, "coming")
    until(lambda: banks._of[host.slot(1)].serials["coming"] in bank.serials)
    with pytest.raises(ControlError, match="slot 1: nothing is kept of 59 s ago"):
        banks.save(1, "early", 59.0)
    with pytest.raises(ControlError, match="the last 60 s are kept"):
        banks.save(1, "early", 61.0)
    assert banks.names(1) == ["passed", "coming"]


def test_the_names_go_with_the_plugin(host: Host, compiled: Compiled) -> None:
    host.load_into(2, compiled)
    host.banks.save(2, "soft")
    host.load_into(2, compiled)
    assert host.banks.names(2) == []
    host.unload(2)
