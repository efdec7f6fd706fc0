"""What each OSC command does: it asks the engine, and answers the client."""

import json

from rtsynth.common.errors import ControlError
from rtsynth.control.osc.calls import Call
from rtsynth.control.osc.describe import description_messages

HIGHEST_NOTE = 127.0


def _clamped(call: Call, asked: float, applied: float) -> None:
    if abs(asked - applied) > 1e-6 * max(1.0, abs(asked)):
        call.session.reply(
            "/fail", call.address, f"{asked:g} is out of range: clamped to {applied:g}"
        )


def _limited(call: Call, asked: float, highest: float) -> float:
    applied = min(max(asked, 0.0), highest)
    _clamped(call, asked, applied)
    return applied


def set_value(call: Call) -> None:
    asked = float(call.arguments[0])
    _clamped(call, asked, call.session.engine.set(call.slot, call.name, asked, at_ns=call.at_ns))


def set_norm(call: Call) -> None:
    position = _limited(call, float(call.arguments[0]), 1.0)
    call.session.engine.set_norm(call.slot, call.name, position, at_ns=call.at_ns)


def get_value(call: Call) -> None:
    value = call.session.engine.get(call.slot, call.name)
    call.session.reply(call.address.removesuffix("/get"), float(value))


def note_on(call: Call) -> None:
    asked = float(call.arguments[0])
    note = min(max(asked, 0.0), HIGHEST_NOTE)
    velocity = _limited(call, float(call.arguments[1]), 1.0)
    if velocity == 0.0:
        call.session.engine.note_off(call.slot, note, at_ns=call.at_ns)
        _clamped(call, asked, note)
    else:
        played = call.session.engine.note_on(call.slot, note, velocity, at_ns=call.at_ns)
        _clamped(call, asked, played)


def note_off(call: Call) -> None:
    note = _limited(call, float(call.arguments[0]), HIGHEST_NOTE)
    call.session.engine.note_off(call.slot, note, at_ns=call.at_ns)


def _released(call: Call) -> bool:
    return bool(call.arguments) and call.arguments[0] == 0


def reset(call: Call) -> None:
    if not _released(call):
        call.session.engine.reset(call.slot, at_ns=call.at_ns)


def panic(call: Call) -> None:
    if not _released(call):
        call.session.engine.panic()


def seed(call: Call) -> None:
    call.session.engine.seed(call.slot, int(call.arguments[0]), at_ns=call.at_ns)


def load_plugin(call: Call) -> None:
    call.session.engine.load_into(call.slot, str(call.arguments[0]))
    call.session.reply("/done", call.address, *call.arguments)


def unload_plugin(call: Call) -> None:
    if not _released(call):
        call.session.engine.unload(call.slot)
        call.session.reply("/done", call.address)


def save_state(call: Call) -> None:
    call.session.engine.save_state(str(call.arguments[0]))
    call.session.reply("/done", call.address, *call.arguments)


def recall_state(call: Call) -> None:
    call.session.engine.recall_state(str(call.arguments[0]))
    call.session.reply("/done", call.address, *call.arguments)


def record_start(call: Call) -> None:
    asked = str(call.arguments[0])
    written = call.session.engine.record_start(asked)
    call.session.reply("/done", call.address, asked, *([written] if written != asked else []))


def record_stop(call: Call) -> None:
    if not _released(call):
        call.session.engine.record_stop()
        call.session.reply("/done", call.address)


def quit_engine(call: Call) -> None:
    call.session.reply("/done", call.address)
    call.session.quit()


def ping(call: Call) -> None:
    call.session.keep_alive()
    call.session.reply("/pong")


def sync(call: Call) -> None:
    call.session.reply("/synced", *call.arguments)


def status(call: Call) -> None:
    if not call.session.first(call.address):
        return
    status = {**call.session.engine.status(), "osc": call.session.osc_status()}
    call.session.reply("/status.reply", json.dumps(status))


def describe(call: Call) -> None:
    if not call.session.first(call.address):
        return
    for address, arguments in description_messages(call.session.engine.describe()):
        call.session.reply(address, *arguments)


def notify(call: Call) -> None:
    if call.arguments[0] == 0:
        call.session.unsubscribe()
        return
    port = int(call.arguments[1]) if len(call.arguments) > 1 else None
    call.session.subscribe(None if port is None else _port(port))


def notify_confirm(call: Call) -> None:
    call.session.confirm(str(call.arguments[0]), _port(int(call.arguments[1])))


def _port(number: int) -> int:
    if not 1 <= number <= 65_535:
        raise ControlError(f"{number} is not a port: 1..65535")
    return number
