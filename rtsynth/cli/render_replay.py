"""`rtsynth render --replay FILE`: what was played, computed again from its event log."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rtsynth.common.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def refuse_with_replay(given: Mapping[str, object]) -> None:
    """Refuse what a log says itself: `given` are flags and their values, None where not given.

    Raises:
        InputError: one is given.
    """
    for flag, value in given.items():
        if value is not None:
            raise InputError(f"{flag}: cannot be combined with --replay; the log has all of it")


def render_replay(
    log: Path,
    out: Path,
    threads: int | None,
    write: "Callable[[Path, NDArray[Any], int], None]",
    sample_format: str,
) -> None:
    """Write what the engine of a log put out to `out`, and say whether it is the same.

    Mono, if left and right are the same all the time.
    With 24 bits the samples are rounded as in a recording.

    Raises:
        InputError: see `rtsynth.offline.replay.replay.Replay`; or there is nothing in it.
    """
    import numpy as np
    from rich.console import Console

    from rtsynth.common.audiofile.writing import check_audio_path
    from rtsynth.common.files.atomic import check_place
    from rtsynth.offline.replay.replay import Replay

    check_place(check_audio_path(out))
    replay = Replay(log, threads)
    pieces = list(replay)
    if not replay.frames:
        raise InputError(f"{log}: ends before the first sound")
    audio = np.concatenate(pieces)
    if np.array_equal(audio[:, 0], audio[:, 1]):
        audio = audio[:, 0].copy()
    write(out, as_recorded(audio) if sample_format == "PCM_24" else audio, replay.rate_hz)
    length_s, same_s = replay.frames / replay.rate_hz, replay.same / replay.rate_hz
    Console(stderr=True).print(
        f"rtsynth: wrote {out} ({length_s:g} s), {verdict(length_s, same_s, replay.differs)}",
        highlight=False, soft_wrap=True, markup=False,
    )  # fmt: skip


def as_recorded(audio: "NDArray[np.float32]") -> "NDArray[np.int32]":
    """The integers that a recording has, in the upper 24 of 32 bits."""
    import numpy as np

    from rtsynth.host.take_file import FULL_SCALE

    whole = np.clip(np.rint(audio.astype(np.float64) * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1)
    return whole.astype(np.int32) << np.int32(8)


def verdict(length_s: float, same_s: float, differs: bool) -> str:
    """How the output compares with what was played; the same it is for sure up to `same_s`."""
    if differs:
        return f"which is what was played up to {same_s:g} s, and differs later"
    if same_s < length_s:
        return f"of which {same_s:g} s are known to be what was played, to the bit"
    return "what was played, to the bit"
