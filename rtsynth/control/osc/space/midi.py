"""MIDI: learning which control moves what, what is mapped, and what arrives."""

from collections.abc import Iterator
from functools import partial

from rtsynth.common.control_info import Description
from rtsynth.common.control_names import TEMPO_ELSEWHERE
from rtsynth.common.errors import ControlError
from rtsynth.common.watchers import WATCH_S
from rtsynth.control.osc.addresses import (
    control_address,
    named_address,
    read_control_address,
    slot_address,
)
from rtsynth.control.osc.arguments import integer, text, token
from rtsynth.control.osc.calls import Call, Command, Session
from rtsynth.control.osc.guests import Afar
from rtsynth.control.osc.space.shared import BUTTON, PRESSED, released
from rtsynth.host.mapping.actions import is_action, read_action
from rtsynth.host.mapping.binding import CC, KINDS, PRESSURE, Binding, Physical
from rtsynth.host.mapping.defaults import DEFAULT_CCS, default_binding
from rtsynth.host.mapping.file import ACTION, entry_of
from rtsynth.host.mapping.mappings import ANY, ASSIGNED, SETTINGS
from rtsynth.host.mapping.monitor import Activity, Arrival
from rtsynth.host.protocol import Engine

MIDI_REPLIES = (
    "/midi/learning", "/midi/learned", "/midi/mapped", "/midi/mapping", "/midi/changed",
    "/midi/message", "/midi/activity",
)  # fmt: skip
_CHOICES = tuple(word for name in SETTINGS for word in (name, "value"))
_ASSIGNED = tuple(word for name in ASSIGNED for word in (name, "value"))
DEFAULT = "default"  # where a mapping is from: of no table


def learn(call: Call) -> None:
    slot, name, settings = _settings(call)
    call.session.engine.mappings.learn(slot, name, str(call.arguments[0]), settings)
    call.session.reply("/done", call.address, call.arguments[0])


def assign(call: Call) -> None:
    slot, name, settings = _settings(call)
    call.session.engine.mappings.assign(slot, name, settings)
    call.session.reply("/done", call.address, call.arguments[0])


def _settings(call: Call) -> tuple[int, str, dict[str, float | int | str]]:
    """Slot and name of the control that a call names, and the settings behind it, in pairs."""
    address, *words = call.arguments
    if len(words) % 2:
        raise ControlError(f"the setting {str(words[-1])[:40]!r} has no value")
    slot, name = _control(call, str(address))
    return slot, name, {str(key): it for key, it in zip(words[::2], words[1::2], strict=True)}


def cancel(call: Call) -> None:
    if not released(call):
        call.session.engine.mappings.cancel()
        call.session.reply("/done", call.address)


def forget(call: Call) -> None:
    address = str(call.arguments[0])
    slot, name = _control(call, address)
    engine = call.session.engine
    learned, description = engine.mappings.learned, engine.describe()
    if not any((each.slot, each.target) == (slot, name) for each in learned):
        for every in learned:  # in every slot, as it is spelt there
            if every.slot is None and address in _addresses(every, description):
                name = every.target
    engine.mappings.forget(slot, name)
    call.session.reply("/done", call.address, *call.arguments)


def show_map(call: Call) -> None:
    if not call.session.first(call.address):
        return
    found = list(_rows(call.session.engine))
    for address, origin, binding in found:
        call.session.reply("/midi/mapped", address, binding.physical.text, origin)
    call.session.reply("/done", call.address, len(found))


def show_mappings(call: Call) -> None:
    if not call.session.first(call.address):
        return
    found = list(_rows(call.session.engine))
    for address, origin, binding in found:
        call.session.reply("/midi/mapping", address, origin, *_pairs(binding, origin))
    call.session.reply("/done", call.address, len(found))


def _rows(engine: Engine) -> Iterator[tuple[str, str, Binding]]:
    """Address of the control, where it is from, and the binding, of everything that is mapped."""
    description = engine.describe()
    for origin, binding in engine.mappings.rows():
        for address in _addresses(binding, description):
            yield address, origin, binding
    has_defaults = all(table.defaults for table in engine.mappings.tables)
    for slot in description.slots if has_defaults else ():
        for cc in sorted(DEFAULT_CCS):
            if (found := default_binding(Physical(CC, cc), slot)) is not None:
                (address,) = _addresses(found._replace(slot=slot.number), description)
                yield address, DEFAULT, found


def _pairs(binding: Binding, origin: str) -> list[float | int | str]:
    """The settings of a binding, as /midi/assign takes them; and the file that it is from."""
    kind, number = binding.physical.kind, binding.physical.number
    own = (kind, "target", ACTION, "slot", PRESSURE)
    fields = {name: it for name, it in entry_of(binding).items() if name not in own}
    named = {"kind": kind, "number": number, **fields}
    if binding.slot is None and origin != DEFAULT:
        named["slot"] = ANY
    if binding.origin:
        named["from"] = binding.origin
    return [part for pair in named.items() for part in pair]


def monitor(call: Call) -> None:
    arrivals = call.session.engine.mappings.monitor
    if call.arguments[0]:
        arrivals.watch(call.session.client, partial(_send, call.session))
    else:
        arrivals.unwatch(call.session.client)


