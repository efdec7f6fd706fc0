"""What there is to play to and to be played by, as it is now.

PortAudio and RtMidi make their lists when they are started, so they are started in another process.
"""

import json
import subprocess
import sys
from typing import Any

from rtsynth.common.errors import EngineError

LIMIT_S = 20.0
MOST = 64
WORDS = (sys.executable, "-m", "rtsynth", "devices", "--json")


def list_devices() -> dict[str, Any]:
    """What `rtsynth devices --json` prints: `audio`, `midi` and `problems`, 64 of each at most.

    Raises:
        EngineError: the sound system does not answer.
    """
    try:
        found = subprocess.run(
            WORDS, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT_S
        )
    except subprocess.TimeoutExpired as error:
        raise EngineError(f"the sound system does not answer within {LIMIT_S:.0f} s") from error
    if found.returncode != 0:
        last = (found.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise EngineError(f"the devices could not be listed: {last[:200]}")
    document: dict[str, list[Any]] = json.loads(found.stdout)
    return {name: rows[:MOST] for name, rows in document.items()}
