"""rtsynth: the engine inside your own program, played without OSC or MIDI.

Start:   python host.py [device]            (needs rtsynth; the default device, or null)

You hear a chord whose notes swell one after the other. Then its lowest note is rendered offline, to
the file note.wav.
"""

import sys
import time

import soundfile

import rtsynth

CHORD = (64, 67.5, 71)  # keys between the keys are allowed


def play_live(plugin, device):
    with rtsynth.Host(device=device, voices=len(CHORD)) as host:
        slot = host.load(plugin)
        slot["attack"] = 300.0  # ms
        slot["release"] = 500.0
        host.start()
        for note in CHORD:
            slot.note_on(note, 0.8)
            time.sleep(0.5)
        for note in CHORD:
            slot.note_off(note)
        time.sleep(0.6)


def render_a_note(plugin):
    audio = rtsynth.render(plugin, seconds=2, controls={"pitch": CHORD[0]}, seed=1)
    soundfile.write("note.wav", audio, plugin.sample_rate_hz)


if __name__ == "__main__":
    clarinet = rtsynth.load("clarinet-trumpet")
    play_live(clarinet, sys.argv[1] if len(sys.argv) > 1 else None)
    render_a_note(clarinet)
