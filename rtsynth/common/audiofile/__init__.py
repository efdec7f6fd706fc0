"""Recordings: found in folders, opened, measured and read, whatever their format.

    walk       every recording of a folder, and what is left out
    container  what the container says of its length, and a header that says the truth
    opened     one file, read by blocks to the end of its data
    reading    mono at a rate: by blocks, whole, or a part
    levels     what is wrong with a recording's level, by one table

Nothing else opens recordings: lengths come from the data, memory stays bounded, and what decoders
raise ends here.
"""

from rtsynth.common.audiofile.levels import check_levels
from rtsynth.common.audiofile.opened import frames_of, rate_of
from rtsynth.common.audiofile.reading import (
    last_part,
    limits_of,
    mono_blocks,
    read_end,
    read_mono,
    read_part,
)
from rtsynth.common.audiofile.walk import AUDIO_SUFFIXES, find_audio

__all__ = [
    "AUDIO_SUFFIXES",
    "check_levels",
    "find_audio",
    "frames_of",
    "last_part",
    "limits_of",
    "mono_blocks",
    "rate_of",
    "read_end",
    "read_mono",
    "read_part",
]
