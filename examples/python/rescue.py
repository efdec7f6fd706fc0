"""rtsynth: a slot that is steered out of traps, with python-osc alone.

Start an engine:   rtsynth play clarinet-trumpet --voices 4
Then:              python rescue.py [mode [seconds [port]]]        (pip install python-osc)

Slot 1 is rescued so (off, gentle or firm), and a line is printed whenever it was. What is healthy
for a plugin is found out once, while it plays: that takes a while, and nothing is done until then.
"""

import sys
import time
from threading import Thread

from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_server import ThreadingOSCUDPServer
from pythonosc.udp_client import SimpleUDPClient

RENEWED_S = 5  # a subscriber that is silent for long is forgotten


def say(*words):
    print(*words, flush=True)


if __name__ == "__main__":
    mode = sys.argv[1] if len(sys.argv) > 1 else "gentle"
    end_s = time.monotonic() + (float(sys.argv[2]) if len(sys.argv) > 2 else 3600)
    port = int(sys.argv[3]) if len(sys.argv) > 3 else 9000
    messages = Dispatcher()
    messages.map("/slot/1/rescued", lambda _, reason: say("rescued from", reason))
    messages.map("/fail", lambda _, *said: say(*said))
    server = ThreadingOSCUDPServer(("127.0.0.1", 0), messages)
    Thread(target=server.serve_forever, daemon=True).start()
    engine = SimpleUDPClient("127.0.0.1", port)
    engine.send_message("/slot/1/rescue", mode)
    while time.monotonic() < end_s:
        engine.send_message("/notify", [1, server.server_address[1], "events"])
        time.sleep(min(RENEWED_S, max(end_s - time.monotonic(), 0)))
