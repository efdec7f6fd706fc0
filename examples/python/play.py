"""rtsynth: notes, a knob and a score sent ahead, with python-osc alone.

Start an engine:   rtsynth play clarinet-trumpet --voices 4
Then:              python play.py [port]            (pip install python-osc)

You hear a note that glides from clarinet to trumpet, then eight notes whose rhythm is exact to the
sample: they are sent at once, each in a bundle with its time.
"""

import sys
import time

from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.udp_client import SimpleUDPClient


def message(address, *values):
    builder = OscMessageBuilder(address)
    for value in values:
        builder.add_arg(value)
    return builder.build()


def play_a_glide(engine):
    engine.send_message("/slot/1/note/on", [69, 0.8])
    for step in range(51):
        engine.send_message("/slot/1/param/instrument", step / 50)
        time.sleep(0.02)
    engine.send_message("/slot/1/note/off", 69)


def send_a_score(engine, start_s):
    for step, note in enumerate((64, 67, 71, 76, 74, 71, 69, 64)):
        bundle = OscBundleBuilder(start_s + 0.2 * step)
        bundle.add_content(message("/slot/1/note/on", note, 0.9 if step % 4 == 0 else 0.6))
        engine.send(bundle.build())
        bundle = OscBundleBuilder(start_s + 0.2 * step + 0.15)
        bundle.add_content(message("/slot/1/note/off", note))
        engine.send(bundle.build())


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 9000
    with SimpleUDPClient("127.0.0.1", port) as client:
        play_a_glide(client)
        send_a_score(client, time.time() + 0.2)
