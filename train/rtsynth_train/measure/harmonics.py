"""How far a note stands above all that is not of it: its partials against the rest.

The partials are tuned to the sound: the fundamental is looked for around the wanted pitch, frame by
frame, as that whose harmonics explain most of the frame (least squares of sines and cosines).
"""

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]

SHORTEST_S = 0.05
PERIODS = 12  # of the fundamental, in a frame
MOST_FRAMES = 4
COARSE_CENTS = tuple(range(-60, 61, 12))
FINE_CENTS = (-6, -4, -2, 0, 2, 4, 6)
MOST_PARTIALS = 40
COARSE_PARTIALS = 8
STEADY = 1e-9  # added to what is solved, of its size
SILENT = 1e-12  # power
LIMIT_DB = 80.0


def harmonic_to_rest_db(audio: NDArray[np.floating], rate_hz: int, pitch: float) -> float:
    """Power of the partials of MIDI `pitch` (or of what is within 66 cents of it), over that of the
    rest, in dB: the median of frames of mono audio [T].

    Noise gives about -11 dB, whatever its level: what partials at any place take of it. NaN for
    silence, and for audio that is shorter than a frame.
    """
    wanted_hz = 440.0 * 2 ** ((pitch - 69) / 12)
    size = round(max(SHORTEST_S, PERIODS / wanted_hz) * rate_hz)
    if len(audio) < size:
        return float("nan")
    count = min(MOST_FRAMES, len(audio) // size)
    starts = np.linspace(0, len(audio) - size, count).astype(int)
    found = [_frame_db(np.asarray(audio[s : s + size], np.float64), rate_hz, wanted_hz)
             for s in starts.tolist()]  # fmt: skip
    known = [value for value in found if np.isfinite(value)]
    return float(np.median(known)) if known else float("nan")


def _frame_db(frame: F64, rate_hz: int, wanted_hz: float) -> float:
    whole = float(np.mean(frame**2))
    if whole < SILENT:
        return float("nan")
    coarse = [_rest(frame, rate_hz, wanted_hz, cents, COARSE_PARTIALS) for cents in COARSE_CENTS]
    near = COARSE_CENTS[int(np.argmin(coarse))]
    fine = [_rest(frame, rate_hz, wanted_hz, near + cents, MOST_PARTIALS) for cents in FINE_CENTS]
    rest = max(min(fine), SILENT)
    ratio = max(whole - rest, SILENT) / rest
    return float(np.clip(10 * np.log10(ratio), -LIMIT_DB, LIMIT_DB))


def _rest(frame: F64, rate_hz: int, wanted_hz: float, cents: float, most: int) -> float:
    """Mean power that the first `most` harmonics of a fundamental leave of a frame."""
    fundamental_hz = wanted_hz * 2 ** (cents / 1200)
    count = min(most, int(0.49 * rate_hz / fundamental_hz))
    angles = 2 * np.pi * fundamental_hz / rate_hz * np.arange(len(frame))
    one = np.exp(1j * angles)
    waves = np.cumprod(np.broadcast_to(one, (max(1, count), len(frame))), axis=0)
    basis = np.concatenate([waves.real, waves.imag]).T
    normal = basis.T @ basis + STEADY * len(frame) * np.eye(basis.shape[1])
    fitted = np.linalg.solve(normal, basis.T @ frame)
    return float(np.mean((frame - basis @ fitted) ** 2))
