"""Which clock is followed."""

import pytest

from rtsynth.common.clock_sources import AUTO, INTERNAL, JACK, MIDI
from rtsynth.host.transport.reading import Reading
from rtsynth.host.transport.sources import choose, who

STANDS, ROLLS = Reading(0, False, 0.0, 120.0), Reading(0, True, 0.0, 120.0)
SILENT, RUNS = STANDS._replace(tempo_bpm=None), ROLLS._replace(tempo_bpm=None)


@pytest.mark.parametrize("asked", [INTERNAL, MIDI, JACK])
def test_what_was_asked_for_is_followed_there_or_not(asked: str) -> None:
    assert choose(asked, INTERNAL, {INTERNAL: ROLLS, MIDI: ROLLS, JACK: None}) == asked


@pytest.mark.parametrize(
    ("present", "midi", "jack", "internal", "followed"),
    [
        (INTERNAL, None, None, STANDS, INTERNAL),
        (INTERNAL, STANDS, None, STANDS, MIDI),  # its tempo is known
        (INTERNAL, None, SILENT, STANDS, INTERNAL),  # JACK without a tempo, and nothing rolls
        (INTERNAL, None, RUNS, STANDS, JACK),
        (INTERNAL, ROLLS, STANDS, STANDS, MIDI),
        (MIDI, STANDS, ROLLS, STANDS, JACK),
        (INTERNAL, ROLLS, ROLLS, STANDS, JACK),
        (MIDI, ROLLS, ROLLS, STANDS, MIDI),  # who rolls is followed until it stops
        (MIDI, STANDS, STANDS, STANDS, MIDI),
        (JACK, STANDS, STANDS, STANDS, JACK),
        (INTERNAL, ROLLS, ROLLS, ROLLS, INTERNAL),
        (INTERNAL, STANDS, STANDS, ROLLS, INTERNAL),
        (MIDI, None, None, STANDS, INTERNAL),
    ],
)
def test_auto_follows_whoever_rolls(
    present: str, midi: Reading | None, jack: Reading | None, internal: Reading, followed: str
) -> None:
    readings = {INTERNAL: internal, MIDI: midi, JACK: jack}
    assert choose(AUTO, present, readings) == followed


def test_a_message_names_them() -> None:
    assert [who(source) for source in (MIDI, JACK)] == ["the MIDI clock", "JACK's transport"]
