"""Control surfaces: OSC, MIDI and automation files. They call the engine facade and nothing else.

Nothing here runs on, waits for or is waited for by the audio thread.
"""

DEFAULT_OSC_HOST = "127.0.0.1"
DEFAULT_OSC_PORT = 9000
