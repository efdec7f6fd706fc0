"""From a stream of samples to levels by frequency: the numbers behind the spectrogram."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

ROWS = 160
LOWEST_HZ, HIGHEST_HZ = 40.0, 20_000.0
FLOOR_DB, CEILING_DB = -90.0, 0.0
WINDOW_S = 0.0427  # 2048 samples at 48 kHz
OVERLAP = 4  # a window begins every quarter of one
PADDING = 2  # so that a tone between two bins loses less than 0.4 dB
HISTORY_S = 2.5
LEAST_POWER = 1e-12


class Spectrum:
    """Levels in dB of full scale, in rows of equal musical width from LOWEST_HZ up.

    A sine of amplitude 1 is 0 dB. A row has the strongest of its frequencies; low rows are narrower
    than what a window tells apart, and share it.
    """

    def __init__(self, rate_hz: float) -> None:
        self.rate_hz = rate_hz
        self.window = 2 ** round(np.log2(rate_hz * WINDOW_S))
        self.hop = self.window // OVERLAP
        self.columns = max(2, round(HISTORY_S * rate_hz / self.hop))
        highest_hz = min(HIGHEST_HZ, rate_hz / 2)
        self.edges_hz = np.geomspace(LOWEST_HZ, highest_hz, ROWS + 1)
        hann = np.hanning(self.window + 1)[:-1]
        self._shape = hann.astype(np.float32)
        self._scale = (2.0 / hann.sum()) ** 2
        size = PADDING * self.window
        bins = self.edges_hz * size / rate_hz
        first = np.floor(bins[:-1]).astype(np.int64)
        behind = np.ceil(bins[1:]).astype(np.int64) + 1
        self._bins = int(behind[-1]) + 1  # as many as are looked at, and one more
        self._ranges = np.stack([first, behind], axis=1).ravel()
        self._rest: Samples = np.zeros(0, np.float32)

    def row_of(self, frequency_hz: float) -> int:
        """The row, from 0 for the lowest, that a frequency is in."""
        place = int(np.searchsorted(self.edges_hz, frequency_hz, side="right")) - 1
        return min(max(place, 0), ROWS - 1)

    def push(self, samples: Samples) -> NDArray[np.float32]:
        """Levels [ROWS, columns] of the windows that these samples complete, in dB."""
        joined = np.concatenate([self._rest, samples])
        newest = self.window + (self.columns - 1) * self.hop
        joined = joined[-newest:] if len(joined) > newest + self.hop else joined
        count = max(0, (len(joined) - self.window) // self.hop + 1)
        self._rest = joined[count * self.hop :]
        if count == 0:
            return np.zeros((ROWS, 0), np.float32)
        frames = np.lib.stride_tricks.sliding_window_view(joined, self.window)[:: self.hop][:count]
        power = np.zeros((count, self._bins), np.float32)
        bins = np.fft.rfft(frames * self._shape, PADDING * self.window, axis=1)[:, : self._bins]
        power[:, : bins.shape[1]] = np.square(np.abs(bins)) * self._scale
        strongest = np.maximum.reduceat(power, self._ranges, axis=1)[:, ::2]
        levels: NDArray[np.float32] = 10 * np.log10(np.maximum(strongest.T, LEAST_POWER))
        return levels.astype(np.float32)


def shades(levels_db: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Levels as 0 (FLOOR_DB and below) to 255 (CEILING_DB and above)."""
    place = (levels_db - FLOOR_DB) / (CEILING_DB - FLOOR_DB)
    return np.rint(np.clip(place, 0, 1) * 255).astype(np.uint8)
