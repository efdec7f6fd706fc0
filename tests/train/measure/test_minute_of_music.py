import pytest

from rtsynth_train.measure.minute_of_music import BARS, prelude


def test_it_is_a_minute_of_sixteen_bars() -> None:
    song = prelude()
    assert song.length == pytest.approx(60.0, abs=1e-6)
    messages = [message for message in song if not message.is_meta]
    started = [message.note for message in messages if message.type == "note_on"]
    assert len(started) == 16 * len(BARS) == 256
    assert started[:8] == [60, 64, 67, 72, 76, 67, 72, 76]
    sounding = set[int]()
    for message in messages:
        if message.type == "note_on":
            assert message.note not in sounding
            sounding.add(message.note)
        else:
            sounding.remove(message.note)
    assert not sounding
