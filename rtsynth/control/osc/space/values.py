"""What every control understands: behind its address, or at it (None)."""

from rtsynth.control.osc.arguments import number
from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.space.shared import limited, report_clamped


def set_value(call: Call) -> None:
    asked = float(call.arguments[0])
    report_clamped(
        call, asked, call.session.engine.set(call.slot, call.name, asked, at_ns=call.at_ns)
    )


def set_norm(call: Call) -> None:
    position = limited(call, float(call.arguments[0]), 1.0)
    call.session.engine.set_norm(call.slot, call.name, position, at_ns=call.at_ns)


def get_value(call: Call) -> None:
    value = call.session.engine.get(call.slot, call.name)
    call.session.reply(call.address.removesuffix("/get"), float(value))


VALUE_COMMANDS = {
    None: Command(
        set_value,
        (number,),
        1,
        When.EVENT,
        arguments=("value",),
        about="Sets a control, in its own unit. A value out of range is clamped.",
    ),
    "norm": Command(
        set_norm,
        (number,),
        1,
        When.EVENT,
        arguments=("position",),
        about="Sets a control by knob position, 0 to 1, along its curve.",
    ),
    "get": Command(
        get_value,
        about="Asks for a value; of a generated parameter, the one being generated.",
        answer="the address without /get, and the value",
    ),
}
