"""MIDI files as they are found: foreign, damaged, wrapped, without end."""

import io
import random
import time
import tracemalloc
from contextlib import suppress
from pathlib import Path

import mido
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rtsynth.common.errors import InputError
from rtsynth.offline import midi_file
from rtsynth.offline.midi_file import MidiFile
from tests.rtsynth.control.midi_bytes import chunk, header, midi, quantity, track

PLAYED = {"note_on", "note_off", "control_change", "aftertouch", "pitchwheel", "set_tempo"}
ON, OFF = (0, 0x90, 69, 100), (2000, 0x80, 69, 0)
NOTE = track(ON, OFF)


def read(path: Path, data: bytes) -> tuple[list[tuple[float, str]], str]:
    """([(seconds, message in hexadecimal)], what was left out)."""
    path.write_bytes(data)
    file = MidiFile(path)
    played = [(round(t, 6), message.hex()) for t, message in file if not message.is_meta]
    return played, file.left_out


def meta(kind: int, *contents: int) -> tuple[int, ...]:
    return (0, 0xFF, kind, len(contents), *contents)


WHOLE = [(0.0, "90 45 64"), (2.0, "80 45 00")]
TOLD = {
    "as it should be": (midi(NOTE), ""),
    "key signature of no key": (midi(track(meta(0x59, 0xEE, 1), ON, OFF)), ""),
    "short time signature": (midi(track(meta(0x58, 4, 2), ON, OFF)), ""),
    "SMPTE offset that is none": (midi(track(meta(0x54, 0x80, 0, 0, 0, 0), ON, OFF)), ""),
    "short tempo": (midi(track(meta(0x51, 7, 0xA1), ON, OFF)), "tempos without a value (1)"),
    "tempo 0": (midi(track(meta(0x51, 0, 0, 0), ON, OFF)), "tempos without a value (1)"),
    "long tempo": (midi(track(meta(0x51, 7, 0xA1, 0x20, 9), ON, OFF)), ""),
    "unknown meta": (midi(track(meta(0x7B, 1, 2, 3), ON, OFF)), ""),
    "sysex, and escaped bytes": (midi(track((0, 0xF0, 2, 1, 0xF7), (0, 0xF7, 1, 9), ON, OFF)), ""),
    "system messages": (midi(track((0, 0xF8), (0, 0xF2, 1, 1), (0, 0xFE), ON, OFF)), ""),
    "running status": (midi(track(ON, (2000, 0x80, 69, 0))), ""),
    "running status over a meta": (midi(track(ON, meta(1, 65), (2000, 0x80, 69, 0))), ""),
    "foreign chunk": (
        header() + chunk(b"XFIH", b"abcd") + NOTE + chunk(b"XFKM", b"a"),
        "unknown chunks (2)",
    ),
    "header of more tracks": (
        header(tracks=5) + NOTE, "missing tracks that the header promises (4)",
    ),
    "header of fewer tracks": (header(tracks=0) + NOTE, ""),
    "long header": (chunk(b"MThd", header()[8:] + b"more") + NOTE, ""),
    "RMID": (b"RIFF\0\0\0\0RMIDdata" + len(midi(NOTE)).to_bytes(4, "little") + midi(NOTE)
             + b"LIST\4\0\0\0abcd", ""),
    "RMID that counts wrong": (b"RIFF\0\0\0\0RMIDdata\0\0\0\0" + midi(NOTE), ""),
    "something before the header": (b"\0" * 128 + midi(NOTE), ""),
    "zeros behind": (midi(NOTE) + b"\0" * 64, ""),
    "type 2": (header(2) + NOTE, ""),
    "type 9": (header(9) + NOTE, ""),
    "SMPTE division": (header(division=0xE728) + track(ON, OFF), ""),  # 25 frames of 40
    "no end of track": (midi(track(ON, OFF, end=False)), ""),
    "more behind the end": (midi(chunk(b"MTrk", NOTE[8:] + b"\0\x90\x40\x40")), ""),
    "track size 0": (header() + b"MTrk\0\0\0\0" + NOTE[8:], ""),
    "track size too small": (header() + b"MTrk\0\0\0\5" + NOTE[8:], ""),
    "track size too large": (header() + b"MTrk\0\1\0\0" + NOTE[8:], ""),
    "a track too large before another": (
        header(tracks=2) + b"MTrk\0\1\0\0" + track()[8:] + NOTE, "",
    ),
    "cut in the end": (midi(NOTE)[:-2], "truncated ends of tracks (1)"),
    "an empty track": (midi(chunk(b"MTrk", b""), NOTE), ""),
    "a track of rubbish": (
        midi(chunk(b"MTrk", b"\0\1\2\3"), NOTE),
        "the rest of tracks after an invalid byte (1)",
    ),
    "a time without end": (
        midi(chunk(b"MTrk", b"\xff" * 9), NOTE),
        "the rest of tracks after a time or size that is too large (1)",
    ),
    "a meta message larger than its track": (
        midi(chunk(b"MTrk", b"\0\xff\1\x7fa"), NOTE), "truncated ends of tracks (1)",
    ),
    "days": (
        midi(track(ON, OFF, *[(0x0FFFFFFF, 0x90, 70, 1)] * 3)), "messages after the first day (3)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_the_notes_are_played_whatever_else_there_is(tmp_path: Path, name: str) -> None:
    data, left_out = TOLD[name]
    assert read(tmp_path / "a.mid", data) == (WHOLE, left_out)


def test_a_track_that_breaks_off_is_played_up_to_there(tmp_path: Path) -> None:
    whole = midi(track(ON, OFF, ON, OFF))
    for length in range(len(header()) + 8, len(whole)):
        messages, _ = read(tmp_path / "a.mid", whole[:length])
        assert messages == [*WHOLE, (2.0, "90 45 64"), (4.0, "80 45 00")][: len(messages)]
        assert len(messages) >= (length - len(header()) - 8) // 6


def test_data_above_127_counts_as_127(tmp_path: Path) -> None:
    messages, _ = read(tmp_path / "a.mid", midi(track((0, 0x90, 70, 0xC8))))
    assert messages == [(0.0, "90 46 7F")]


@pytest.mark.parametrize(
    ("division", "tick_ms"),
    [(0xE728, 1.0), (0xE350, 1001 / 2400), (0xE204, 1000 / 120), (0xE80A, 1000 / 240), (500, 1.0),
     (0x7FFF, 500 / 0x7FFF)],
)  # fmt: skip
def test_how_long_a_tick_is(tmp_path: Path, division: int, tick_ms: float) -> None:
    messages, _ = read(tmp_path / "a.mid", header(division=division) + track((1000, 0x90, 69, 1)))
    assert messages[0][0] == pytest.approx(tick_ms, abs=1e-6)


def test_pieces_of_a_type_2_file_follow_each_other(tmp_path: Path) -> None:
    slow = track(meta(0x51, 0x0F, 0x42, 0x40), ON, OFF)  # a beat a second: its ticks are 2 ms
    assert read(tmp_path / "a.mid", header(2, 2) + slow + NOTE)[0] == [
        (0.0, "90 45 64"), (4.0, "80 45 00"), (4.0, "90 45 64"), (6.0, "80 45 00"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no header"),
        (b"MThd", "no header"),
        (b"MThd\0\0\0\4\0\1\0\1", "no header"),
        (NOTE, "no header"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "no header"),
        (header(division=0) + NOTE, "the length of a tick"),
        (header(division=0xE700) + NOTE, "the length of a tick"),
    ],
)
def test_what_is_no_midi_file(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "a.mid"
    with pytest.raises(InputError, match=message) as error:
        read(path, data)
    assert str(error.value).startswith(f"{path}: ")
    assert "\n" not in str(error.value)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "a.mid"):
        with pytest.raises(InputError, match="cannot be read"):
            MidiFile(path)


# ------------------------------------------------------------------------------------ bounds


@pytest.mark.parametrize(
    "data",
    [
        midi(chunk(b"MTrk", b"\0\x90\1\1" + b"\0\1\1" * 40_000)),
        midi(chunk(b"MTrk", b"\0\xc0\1" + b"\0\1" * 110_000)),
        midi(chunk(b"MTrk", b"\0\xff\1\0" * 110_000)),
        header() + b"MTrk\0\0\0\0" * 50_000,
        header() + b"XFIH\0\0\0\0" * 50_000,
        header() + b"MTrk\xff\xff\xff\xff" * 50_000,
        header() + b"XXXX\xff\xff\xff\xff" * 50_000,
        midi(chunk(b"MTrk", b"\xff" * 400_000)),
        b"\0" * 1_700_000,
    ],
)
def test_a_large_file_is_read_or_refused_within_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    """A tenth of what the limits are, for a tenth of the time."""
    for limit in ("LARGEST_BYTES", "MOST_MESSAGES", "MOST_MOVES"):
        monkeypatch.setattr(midi_file, limit, getattr(midi_file, limit) // 10)
    path = tmp_path / "a.mid"
    path.write_bytes(data)
    tracemalloc.start()
    began_s = time.process_time()
    with suppress(InputError):
        MidiFile(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * len(data) + 10_000_000
    assert time.process_time() - began_s < 10  # with every allocation traced


# ----------------------------------------------------------------------------------- mutants


def as_mido_reads(data: bytes) -> list[tuple[float, str]]:
    """A well-formed file, as mido reads it."""
    time_s, found = 0.0, []
    for message in mido.MidiFile(file=io.BytesIO(data)):
        time_s += message.time
        if message.type in PLAYED:
            found.append((time_s, message.hex()))
    return found


byte = st.integers(0, 127)
channel_message = st.one_of(
    st.tuples(st.integers(0, 300), st.integers(0x80, 0xBF), byte, byte),
    st.tuples(st.integers(0, 300), st.integers(0xC0, 0xDF), byte),
    st.tuples(st.integers(0, 300), st.integers(0xE0, 0xEF), byte, byte),
    st.integers(1, 0xFFFFFF).map(lambda tempo: (0, 0xFF, 0x51, 3, *tempo.to_bytes(3, "big"))),
)


@settings(max_examples=200, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.lists(st.lists(channel_message, max_size=8), min_size=1, max_size=3))
def test_well_formed_files_are_read_as_mido_reads_them(
    tmp_path: Path, tracks: list[list[tuple[int, ...]]]
) -> None:
    """Those of one time in any order: what ends notes comes first here."""
    data = midi(*(track(*messages) for messages in tracks))
    path = tmp_path / "a.mid"
    path.write_bytes(data)
    file = MidiFile(path)
    found = [(time_s, message.hex()) for time_s, message in file]
    expected = sorted(as_mido_reads(data))
    assert file.left_out == ""
    assert [message for _, message in sorted(found)] == [message for _, message in expected]
    # mido adds up one message after the other: its sums differ in their last bits.
    times_s = [time_s for time_s, _ in found]
    assert sorted(times_s) == times_s == pytest.approx([t for t, _ in expected], rel=0, abs=1e-9)


def mutated(data: bytes, chance: random.Random) -> bytes:
    content = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(content) + 1)
        match chance.randrange(5):
            case 0:
                content[at : at + 1] = bytes([chance.choice((0, 0x7F, 0x80, 0xFF, 0xF0, 0x2F))])
            case 1:
                content[at:at] = quantity(chance.choice((0, 0x7F, 0x0FFFFFFF)))
            case 2:
                del content[at : at + chance.randint(1, 8)]
            case 3:
                content[at:at] = content[chance.randrange(len(content) + 1) :][:8]
            case _:
                content[at : at + 4] = chance.choice((b"MTrk", b"MThd", b"RIFF", b"\xff" * 4))
    return bytes(content)


@pytest.mark.parametrize("count", [300, pytest.param(3000, marks=pytest.mark.measure)])
def test_mutants_are_read_or_refused_in_one_line(tmp_path: Path, count: int) -> None:
    chance = random.Random(11)
    whole = [data for data, _ in TOLD.values()]
    path, refusals = tmp_path / "a.mid", list[str]()
    for _ in range(count):
        path.write_bytes(mutated(chance.choice(whole), chance))
        try:
            times = [time_s for time_s, _ in MidiFile(path)]
        except InputError as error:
            refusals.append(str(error))
        else:
            assert times == sorted(times)
            assert all(0 <= time_s <= midi_file.LONGEST_S for time_s in times)
    assert 0 < len(refusals) < count / 3  # most have notes in them still
    assert not any("\n" in line for line in refusals)


@pytest.mark.parametrize(
    ("tracks", "length_s"),
    [
        ([], 0.0),
        ([track()], 0.0),
        ([NOTE, track((500, 0x90, 70, 1))], 2.0),
        ([track((0, 0xFF, 0x51, 3, 0x0F, 0x42, 0x40), ON, (1000, 0xFF, 0x2F, 0))], 2.0),
        ([track((1 << 27, 0x90, 69, 1))], midi_file.LONGEST_S),
    ],
)
def test_the_length_is_that_of_the_longest_track(
    tmp_path: Path, tracks: list[bytes], length_s: float
) -> None:
    path = tmp_path / "a.mid"
    path.write_bytes(midi(*tracks))
    assert MidiFile(path).length_s == pytest.approx(length_s)
