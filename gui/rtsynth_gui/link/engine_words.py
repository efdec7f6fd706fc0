"""What engines and trainers say, in the language of the window: what controls are for, what is
missing on a machine, how a training went.

What a plugin says of its parameters stays as it is: nobody else knows it.
"""

import re
from functools import lru_cache

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

# As they say it; {} is a name, or a number. The first that fits counts.
TEXTS = (
    str(QT_TRANSLATE_NOOP("EngineWords", "output level")),
    str(QT_TRANSLATE_NOOP("EngineWords", "0 is the most probable")),
    str(QT_TRANSLATE_NOOP("EngineWords", "0 keeps every code")),
    str(QT_TRANSLATE_NOOP("EngineWords", "from silence to the top of a note")),
    str(QT_TRANSLATE_NOOP("EngineWords", "from the top to the sustain")),
    str(QT_TRANSLATE_NOOP("EngineWords", "share that a held note keeps")),
    str(QT_TRANSLATE_NOOP("EngineWords", "from the end of a note to silence")),
    str(QT_TRANSLATE_NOOP("EngineWords", "from the pitch of one note to that of the next")),
    str(QT_TRANSLATE_NOOP("EngineWords", "of the beat that LFOs follow")),
    str(QT_TRANSLATE_NOOP("EngineWords", "cycles in a second")),
    str(QT_TRANSLATE_NOOP("EngineWords", "of a cycle; 0: by its rate")),
    str(QT_TRANSLATE_NOOP("EngineWords", "saw falls, ramp rises")),
    str(QT_TRANSLATE_NOOP("EngineWords", "where a cycle begins")),
    str(QT_TRANSLATE_NOOP("EngineWords", "a note begins a cycle (not of beats)")),
    str(QT_TRANSLATE_NOOP("EngineWords", "whose level is followed; -1: the voice's")),
    str(QT_TRANSLATE_NOOP("EngineWords", "added to what is followed")),
    str(QT_TRANSLATE_NOOP("EngineWords", "of the follower, to a louder sound")),
    str(QT_TRANSLATE_NOOP("EngineWords", "of the follower, to a softer sound")),
    str(QT_TRANSLATE_NOOP("EngineWords", "points of the random walk in a second")),
    str(QT_TRANSLATE_NOOP("EngineWords", "moves what is assigned to it")),
    str(QT_TRANSLATE_NOOP("EngineWords", "-1 left, 0 centre, 1 right, at constant power")),
    str(QT_TRANSLATE_NOOP("EngineWords", "level of the mix; -60 is silence")),
    str(QT_TRANSLATE_NOOP("EngineWords", "1 overrides {}, 0 releases it")),
    str(QT_TRANSLATE_NOOP("EngineWords", "added to {}")),
    str(
        QT_TRANSLATE_NOOP(
            "EngineWords", "factor applied to what layer {} of {} passes on; 0 mutes it"
        )
    ),
    str(
        QT_TRANSLATE_NOOP(
            "EngineWords",
            "noise added to what layer {} of {} passes on: its standard deviation",
        )
    ),
    str(QT_TRANSLATE_NOOP("EngineWords", "factor applied to {}")),
    str(QT_TRANSLATE_NOOP("EngineWords", "{} stands still: it gives what it gave last")),
    str(QT_TRANSLATE_NOOP("EngineWords", "of the loop, {} ms each")),
    str(QT_TRANSLATE_NOOP("EngineWords", "sharpness of the draws of {}: higher is calmer")),
    str(QT_TRANSLATE_NOOP("EngineWords", "no audio output device was found")),
    str(
        QT_TRANSLATE_NOOP("EngineWords", "no sound output for previews: no audio device was found")
    ),
    str(QT_TRANSLATE_NOOP("EngineWords", "no sound output for previews: {}")),
    str(QT_TRANSLATE_NOOP("EngineWords", "{} ({}) is not there")),
    str(QT_TRANSLATE_NOOP("EngineWords", "no ALSA sequencer ({}) on this machine")),
    str(QT_TRANSLATE_NOOP("EngineWords", "no MIDI: {}")),
    str(QT_TRANSLATE_NOOP("EngineWords", "bits")),
    str(QT_TRANSLATE_NOOP("EngineWords", "nats")),
    str(
        QT_TRANSLATE_NOOP("EngineWords", "validation {}, test {} bits per sample at step {} of {}")
    ),
    str(QT_TRANSLATE_NOOP("EngineWords", "validation {} bits per sample at step {} of {}")),
    str(QT_TRANSLATE_NOOP("EngineWords", "{} bits per sample held out, {} steps")),
    str(QT_TRANSLATE_NOOP("EngineWords", "{} nats per sample held out, {} steps")),
    str(QT_TRANSLATE_NOOP("EngineWords", "{} bits held out, {} steps")),
    str(QT_TRANSLATE_NOOP("EngineWords", "{} nats held out, {} steps")),
)
PLACE = "{}"
LONGEST = 200  # of a text that is looked for: a name has 128 letters at most
_PATTERNS = tuple(
    (re.compile("(.+)".join(map(re.escape, text.split(PLACE)))), text) for text in TEXTS
)


def in_own_language(said: str) -> str:
    """What was said; as it is where it is nothing of the above."""
    source, words = _found(said) if len(said) <= LONGEST else ("", ())
    return QCoreApplication.translate("EngineWords", source).format(*words) if source else said


@lru_cache(maxsize=1024)
def _found(said: str) -> tuple[str, tuple[str, ...]]:
    """Which of the texts it is, and what stands at its places; "" for none."""
    for pattern, text in _PATTERNS:
        if (match := pattern.fullmatch(said)) is not None:
            return text, match.groups()
    return "", ()
