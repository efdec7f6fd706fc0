"""MIDI: learning which control moves what, what is mapped, and what arrives."""

from functools import partial

from rtsynth.common.control_info import Description
from rtsynth.common.control_names import TEMPO_ELSEWHERE
from rtsynth.common.errors import ControlError
from rtsynth.control.osc.addresses import (
    control_address,
    named_address,
    read_control_address,
)
from rtsynth.control.osc.arguments import integer, text, token
from rtsynth.control.osc.calls import Call, Command, Session
from rtsynth.control.osc.guests import Afar
from rtsynth.control.osc.space.shared import BUTTON, PRESSED, released
from rtsynth.host.mapping.binding import CC, Binding, Physical
from rtsynth.host.mapping.defaults import DEFAULT_CCS, default_binding
from rtsynth.host.mapping.mappings import SETTINGS
from rtsynth.host.mapping.monitor import WATCH_S, Activity, Arrival

MIDI_REPLIES = (
    "/midi/learning", "/midi/learned", "/midi/mapped", "/midi/message", "/midi/activity",
)  # fmt: skip
_CHOICES = tuple(word for name in SETTINGS for word in (name, "value"))


def learn(call: Call) -> None:
    address, *words = call.arguments
    if len(words) % 2:
        raise ControlError(f"the setting {str(words[-1])[:40]!r} has no value")
    slot, name = _control(call, str(address))
    settings = {str(key): value for key, value in zip(words[::2], words[1::2], strict=True)}
    call.session.engine.mappings.learn(slot, name, str(address), settings)
    call.session.reply("/done", call.address, address)


def cancel(call: Call) -> None:
    if not released(call):
        call.session.engine.mappings.cancel()
        call.session.reply("/done", call.address)


def forget(call: Call) -> None:
    slot, name = _control(call, str(call.arguments[0]))
    call.session.engine.mappings.forget(slot, name)
    call.session.reply("/done", call.address, *call.arguments)


def show_map(call: Call) -> None:
    if not call.session.first(call.address):
        return
    engine = call.session.engine
    description = engine.describe()
    count = 0
    for origin, binding in engine.mappings.rows():
        for address in _addresses(binding, description):
            call.session.reply("/midi/mapped", address, binding.physical.text, origin)
            count += 1
    has_defaults = all(table.defaults for table in engine.mappings.tables)
    for slot in description.slots if has_defaults else ():
        for cc in sorted(DEFAULT_CCS):
            moved = Physical(CC, cc)
            if (found := default_binding(moved, slot)) is not None:
                (address,) = _addresses(found._replace(slot=slot.number), description)
                call.session.reply("/midi/mapped", address, moved.text, "default")
                count += 1
    call.session.reply("/done", call.address, count)


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
    """The slot and the name of the control at an address.

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
    raise ControlError(
        f"{address[:80]!r} is no control, such as /slot/1/gain, /slot/1/param/NAME or "
        "/master/gain; see /describe"
    )


def _addresses(binding: Binding, description: Description) -> list[str]:
    """Where a binding's target is: in its slot, or in every one that has such a control."""
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
        "of what was learned for it before, and kept at once. Settings may follow, each with its "
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
        about="Removes what was learned for the control at an address.",
        answer="/done /midi/forget address",
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
