"""What a network was is put back, with a network that is frozen: it stays what it was put to."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth import Host
from rtsynth.common.errors import ControlError
from rtsynth.compiler.compile import Compiled
from rtsynth.compiler.network_state import voices_of
from tests.rtsynth.host.live import until

pytestmark = pytest.mark.system


@pytest.fixture
def frozen(compiled: Compiled) -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=16_000) as host:
        host.load(compiled)
        host.hidden.open(1)
        host.start()
        until(lambda: host.slot(1).voice.slot.header[0] > 2000)
        host.set(1, "audio.freeze", 1.0)
        until(lambda: np.array_equal(hidden(host), hidden(host)))
        yield host


def hidden(host: Host) -> NDArray[np.float32]:
    """What the layers of slot 1 are."""
    (voice,) = voices_of(host.slot(1).voice.compiled, host.banks.now(1))
    return voice.hidden.copy()


def recording() -> NDArray[np.float64]:
    return 0.5 * np.sin(2 * np.pi * 440 * np.arange(8000) / 16_000)


def test_priming_is_undone_and_done_again(frozen: Host) -> None:
    was = hidden(frozen)
    frozen.snapshots.keep("before", networks=["network/1"])
    frozen.priming.prime(1, recording(), 16_000)
    until(lambda: not np.array_equal(hidden(frozen), was))
    primed = hidden(frozen)
    frozen.snapshots.keep("after", networks=["network/1"])
    frozen.set(1, "pitch", 71.0)  # something else, which stays
    assert frozen.snapshots.recall("before", "after") == []
    until(lambda: np.array_equal(hidden(frozen), was))
    assert frozen.get(1, "pitch") == 71.0
    assert frozen.snapshots.recall("after", "before") == []
    until(lambda: np.array_equal(hidden(frozen), primed))
    assert frozen.banks.names(1) == ["primed"]  # as a state of the bank it stays all the while


def test_where_it_does_not_fit_any_more(frozen: Host) -> None:
    frozen.snapshots.keep("before", networks=["network/1"])
    frozen.voicing.set_voices(1, 3)
    (problem,) = frozen.snapshots.recall("before")
    assert "slot 1: no state of" in problem
    frozen.unload(1)
    assert frozen.snapshots.recall("before") == []


@pytest.mark.parametrize(
    ("part", "said"),
    [("network/x", "networks are network/SLOT"), ("network/9", "slot 9 is empty")],
)
def test_what_cannot_be_kept(frozen: Host, part: str, said: str) -> None:
    with pytest.raises(ControlError, match=said):
        frozen.snapshots.keep("a", networks=[part])
