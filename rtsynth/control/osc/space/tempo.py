"""Tempo and transport: where they come from, where they are, and what follows them."""

from rtsynth.control.osc.arguments import integer, number, text
from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.guests import Afar
from rtsynth.control.osc.space.shared import BUTTON, PRESSED, released, report_clamped
from rtsynth.host.transport.takes import DEFAULT_TAKE

TEMPO_REPLIES = ("/transport/state",)


def set_tempo(call: Call) -> None:
    asked = float(call.arguments[0])
    report_clamped(call, asked, call.session.engine.tempo.set_tempo(asked, at_ns=call.at_ns))


def get_tempo(call: Call) -> None:
    call.session.reply("/tempo", call.session.engine.tempo.state().tempo_bpm)


def choose_source(call: Call) -> None:
    call.session.engine.tempo.choose(str(call.arguments[0]))


def get_source(call: Call) -> None:
    call.session.reply("/tempo/source", call.session.engine.tempo.asked)


def tap(call: Call) -> None:
    if not released(call):
        call.session.engine.tempo.tap(at_ns=call.at_ns)


def show_transport(call: Call) -> None:
    rolls, beats, tempo_bpm, source = call.session.engine.tempo.state()
    call.session.reply("/transport/state", int(rolls), beats, tempo_bpm, source)


def start(call: Call) -> None:
    if not released(call):
        call.session.engine.tempo.roll(True, at_ns=call.at_ns)


def stop(call: Call) -> None:
    if not released(call):
        call.session.engine.tempo.roll(False, at_ns=call.at_ns)


def locate(call: Call) -> None:
    asked = float(call.arguments[0])
    report_clamped(call, asked, call.session.engine.tempo.locate(asked, at_ns=call.at_ns))


def record_follow(call: Call) -> None:
    on, *path = call.arguments
    take = str(path[0]) if path else DEFAULT_TAKE
    call.session.engine.tempo.record(take if on else None)
    call.session.reply("/done", call.address, *call.arguments)


TEMPO_COMMANDS = {
    "/tempo": Command(
        set_tempo,
        (number,),
        1,
        arguments=("BPM",),
        about="The tempo, 20 to 400 beats a minute; refused where a MIDI clock or JACK sets it.",
    ),
    "/tempo/get": Command(
        get_tempo,
        about="Asks for the tempo that is followed now.",
        answer="/tempo BPM",
    ),
    "/tempo/source": Command(
        choose_source,
        (text,),
        1,
        arguments=("source",),
        about="Where tempo and beat come from: internal, midi (a MIDI clock), jack (its "
        "transport), or auto: whichever runs.",
    ),
    "/tempo/source/get": Command(
        get_source,
        about="Asks which source was chosen; the one that is followed is in /transport/state.",
        answer="/tempo/source source",
    ),
    "/tempo/tap": Command(
        tap,
        BUTTON,
        arguments=PRESSED,
        about="Taps a beat. From the second one on, the mean of the last eight is the tempo; a "
        "pause of 3 s begins anew, a tap within 150 ms of the last one is ignored.",
    ),
    "/transport": Command(
        show_transport,
        BUTTON,
        arguments=PRESSED,
        about="Asks where the transport is.",
        answer="/transport/state rolling beats BPM source",
    ),
    "/transport/start": Command(
        start,
        BUTTON,
        arguments=PRESSED,
        about="Rolls from where it is; only the internal transport does.",
    ),
    "/transport/stop": Command(
        stop,
        BUTTON,
        arguments=PRESSED,
        about="Stops there; notes that are held sound on. Only the internal transport does.",
    ),
    "/transport/locate": Command(
        locate,
        (number,),
        1,
        arguments=("beats",),
        about="Moves the internal transport to a position in beats from the start of the song.",
    ),
    "/record/follow": Command(
        record_follow,
        (integer, text),
        1,
        When.SLOW,
        Afar.REFUSED,
        arguments=("on", "path"),
        about="1 records a take from each start of the transport to its stop, into path "
        f"({DEFAULT_TAKE} where none is given), or the next free name; 0 ends that.",
        answer="/done /record/follow on [path]",
    ),
}
