"""rtsynth: into the hidden layers of a network, with python-osc alone.

Start an engine:   rtsynth play clarinet-trumpet --voices 4
Then:              python hidden.py [port]            (pip install python-osc)

The slot is opened. You hear a note; then its four layers are muted one after the other, each for
half a second, noise is faded into the lowest, and the last few milliseconds of what the network
expects are looped while you still hear it draw from them.
"""

import sys
import time

from pythonosc.udp_client import SimpleUDPClient

LAYERS = 4


def play(engine):
    engine.send_message("/slot/1/open", 1)
    time.sleep(2.0)  # until it is compiled
    engine.send_message("/slot/1/note/on", [69, 0.8])
    time.sleep(1.0)
    for layer in range(1, LAYERS + 1):
        engine.send_message(f"/slot/1/param/audio/layer{layer}_scale", 0.0)
        time.sleep(0.5)
        engine.send_message(f"/slot/1/param/audio/layer{layer}_scale", 1.0)
    for step in range(20):
        engine.send_message("/slot/1/param/audio/layer1_noise", step / 20)
        time.sleep(0.05)
    engine.send_message("/slot/1/param/audio/layer1_noise", 0.0)
    time.sleep(0.5)
    engine.send_message("/slot/1/param/audio/loop", 109)  # three periods of 440 Hz at 16 kHz
    engine.send_message("/slot/1/param/audio/freeze", 2)
    time.sleep(1.0)
    engine.send_message("/slot/1/param/audio/freeze", 0)
    time.sleep(1.0)
    engine.send_message("/slot/1/note/off", 69)


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 9000
    with SimpleUDPClient("127.0.0.1", port) as client:
        play(client)
