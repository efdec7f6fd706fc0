"""rtsynth: a vibrato and a macro, computed inside the engine, with python-osc alone.

Start an engine:   rtsynth play clarinet-trumpet --voices 4
Then:              python modulate.py [port]            (pip install python-osc)

You hear a note for four seconds. In the second one a vibrato of one semitone sets in, three times a
second; in the third, one hand moves a macro that makes the vibrato faster and the tone a trumpet's.
Then the modulation is taken away. A knob can be mapped to the macro: /midi/learn
/slot/1/modulation/macro1.
"""

import sys
import time

from pythonosc.udp_client import SimpleUDPClient

SEMITONE = 1 / 12  # depths are shares of the range, and that of the pitch is 12 semitones


def vibrato(engine):
    engine.send_message("/slot/1/modulation/lfo1_rate", 3.0)
    engine.send_message("/slot/1/modulate", ["lfo1", "pitch", SEMITONE])


def macro(engine):
    engine.send_message("/slot/1/modulate", ["macro1", "lfo1_rate", 0.3])
    engine.send_message("/slot/1/modulate", ["macro1", "instrument", 1.0])
    for step in range(51):
        engine.send_message("/slot/1/modulation/macro1", step / 50)
        time.sleep(0.02)


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 9000
    with SimpleUDPClient("127.0.0.1", port) as client:
        client.send_message("/slot/1/note/on", [70, 0.8])
        time.sleep(1.0)
        vibrato(client)
        time.sleep(1.0)
        macro(client)
        time.sleep(1.0)
        client.send_message("/slot/1/note/off", 70)
        client.send_message("/slot/1/modulate/clear", [])
        client.send_message("/slot/1/modulation/macro1", 0.0)
