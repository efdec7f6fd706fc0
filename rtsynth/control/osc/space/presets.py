"""Presets of a slot: what stands behind /slot/N/preset/."""

from collections.abc import Iterable

from rtsynth.common.errors import ControlError
from rtsynth.control.osc.arguments import kept_name, number
from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.guests import Afar
from rtsynth.control.osc.space.shared import BUTTON, PRESSED, limited, released

NAMES_PER_MESSAGE = 64
MOST_BLENDED = 8  # presets that one message names


def done(call: Call, problems: Iterable[str] = (), *answer: str) -> None:
    """Answer a command: by /fail for each problem, then by /done."""
    for problem in problems:
        call.session.reply("/fail", call.address, problem)
    call.session.reply("/done", call.address, *(answer or call.arguments))


def reply_names(call: Call, address: str, names: list[str]) -> None:
    """Answer a list: the number of the first name in a message, how many there are, names."""
    for first in range(0, max(1, len(names)), NAMES_PER_MESSAGE):
        some = names[first : first + NAMES_PER_MESSAGE]
        call.session.reply(address, first, len(names), *some)


def save(call: Call) -> None:
    call.session.engine.presets.save(call.slot, str(call.arguments[0]))
    done(call)


def recall(call: Call) -> None:
    done(call, call.session.engine.presets.recall(call.slot, str(call.arguments[0])))


def rename(call: Call) -> None:
    old, new = map(str, call.arguments)
    call.session.engine.presets.rename(call.slot, old, new)
    done(call)


def delete(call: Call) -> None:
    call.session.engine.presets.delete(call.slot, str(call.arguments[0]))
    done(call)


def list_presets(call: Call) -> None:
    if released(call):
        return
    presets, address = call.session.engine.presets, f"/slot/{call.slot}/preset"
    reply_names(call, f"{address}/names", presets.list(call.slot))
    call.session.reply(f"{address}/current", presets.current(call.slot) or "")


def next_preset(call: Call) -> None:
    if not released(call):
        presets = call.session.engine.presets
        done(call, presets.next(call.slot), presets.current(call.slot) or "")


def previous_preset(call: Call) -> None:
    if not released(call):
        presets = call.session.engine.presets
        done(call, presets.previous(call.slot), presets.current(call.slot) or "")


def morph(call: Call) -> None:
    first, second = map(str, call.arguments[:2])
    position = limited(call, float(call.arguments[2]), 1.0)
    seconds = float(call.arguments[3]) if len(call.arguments) > 3 else 0.0
    problems = call.session.engine.presets.morph_between(
        call.slot, first, second, position, seconds, at_ns=call.at_ns
    )
    for problem in problems:
        call.session.reply("/fail", call.address, problem)


def blend(call: Call) -> None:
    seconds, *pairs = call.arguments
    if len(pairs) % 2:
        raise ControlError("expects a weight behind every name")
    names = [str(name) for name in pairs[::2]]
    if len(set(names)) < len(names):
        raise ControlError("a preset is named twice")
    weights = dict(zip(names, map(float, pairs[1::2]), strict=True))
    problems = call.session.engine.presets.morph(
        call.slot, weights, float(seconds), at_ns=call.at_ns
    )
    for problem in problems:
        call.session.reply("/fail", call.address, problem)


_PAIRS = [(f"name{n or ''}", f"weight{n or ''}") for n in (0, *range(2, MOST_BLENDED + 1))]

PRESET_COMMANDS = {
    "preset/save": Command(
        save,
        (kept_name,),
        1,
        When.SLOW,
        Afar.REFUSED,
        arguments=("name",),
        about="Stores the slot's controls and seed as a preset of its plugin, over one of that "
        "name.",
        answer="/done /slot/N/preset/save name",
    ),
    "preset/recall": Command(
        recall,
        (kept_name,),
        1,
        When.SLOW,
        arguments=("name",),
        about="Moves all controls to a preset, together. What does not fit the plugin is reported "
        "by /fail. Held notes keep their pitch and amplitude.",
        answer="/done /slot/N/preset/recall name",
    ),
    "preset/rename": Command(
        rename,
        (kept_name, kept_name),
        2,
        When.SLOW,
        Afar.REFUSED,
        arguments=("old", "new"),
        about="Gives a preset another name, which must be free.",
        answer="/done /slot/N/preset/rename old new",
    ),
    "preset/delete": Command(
        delete,
        (kept_name,),
        1,
        When.SLOW,
        Afar.REFUSED,
        arguments=("name",),
        about="Deletes a preset.",
        answer="/done /slot/N/preset/delete name",
    ),
    "preset/list": Command(
        list_presets,
        BUTTON,
        0,
        When.SLOW,
        Afar.CONFIRMED,
        arguments=PRESSED,
        about="Lists the presets of the slot's plugin, 64 in a message behind the number of the "
        "first (from 0) and how many there are; then the current one, empty if there is none.",
        answer="/slot/N/preset/names first count name ..., /slot/N/preset/current name",
    ),
    "preset/next": Command(
        next_preset,
        BUTTON,
        0,
        When.SLOW,
        arguments=PRESSED,
        about="Recalls the preset after the current one; after the last comes the first.",
        answer="/done /slot/N/preset/next name",
    ),
    "preset/previous": Command(
        previous_preset,
        BUTTON,
        0,
        When.SLOW,
        arguments=PRESSED,
        about="Recalls the preset before the current one; before the first comes the last.",
        answer="/done /slot/N/preset/previous name",
    ),
    "preset/morph": Command(
        morph,
        (kept_name, kept_name, number, number),
        3,
        When.EVENT,
        arguments=("a", "b", "position", "seconds"),
        about="Moves all controls to a position from 0 (preset a) to 1 (preset b), by knob "
        "position; classes switch half-way. With a time it takes that long from where the "
        "controls are; one that is moved by hand meanwhile stays there.",
    ),
    "preset/blend": Command(
        blend,
        (number, *(kept_name, number) * MOST_BLENDED),
        3,
        When.EVENT,
        arguments=("seconds", *(name for pair in _PAIRS for name in pair)),
        about=f"The same between up to {MOST_BLENDED} presets by their weights, which may have any "
        "sum; 0 seconds is at once.",
    ),
}
