"""How large a network is for the time that it is trained, and what is to be expected of it.

`step_ms` was measured on one core of a Zen 5, with nothing beside it; the trainer times its own
steps when it begins. Two threads on two busy cores took 4 to 8 times as long as one, as they wait
for each other.
"""

from dataclasses import dataclass
from typing import Any

from rtsynth_train.own.survey import NOTE, TEXTURE

VOICE, LOOP = "voice", "loop"
MINUTE_S = 60.0
_HALF_AN_HOUR_S, _HALF_A_NIGHT_S = 30 * MINUTE_S, 240 * MINUTE_S
OTHERS_SHARE = 0.2  # of the time, that goes into evaluations, previews and checkpoints
MANY_CORES = 4  # from here on a large network gets some of them
LARGE_MS = 250.0  # of a step
# Of less sound a large texture network learns it by heart before it predicts any other: one minute
# of music, docs/measurements.md.
LITTLE_S = 120.0


@dataclass(frozen=True)
class Size:
    """A network and its batches, for times of `from_s` and more."""

    from_s: float
    words: str
    expect: str
    step_ms: float
    sections: dict[str, dict[str, Any]]
    own: float = 0.0  # share of own sounds

    def steps_in(self, time_s: float) -> int:
        """About how many steps fit into a time, on one core."""
        return round((1 - OTHERS_SHARE) * time_s * 1000 / self.step_ms)


def _gru(hidden: int, layers: int, batch: int) -> dict[str, dict[str, Any]]:
    return {
        "model": {"hidden_size": hidden, "layers": layers}, "streams": {"batch": batch}
    }  # fmt: skip


def _samplernn(
    hidden: int, layers: int, embedding: int, rows: int, frames: int
) -> dict[str, dict[str, Any]]:
    return {
        "network": {"hidden_size": hidden, "layers": layers, "embedding_size": embedding},
        "batches": {"rows": rows, "num_frames": frames},
    }


SIZES = {
    NOTE: (
        Size(0, "GRU, 3 layers of 32", "notes that can be told apart, noisy", 30, _gru(32, 3, 32)),
        Size(5 * MINUTE_S, "GRU, 4 layers of 48", "the notes in tune, their timbre coarse", 90,
             _gru(48, 4, 64), own=0.3),
        Size(_HALF_AN_HOUR_S, "GRU, 4 layers of 48", "as the clarinet-trumpet that ships", 90,
             _gru(48, 4, 64), own=0.5),
        Size(_HALF_A_NIGHT_S, "GRU, 4 layers of 96", "the same with finer timbre and less noise",
             210, _gru(96, 4, 64), own=0.5),
    ),
    TEXTURE: (
        Size(0, "SampleRNN of two tiers, 1 layer of 96", "noise of about the right colour", 32,
             _samplernn(96, 1, 48, 16, 32)),
        Size(5 * MINUTE_S, "SampleRNN of two tiers, 1 layer of 128",
             "a steady texture; events blurred", 85, _samplernn(128, 1, 64, 32, 32)),
        Size(_HALF_AN_HOUR_S, "SampleRNN of two tiers, 2 layers of 192",
             "single events; music as short gestures", 275, _samplernn(192, 2, 128, 32, 64)),
        Size(_HALF_A_NIGHT_S, "SampleRNN of two tiers, 2 layers of 256",
             "what the recipe samplernn is meant for", 765, _samplernn(256, 2, 256, 64, 64)),
    ),
    VOICE: (
        Size(0, "SampleRNN of three tiers, 1 layer of 128", "a murmur", 116,
             _samplernn(128, 1, 64, 32, 64)),
        Size(_HALF_AN_HOUR_S, "SampleRNN of three tiers, 1 layer of 192",
             "babble, as the voices that ship", 204, _samplernn(192, 1, 128, 32, 64)),
        Size(_HALF_A_NIGHT_S, "SampleRNN of three tiers, 1 layer of 256",
             "babble, closer to the voice", 700, _samplernn(256, 1, 256, 64, 64)),
    ),
    LOOP: (
        Size(0, "SampleRNN of two tiers, 1 layer of 128", "single strokes, no steady time", 131,
             _samplernn(128, 1, 64, 16, 128)),
        Size(_HALF_AN_HOUR_S, "SampleRNN of two tiers, 2 layers of 256",
             "strokes in groups; time that drifts", 410, _samplernn(256, 2, 256, 16, 128)),
        Size(_HALF_A_NIGHT_S, "SampleRNN of two tiers, 2 layers of 256",
             "the repetition, as far as a network of this kind keeps it", 820,
             _samplernn(256, 2, 256, 32, 128)),
    ),
}  # fmt: skip

# Of notes that start from the plugin BASE: its network, for times below that of the next size.
BASE = "notes"
BASE_BELOW_S = 5 * MINUTE_S
FROM_BASE = Size(
    0, f"GRU, 4 layers of 64, from {BASE!r}", "most notes in tune and at their levels", 125,
    _gru(64, 4, 64), own=0.5,
)  # fmt: skip


def is_little(kind: str, sound_s: float) -> bool:
    """Whether there is too little sound for a large network of a kind."""
    return kind == TEXTURE and sound_s < LITTLE_S


def size_for(kind: str, time_s: float, sound_s: float) -> Size:
    """The size of a kind for a time and so much recorded sound."""
    if is_little(kind, sound_s):
        time_s = min(time_s, _HALF_AN_HOUR_S - 1)
    return [size for size in SIZES[kind] if size.from_s <= time_s][-1]


def threads_for(size: Size, cores: int) -> int:
    """CPU threads: one, unless the machine has many cores and the network is large."""
    return cores // 2 if size.step_ms >= LARGE_MS and cores >= MANY_CORES else 1
