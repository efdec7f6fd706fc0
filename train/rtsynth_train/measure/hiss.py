"""How much more noise there is under a sound than under the recording of it, band by band.

Noise is what is left where and when least sounds: in every octave the lowest fifth of all
places of the spectrogram. Partials and events are above that, and do not count.
"""

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]

WINDOW_S = 0.064
LOWEST_HZ = 250.0  # the lowest band's lower end
SHARE = 0.2  # of the places of a band that count as its floor
FLOOR_DB = -120.0  # of a band: below is silence
FEWEST_BINS = 4


def band_floors(audio: NDArray[np.floating], rate_hz: int) -> dict[int, float]:
    """The floor of every octave of mono audio [T], by its centre in Hz: dB re full scale per bin
    of WINDOW_S, not below FLOOR_DB. Empty for audio that is shorter than two windows.
    """
    from scipy.signal.windows import blackmanharris

    size = round(WINDOW_S * rate_hz)
    if len(audio) < 2 * size:
        return {}
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(audio, np.float64), size)
    window = blackmanharris(size)  # its side lobes are below what 16 bits hold
    power = np.abs(np.fft.rfft(windows[:: size // 2] * window)) ** 2 / window.sum() ** 2
    hertz = np.fft.rfftfreq(size, 1 / rate_hz)
    floors = {}
    low = LOWEST_HZ
    while low < 0.45 * rate_hz:
        inside = (hertz >= low) & (hertz < min(2 * low, 0.49 * rate_hz))
        if inside.sum() >= FEWEST_BINS:
            # Log-mean: of the places of one noise they differ by 5.6 dB, and a mean would follow
            # the loudest of them.
            places = np.sort(10 * np.log10(power[:, inside] + 1e-30), axis=None)
            lowest = places[: max(1, round(SHARE * places.size))]
            floors[round(low * 2**0.5)] = max(FLOOR_DB, float(lowest.mean()))
        low *= 2
    return floors


def hiss_by_band(floors: dict[int, float], recorded: dict[int, float]) -> dict[int, float]:
    """How much higher the floor of each band is than the recording's, in dB."""
    return {band: floors[band] - recorded[band] for band in floors if band in recorded}


def hiss_db(by_band: dict[int, float]) -> float:
    """The noise above the recording's, in dB: the mean of all bands, those with less of it as 0, as
    what one lacks hides nothing of another. NaN without any.
    """
    more = [max(0.0, each) for each in by_band.values()]
    return float(np.mean(more)) if more else float("nan")
