"""Commands to the voices of a slot: one voice alone, wheels, velocity, tuning."""

import json

from rtsynth.control.osc.arguments import integer, number, text
from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.guests import Afar
from rtsynth.control.osc.packet import Argument
from rtsynth.control.osc.space.shared import report_clamped


def curve(argument: Argument) -> float | str:
    """A number, or a name."""
    return text(argument) if isinstance(argument, str) else number(argument)


def set_in_voice(call: Call) -> None:
    voice, _, name = call.name.partition("/")
    asked = float(call.arguments[0])
    voicing = call.session.engine.voicing
    report_clamped(
        call, asked, voicing.set_voice(call.slot, int(voice), name, asked, at_ns=call.at_ns)
    )


def bend_range(call: Call) -> None:
    asked = float(call.arguments[0])
    report_clamped(call, asked, call.session.engine.voicing.set_bend_range(call.slot, asked))


def assign(call: Call) -> None:
    wheel = call.address.split("/")[-2]
    call.session.engine.voicing.assign(call.slot, wheel, str(call.arguments[0]))


def mode(call: Call) -> None:
    call.session.engine.voicing.set_mode(call.slot, str(call.arguments[0]))


def velocity(call: Call) -> None:
    asked = call.arguments[0]
    applied = call.session.engine.voicing.set_velocity(call.slot, asked)
    if not isinstance(asked, str):
        report_clamped(call, float(asked), applied)


def voices(call: Call) -> None:
    asked = int(call.arguments[0])
    report_clamped(call, asked, call.session.engine.voicing.set_voices(call.slot, asked))
    call.session.reply("/done", call.address, *call.arguments)


def tune(call: Call) -> None:
    call.session.engine.voicing.tune(call.slot, *_tuning(call))
    call.session.reply("/done", call.address, *call.arguments)


def tune_all(call: Call) -> None:
    call.session.engine.voicing.tune_all(*_tuning(call))
    call.session.reply("/done", call.address, *call.arguments)


def _tuning(call: Call) -> list[str]:
    return [str(argument) for argument in call.arguments]


def voicing(call: Call) -> None:
    stored = call.session.engine.voicing.of(call.slot).stored()
    call.session.reply(call.address.removesuffix("/get"), json.dumps(stored))


_TARGET = "the name of a parameter, auto (what the plugin suggests) or none"

VOICE_SLOT_COMMANDS = {
    "bend/range": Command(
        bend_range,
        (number,),
        1,
        arguments=("semitones",),
        about="How far the bend wheel goes, for keyboards that do not say it (by RPN 0). "
        "2 until then.",
    ),
    "pressure/target": Command(
        assign,
        (text,),
        1,
        arguments=("parameter",),
        about=f"What the pressure of a note moves in its voice: {_TARGET}.",
    ),
    "timbre/target": Command(
        assign,
        (text,),
        1,
        arguments=("parameter",),
        about=f"What the timbre of a note (CC 74) moves in its voice: {_TARGET}.",
    ),
    "voice/mode": Command(
        mode,
        (text,),
        1,
        arguments=("mode",),
        about="With one voice, what a note does while another is held: retrigger, or legato: only "
        "its pitch is taken over.",
    ),
    "velocity/curve": Command(
        velocity,
        (curve,),
        1,
        arguments=("curve",),
        about="soft, linear or hard, or the exponent that velocities are raised to, 0.1 to 10.",
    ),
    "voices": Command(
        voices,
        (integer,),
        1,
        When.SLOW,
        arguments=("voices",),
        about="How many notes sound together. The plugin is loaded again with so many voices and "
        "faded over; values stay, and notes that are held sound on.",
        answer="/done /slot/N/voices voices",
    ),
    "tuning": Command(
        tune,
        (text, text),
        1,
        When.SLOW,
        Afar.REFUSED,
        arguments=("tuning", "mapping"),
        about="Tunes the notes to come: a .scl file and perhaps a .kbm file, a name in the user's "
        "folder for tunings, mts (MTS-ESP), or off.",
        answer="/done /slot/N/tuning tuning",
    ),
    "voicing/get": Command(
        voicing,
        about="Asks for all of these: bend_range, pressure, timbre, mode, velocity, tuning.",
        answer="/slot/N/voicing json",
    ),
}
IN_VOICE = Command(
    set_in_voice,
    (number,),
    1,
    When.EVENT,
    arguments=("value",),
    about="Moves a parameter in one voice, counted from 1. The voice keeps the value until its "
    "next note, or until the knob moves.",
)
VOICE_COMMANDS = {
    "/tuning": Command(
        tune_all,
        (text, text),
        1,
        When.SLOW,
        Afar.REFUSED,
        arguments=("tuning", "mapping"),
        about="Tunes every slot, as /slot/N/tuning does, and those loaded later.",
        answer="/done /tuning tuning",
    ),
}
