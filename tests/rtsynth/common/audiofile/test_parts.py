"""A part of a file is that part of the whole, in every format."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.audiofile import read_mono, read_part
from tests.rtsynth.common.audiofile.songs import RATE_HZ, song


@pytest.mark.parametrize("name", ["a.flac", "a.wav", "a.mp3", "a.ogg"])
def test_a_part_is_that_part_of_the_whole(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    sf.write(path, song(), RATE_HZ)
    whole = read_mono(path)
    np.testing.assert_array_equal(read_part(path, RATE_HZ, 0.5, 1.0), whole[4000:12_000])
    np.testing.assert_array_equal(read_part(path, RATE_HZ, 0.0, 9.0), whole)
    np.testing.assert_array_equal(read_part(path, RATE_HZ, 2.5, 1.0), whole[20_000:])
    resampled = read_mono(path, 16_000)
    part = read_part(path, 16_000, 0.5, 1.0)
    np.testing.assert_allclose(part, resampled[8000:24_000], atol=1e-4)
    assert read_part(path, RATE_HZ, 4.0, 1.0).size == 0
