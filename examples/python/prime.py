"""rtsynth: a network goes on from a recording, again and again, with python-osc alone.

Start an engine:   rtsynth play clarinet-trumpet --voices 4
Then:              python prime.py note.wav [port]            (pip install python-osc)

The recording is fed to the network up to its end, and once more: its last half second alone. Both
states stay in the bank, and are then put back in turn, in rhythm, while a note is held. What comes
into the sound card works as well: send /slot/1/prime/input 2.0.
"""

import os
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


def wait_for_done(engine, count):
    """Feeding takes as long as playing, at most."""
    for message in engine.get_messages(timeout=30):
        if message.address == "/fail":
            sys.exit(f"refused: {message.params}")
        count -= message.address == "/done"
        if count == 0:
            return
    sys.exit("the engine does not answer")


def play(engine, recording):
    engine.send_message("/slot/1/note/on", [69, 0.8])
    engine.send_message("/slot/1/prime", [recording, 2.0, "whole"])
    engine.send_message("/slot/1/prime", [recording, 0.5, "end"])
    wait_for_done(engine, 2)
    start_s = time.time() + 0.2
    for step in range(8):
        name = "whole" if step % 2 == 0 else "end"
        engine.send(at(start_s + 0.25 * step, "/slot/1/bank/recall", name))
    engine.send(at(start_s + 2.5, "/slot/1/note/off", 69))


if __name__ == "__main__":
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 9000
    with SimpleUDPClient("127.0.0.1", port) as client:
        play(client, os.path.abspath(sys.argv[1]))
