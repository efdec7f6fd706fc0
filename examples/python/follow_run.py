"""rtsynth: a slot follows a training run, with python-osc alone.

Start an engine:   rtsynth play clarinet-trumpet
Start a training:  rtsynth train song.wav --out runs/song --background
Then:              python follow_run.py runs/song [port]     (pip install python-osc)

The step of each network is printed as slot 1 goes on with it. Type a word and Enter:

    more    adds the last ten seconds of slot 1 to the training's data (trainings of notes)
    listen  keeps what comes into the sound card from now on
    input   adds the last ten seconds of that, with the values of slot 1
    back    goes back to the network before, and stays with it
    on      follows on
    quit    follows no longer; what plays goes on
"""

import sys
import threading
from pathlib import Path

from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_server import ThreadingOSCUDPServer
from pythonosc.udp_client import SimpleUDPClient

RENEWED_S = 5  # a subscriber that is silent for long is forgotten


def say(*words):
    print(*words, flush=True)


def subscribe(engine, port, ended):
    while not ended.wait(RENEWED_S):
        engine.send_message("/notify", [1, port, "events"])


def follow(engine, run, lines):
    acts = {"more": ("more", 10.0), "back": ("back", 1), "on": ("", run)}
    acts |= {"listen": ("listen", 1), "input": ("add/input", 10.0)}
    engine.send_message("/slot/1/follow", run)
    for line in lines:
        word = line.strip()
        if word == "quit":
            break
        if word in acts:
            act, argument = acts[word]
            engine.send_message(f"/slot/1/follow/{act}".rstrip("/"), argument)
    engine.send_message("/slot/1/follow/stop", 1)


if __name__ == "__main__":
    run = str(Path(sys.argv[1]).absolute())
    engine = SimpleUDPClient("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 9000)
    messages = Dispatcher()
    messages.map("/slot/1/follow/adopted", lambda _, step, file: say("step", step))
    messages.map("/fail", lambda _, *said: say(*said))
    server, ended = ThreadingOSCUDPServer(("127.0.0.1", 0), messages), threading.Event()
    port = server.server_address[1]
    engine.send_message("/notify", [1, port, "events"])
    for work, arguments in ((server.serve_forever, ()), (subscribe, (engine, port, ended))):
        threading.Thread(target=work, args=arguments, daemon=True).start()
    follow(engine, run, sys.stdin)
    ended.set()
