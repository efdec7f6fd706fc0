"""The OSC address space: `rtsynth.control.osc.surface.commands`, and what subscribers are sent."""

import re

from generator.markdown import MissingTextError, code, required, table
from rtsynth.control.osc import notify
from rtsynth.control.osc.calls import Command, When
from rtsynth.control.osc.guests import Afar
from rtsynth.control.osc.space.values import VALUE_COMMANDS
from rtsynth.control.osc.space.voices import IN_VOICE
from rtsynth.control.osc.surface.commands import GLOBAL_COMMANDS, OF_SLOTS

ADDRESS = re.compile(r"((?<![\w/])/[\w/.]+)")
TIMES = {
    When.EVENT: "at its sample",
    When.QUICK: "at once",
    When.SLOW: "in order, on a worker",
    When.SYNC: "behind what is under way",
}
ELSEWHERE = {
    Afar.ALLOWED: "yes",
    Afar.CONFIRMED: "subscribers only",
    Afar.NAMES: "names only",
    Afar.REFUSED: "no",
}


def global_commands() -> str:
    """Commands to the engine."""
    return _table({address: (address, command) for address, command in GLOBAL_COMMANDS.items()})


def slot_commands() -> str:
    """Commands to a slot."""
    rows = {name: (f"/slot/N/{name}", command) for name, command in OF_SLOTS.items()}
    rows["voice"] = ("/slot/N/voice/V/param/NAME", IN_VOICE)
    return _table(rows)


def value_commands() -> str:
    """What every control understands."""
    rows = {}
    for part, command in VALUE_COMMANDS.items():
        rows[str(part)] = ("CONTROL" if part is None else f"CONTROL/{part}", command)
    return _table(rows)


def notifications() -> str:
    """The table at the top of `rtsynth.control.osc.notify`: lines of address, two spaces, text."""
    rows = []
    for line in (notify.__doc__ or "").splitlines():
        if line.startswith("/"):
            address, _, text = re.sub(r" {2,}", "\t", line).partition("\t")
            rows.append((code(address), required(text, address)))
    if not rows:
        raise MissingTextError("rtsynth.control.osc.notify: its docstring lists no addresses")
    return table(("sent", "when"), rows)


def _table(commands: dict[str, tuple[str, Command]]) -> str:
    return table(
        ("address and arguments", "what it does", "answer", "carried out", "from other machines"),
        (_row(address, command) for address, command in commands.values()),
    )


def _row(address: str, command: Command) -> tuple[str, ...]:
    if len(command.arguments) != len(command.kinds):
        raise MissingTextError(f"{address}: names {len(command.arguments)} of its arguments")
    shown = [address]
    for number, name in enumerate(command.arguments):
        shown.append(name if number < command.required else f"[{name}]")
    return (
        code(" ".join(shown)),
        required(command.about, address),
        _answer(command.answer),
        TIMES[command.when],
        ELSEWHERE[command.afar],
    )


def _answer(text: str) -> str:
    """An answer that is an address and its arguments as code; of a longer text its addresses."""
    if text.startswith("/") and not set(text) & set(",;["):
        return code(text)
    return ADDRESS.sub(r"`\1`", text)
