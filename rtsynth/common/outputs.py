"""Which channels of an audio device get what: the mix alone, or every slot by itself as well."""

from rtsynth.common.errors import InputError

MIX, PER_SLOT = "mix", "per-slot"
MOST_CHANNELS = 64
ANY_DEVICE = "an audio device"  # what is waited for where none has been played to


def check_outputs(channels: int, outputs: str) -> None:
    """Refuse channels that there cannot be.

    Raises:
        InputError: one line that names the flag.
    """
    if not 1 <= channels <= MOST_CHANNELS:
        raise InputError(f"--channels {channels}: give 1 to {MOST_CHANNELS}")
    if outputs not in (MIX, PER_SLOT):
        raise InputError(f"--outputs {outputs!r}: give {MIX} or {PER_SLOT}")
    if outputs == PER_SLOT and channels < 3:
        raise InputError(
            f"--channels {channels}: --outputs {PER_SLOT} needs at least 3, two for the mix and "
            "one for each slot"
        )


def channels_for(channels: int | None, outputs: str, slots: int) -> int:
    """How many channels are opened where a number may have been left out."""
    if channels is not None:
        return channels
    return 2 + max(slots, 1) if outputs == PER_SLOT else 2
