"""A plugin to be moved, and what files of moves become."""

from collections.abc import Iterable

from rtsynth.offline.events import ControlEvent
from rtsynth.plugin import Codec, Manifest, Plugin, Tier
from tests.rtsynth.control.recording_engine import PARAMETERS

PLUGIN = Plugin(
    Manifest(
        name="test",
        sample_rate_hz=16_000,
        codec=Codec(name="mu_law_round", levels=256),
        tiers=[Tier(name="audio", family="gru", rate_hz=16_000)],
        parameters=list(PARAMETERS),  # instrument, amplitude, pitch, rate
    ),
    {},
)


def told(events: Iterable[ControlEvent]) -> list[tuple[float, str, float]]:
    return [(event.time_s, event.name, event.value) for event in events]
