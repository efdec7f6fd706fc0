"""One recording as codes."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.errors import InputError
from rtsynth.plugin import codec
from rtsynth_train.core.recordings import check_plain, read_codes


def test_codes_are_those_of_the_codec(tmp_path: Path) -> None:
    audio = 0.5 * np.sin(np.arange(5000) * 0.05)
    sf.write(tmp_path / "a.wav", audio, 8000, subtype="FLOAT")
    codes = read_codes(tmp_path / "a.wav", 8000, "mu_law_floor", 64, [])
    assert codes.dtype == np.uint8
    np.testing.assert_array_equal(codes, codec.encode("mu_law_floor", 64, audio.astype(np.float32)))


@pytest.mark.parametrize(
    ("rate_hz", "channels", "match"), [(8000, 2, "2 channels; mix it"), (44100, 1, "44100 Hz")]
)
def test_what_is_not_plain(tmp_path: Path, rate_hz: int, channels: int, match: str) -> None:
    sf.write(tmp_path / "a.wav", np.zeros((100, channels)), rate_hz)
    with pytest.raises(InputError, match=match):
        check_plain(tmp_path / "a.wav", 8000)
