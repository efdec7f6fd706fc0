"""What the commands of all groups share: buttons, and values that are clamped."""

from rtsynth.common.errors import ControlError
from rtsynth.control.osc.arguments import press
from rtsynth.control.osc.calls import Call
from rtsynth.control.osc.clamped import clamped_line

# A command without arguments: a button that sends 1 when pressed and 0 when released fits it, and
# one that sends an impulse.
BUTTON = (press,)
PRESSED = ("pressed",)


def report_clamped(call: Call, asked: float, applied: float) -> None:
    if asked != applied and abs(asked - applied) > 1e-6 * max(1.0, abs(asked)):
        call.session.reply("/fail", call.address, clamped_line(asked, applied))


def limited(call: Call, asked: float, highest: float) -> float:
    if 0.0 <= asked <= highest:
        return asked
    applied = min(max(asked, 0.0), highest)
    report_clamped(call, asked, applied)
    return applied


def released(call: Call) -> bool:
    return bool(call.arguments) and call.arguments[0] == 0


def port_number(number: int) -> int:
    if not 1 <= number <= 65_535:
        raise ControlError(f"{number} is not a port: 1..65535")
    return number
