"""rtsynth: the controls of an engine, then every change of them, with python-osc alone.

Start an engine:   rtsynth play clarinet-trumpet --voices 4
Then:              python follow.py [port [seconds]]            (pip install python-osc)

It prints the controls of every slot as OSCQuery describes them, with range and unit, and then,
until Ctrl-C or for so many seconds, each value that somebody moves and each note that is played:

    /slot/1/param/pitch is 69, 64 to 76
    ...
    /slot/1/note/on 69.0 0.8
"""

import json
import sys
import time
from urllib.request import urlopen

from pythonosc.udp_client import SimpleUDPClient

RENEW_S = 5.0  # the engine forgets a subscriber of whom it has not heard for 10 s


def controls(node):
    """The nodes below one that have a value."""
    if "VALUE" in node:
        yield node
    for child in node.get("CONTENTS", {}).values():
        yield from controls(child)


def print_controls(osc_port):
    with urlopen(f"http://127.0.0.1:{osc_port + 1}/slot") as answer:
        for node in controls(json.load(answer)):
            line = f"{node['FULL_PATH']} is {node['VALUE'][0]:g}"
            for limits in node.get("RANGE", []):  # a switch has none
                line += f", {limits['MIN']:g} to {limits['MAX']:g}"
            print(line, flush=True)


def follow(engine, seconds):
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        engine.send_message("/notify", [1, "values", "events"])
        renew_s = min(time.monotonic() + RENEW_S, end_s)
        while (left_s := renew_s - time.monotonic()) > 0:
            for message in engine.get_messages(left_s):
                print(message.address, *message.params, flush=True)
                if time.monotonic() > renew_s:
                    break


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 9000
    print_controls(port)
    with SimpleUDPClient("127.0.0.1", port) as client:
        follow(client, float(sys.argv[2]) if len(sys.argv) > 2 else 1e9)
