"""Ten minutes of ordinary play, in one of computing; `ordinary` itself plays for an hour."""

import pytest

from tests.rtsynth.host.rescue.ordinary import play

pytestmark = pytest.mark.measure


def test_of_ordinary_play_nothing_is_rescued_but_traps() -> None:
    played = play("clarinet-trumpet", 600.0)
    assert not played.false, str(played)
    assert played.cpu_share < 0.02
