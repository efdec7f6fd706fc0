"""An engine on JACK whose slot follows a run and listens to the input; prints JSON.

    python -m tests.rtsynth.host.steering_engine PLUGIN RUN CHANNEL

PortAudio looks for JACK when it is started: not in the process of the tests. A note is held, and a
knob is moved after half of the time. While it listens, the slot is primed by the same input.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from rtsynth import Host
from rtsynth.common.errors import RtsynthError

HALF_S = 1.5


def problem(act: Callable[..., object], *arguments: Any) -> str:
    try:
        act(*arguments)
    except RtsynthError as error:
        return str(error)
    return ""


def main(plugin: str, run: str, channel: int) -> None:
    with Host("system", precision="float32") as host:
        host.load(plugin)
        host.start()
        following = host.following
        following.follow(1, run)
        host.note_on(1, 70.0, 1.0)
        problems = [problem(following.add_input, 1), problem(following.listen, 1, 9)]
        following.listen(1, channel)
        time.sleep(HALF_S)
        host.set(1, "instrument", 0.75)
        time.sleep(HALF_S)
        before = following.more(1, 1.0)  # what it put out is added beside it
        found = following.add_input(1)
        problems.append(problem(host.priming.prime_input, 1, 0.2, 3 - channel))
        primed_s = host.priming.prime_input(1, 0.2, channel)
        described = host.describe().slots[0].follows
        assert described is not None
        following.listen(1, 0)
        problems.append(problem(following.add_input, 1))
        following.listen(1, channel)
        following.stop(1)
        stopped = following._steering.listens(1)
        following.follow(1, run)
        following.listen(1, channel)  # and the engine ends
    said = {
        "problems": problems,
        "put_out": [each.name for each in before],
        "came_in": [each.name for each in found],
        "primed_s": primed_s,
        "listens": described.listens,
        "stopped": stopped,
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
