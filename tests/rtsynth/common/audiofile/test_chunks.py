"""Where the sound of AIFF, AU, CAF and Wave64 files lies, by their chunks."""

import io

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.audiofile.chunks import held

FORMATS = ("AIFF", "AU", "CAF", "W64")
FRAMES = 100


def written(kind: str) -> bytes:
    file = io.BytesIO()
    sf.write(file, np.linspace(-0.5, 0.5, FRAMES), 8000, format=kind, subtype="PCM_16")
    return file.getvalue()


@pytest.mark.parametrize("kind", FORMATS)
def test_a_right_header(kind: str) -> None:
    whole = written(kind)
    found = held(io.BytesIO(whole), len(whole))
    assert found is not None
    assert (found.end - found.start, found.said) == (2 * FRAMES, 2 * FRAMES)
    # Left as it is, what the head says of lengths is what it said before.
    assert found.head == whole[: found.start]


@pytest.mark.parametrize("kind", FORMATS)
def test_half_a_file_has_half_the_sound(kind: str) -> None:
    whole = written(kind)
    start = len(whole) - 2 * FRAMES
    cut = whole[: start + FRAMES]
    found = held(io.BytesIO(cut), len(cut))
    assert found is not None
    assert (found.start, found.end, found.said) == (start, start + FRAMES, 2 * FRAMES)
    assert found.head is not None
    assert sf.info(io.BytesIO(found.head + cut[start:])).frames == FRAMES // 2


@pytest.mark.parametrize("bad", [b"", b"RIFF" + bytes(60), b"FORM" + bytes(60), b".snd", b"caff"])
def test_what_is_none_of_these(bad: bytes) -> None:
    assert held(io.BytesIO(bad), len(bad)) is None


@pytest.mark.parametrize("kind", FORMATS)
def test_any_beginning_of_a_file_is_read_or_is_none(kind: str) -> None:
    whole = written(kind)
    for size in range(len(whole) - 2 * FRAMES):
        found = held(io.BytesIO(whole[:size]), size)
        assert found is None or found.start <= found.end
