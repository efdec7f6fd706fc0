"""rtsynth: moments of a network, kept and played again, with python-osc alone.

Start an engine:   rtsynth play clarinet-trumpet --voices 4
Then:              python bank.py [port]            (pip install python-osc)

You hear a note. What the network was at its start, and half a second later, is kept. Then the two
moments are put back in turn, in rhythm, each exact to the sample; the network goes from one to the
other, 30 times a second, as a knob would move it; the last quarter of a second is looped; last, the
network returns to what it was two seconds ago.
"""

import sys
import time

from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.udp_client import SimpleUDPClient


def at(time_s, address, *values):
    builder = OscMessageBuilder(address)
    for value in values:
        builder.add_arg(value)
    bundle = OscBundleBuilder(time_s)
    bundle.add_content(builder.build())
    return bundle.build()


def play(engine, start_s):
    engine.send(at(start_s, "/slot/1/note/on", 69, 0.8))
    engine.send(at(start_s + 0.05, "/slot/1/bank/save", "attack"))
    engine.send(at(start_s + 0.5, "/slot/1/bank/save", "steady"))
    for step in range(8):
        name = "attack" if step % 2 == 0 else "steady"
        engine.send(at(start_s + 1.0 + 0.25 * step, "/slot/1/bank/recall", name))
    time.sleep(max(start_s + 2.8 - time.time(), 0))  # both are there: they can be morphed
    for step in range(31):
        address, position = "/slot/1/bank/morph", step / 30
        engine.send(at(start_s + 3.0 + step / 30, address, "attack", "steady", position))
    engine.send(at(start_s + 4.5, "/slot/1/bank/loop", "", 0.25))
    engine.send(at(start_s + 6.0, "/slot/1/bank/loop", "", 0.0))
    engine.send(at(start_s + 6.0, "/slot/1/bank/back", 2.0))
    engine.send(at(start_s + 7.0, "/slot/1/note/off", 69))


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 9000
    with SimpleUDPClient("127.0.0.1", port) as client:
        play(client, time.time() + 0.2)
