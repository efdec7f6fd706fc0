"""rtsynth: a knob of a network that is computed ahead, with python-osc alone.

Start an engine:   rtsynth play clarinet-trumpet --voices 4 --ahead 400
Then:              python ahead.py [seconds [port]]        (pip install python-osc)

A note is held, and its level jumps ten times a second. Though up to 400 ms of sound are computed
ahead, each jump sounds within about 20 ms. Every second a line says how much of what is computed
is left as it is (the margin), and how often sound was missing.
"""

import json
import sys
import time

from pythonosc.udp_client import DispatchClient

EVERY_S = 0.1
LEVELS = (1.0, 0.3, 0.6, 0.3)  # a rhythm


def show(_, text):
    status = json.loads(text)
    margin = f"{status['ahead_ms']:g} ms ahead, margin {status['margin_ms']:g} ms"
    print(f"{margin}, {status['xruns']} dropouts", flush=True)


if __name__ == "__main__":
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 9000
    with DispatchClient("127.0.0.1", port) as client:
        client.dispatcher.map("/status.reply", show)
        client.send_message("/slot/1/note/on", [69, 0.8])
        start_s = time.monotonic()
        for jump in range(1, round(seconds / EVERY_S) + 1):
            client.send_message("/slot/1/param/amplitude", LEVELS[jump % len(LEVELS)])
            if jump % 10 == 0:
                client.send_message("/status", None)
            client.handle_messages(timeout=EVERY_S / 2)  # waits so long for another
            time.sleep(max(start_s + jump * EVERY_S - time.monotonic(), 0))
        client.send_message("/slot/1/note/off", 69)