def _send(session: Session, shown: Arrival | Activity) -> None:
    address = "/midi/message" if isinstance(shown, Arrival) else "/midi/activity"
    session.reply(address, *shown)


def _control(call: Call, address: str) -> tuple[int, str]:
    """The slot and the name of the control at an address; or an action: a command with its words.

    Raises:
        ControlError: there is none.
    """
    engine = call.session.engine
    description = engine.describe()
    for binding in engine.mappings.learned:  # as it is spelt there; its plugin may be gone
        if binding.slot is not None and address in _addresses(binding, description):
            return binding.slot, binding.target
    found = read_control_address(address)
    if found is not None and found.how is None:
        place = description.places.get(found.slot)
        control = place.find(found.name) if place is not None else None
        if control is not None and control.read_only:
            raise ControlError(f"{TEMPO_ELSEWHERE}: set it with /tempo or /tempo/tap")
        if control is not None:
            return found.slot, found.name
    head, *words = address.split(" ", 1)
    match head.split("/"):
        case ["", "slot", number, "bank", command]:
            for slot in description.slots:
                if number == str(slot.number):
                    return slot.number, read_action(" ".join((f"bank/{command}", *words))).text
    raise ControlError(
        f"{address[:80]!r} is no control, such as /slot/1/gain, /slot/1/param/NAME or "
        "/master/gain; see /describe"
    )


def _addresses(binding: Binding, description: Description) -> list[str]:
    """Where a binding's target is: in its slot, or in every one that has such a control.

    An action is where its command is, with its words behind it.
    """
    if is_action(binding.target):
        if binding.slot is not None:
            return [slot_address(binding.slot, binding.target)]
        every = [slot_address(slot.number, binding.target) for slot in description.slots]
        return every or [slot_address("*", binding.target)]
    found = [
        control_address(place.number, control)
        for place in (
            description.places.values() if binding.slot is not None else description.slots
        )
        if binding.slot in (None, place.number)
        and (control := place.find(binding.target)) is not None
    ]
    return found or [named_address(binding.slot, binding.target)]


MIDI_COMMANDS = {
    "/midi/learn": Command(
        learn,
        (text, *(token for _ in _CHOICES)),
        1,
        afar=Afar.CONFIRMED,
        arguments=("address", *_CHOICES),
        about="The next MIDI control that moves is mapped to the control at an address, instead "
        "of what was learned for it before, and kept at once. In place of the control's there may "
        "be an address of /slot/N/bank/ with its arguments behind it, in one text: /slot/1/bank/"
        "recall here. Settings may follow, each with its "
        "value: those of a map's entry, kind (cc, cc14, nrpn, pressure, key-pressure), and any "
        "for channel and port. Subscribers of /notify get /midi/learning and /midi/learned.",
        answer="/done /midi/learn address",
    ),
    "/midi/learn/cancel": Command(
        cancel,
        BUTTON,
        afar=Afar.CONFIRMED,
        arguments=PRESSED,
        about="Waits for no MIDI control any more.",
        answer="/done /midi/learn/cancel",
    ),
    "/midi/forget": Command(
        forget,
        (text,),
        1,
        afar=Afar.CONFIRMED,
        arguments=("address",),
        about="Removes what was learned for the control at an address. Subscribers of /notify get "
        "/midi/changed.",
        answer="/done /midi/forget address",
    ),
    "/midi/assign": Command(
        assign,
        (text, *(token for _ in _ASSIGNED)),
        3,
        afar=Afar.CONFIRMED,
        arguments=("address", *_ASSIGNED),
        about="Maps a MIDI control to the control, or command, at an address, in place of what was "
        "learned for it, and keeps it as if it had been learned. Settings follow, each with its "
        f"value: kind ({', '.join(KINDS)}) and number say which MIDI control, channel and port "
        "where it comes from (left out, or any: wherever), the others are those of a map's entry. "
        "Subscribers of /notify get /midi/changed.",
        answer="/done /midi/assign address",
    ),
    "/midi/mappings": Command(
        show_mappings,
        BUTTON,
        afar=Afar.CONFIRMED,
        arguments=PRESSED,
        about="What is mapped, as /midi/map lists it, with all settings, each with its value, as "
        "/midi/assign takes them. slot any is there where it holds for every slot, and from names "
        "the file and entry.",
        answer="/midi/mapping address learned|file|default setting value ... for each; "
        "/done /midi/mappings count",
    ),
    "/midi/map": Command(
        show_map,
        BUTTON,
        afar=Afar.CONFIRMED,
        arguments=PRESSED,
        about="What is mapped: learned, by --midi-map (file), by default; the first that names a "
        "MIDI control counts.",
        answer="/midi/mapped address control learned|file|default for each; /done /midi/map count",
    ),
    "/midi/monitor": Command(
        monitor,
        (integer,),
        1,
        afar=Afar.CONFIRMED,
        arguments=("on",),
        about=f"1 shows what arrives, for {WATCH_S:g} s each time; 0 ends that. Of one controller "
        "the last position is sent, 20 times a second.",
        answer="/midi/message port text effect (the controls that moved, or unmapped); "
        "/midi/activity port messages",
    ),
}
