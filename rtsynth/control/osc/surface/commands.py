"""The OSC address space as one table: address -> what it needs and what it does.

    /slot/1/param/pitch 69.0     NAME any parameter; also /slot/1/gain and
                                 /slot/1/sampling/temperature, top_k, top_p, min_p
    /slot/1/param/rmse/take 0    of a parameter that a tier generates, also offset and scale; of a
                                 tier that generates some, /slot/1/param/TIER/beta
    .../norm 0.4                 the same by knob position 0..1
    .../get                      -> the address without /get, and the value
    /slot/1/note/on 60 [0.8]     /slot/1/note/off 60       velocity 0 is off
    /slot/1/voice/3/param/pitch 61.5    in one voice, until its next note or until the knob moves
    /slot/1/load path            /slot/1/unload            /slot/1/reset       /slot/1/seed 7
    /slots/load path             into a free slot
    /slot/1/name ["Lead"]        /slot/1/move 2            /slots/order [3 1 2]
    /slot/1/modulate lfo1 pitch 0.05    depth as a share of the range, 0 removes;  modulate/clear
    /slot/1/modulation           -> /slot/1/modulate source parameter depth, for each
    /slot/1/modulation/lfo1_rate 5      also macro1, walk_rate, follow, ...: controls as others
    /slot/1/network/get          -> /slot/1/network json      /slot/1/network/voice 2, 0 for any
    /slot/1/bank/save name       what the network is; also recall name [voice], number n, delete,
                                 rename old new, list; /slot/1/bank/back 2.5 [voice]: what it was
    /slot/1/prime file [seconds] [name] [voice]     goes on from the end of a recording
    /slot/1/prime/input seconds [channel] [name] [voice]     ... from what comes in
    /slot/1/follow run           the folder of a training run; follow/back, stop, get
    /slot/1/follow/more [10]     adds what it put out to the run's data; follow/add recording
    /slot/1/follow/add/input [10]     ... what came in; follow/listen [channel] keeps that, or 0
    /slot/1/open 1               -> controls of its hidden layers: /slot/1/param/TIER/layer1_scale,
                                 layer1_noise, freeze (0, 1 hold, 2 loop), loop
    /slot/1/swap tier plugin     the tier of another plugin with the same interface
    /slot/1/preset/save name     also recall, delete, rename old new, list, next, previous
    /slot/1/preset/morph a b 0.4 [seconds]      /slot/1/preset/blend seconds a 1 b 2 c 0.5
    /slot/1/pan -0.3             /slot/1/mute 1            /slot/1/solo 1
    /tempo 120                   /tempo/tap                /tempo/source auto|internal|midi|jack
    /transport/start             /transport/stop           /transport/locate 16
    /transport -> /transport/state rolling beats BPM source
    /master/gain -6              /master/dc_block 1
    /set/save name               also recall, delete, list
    /snapshot/keep name [slot|section|file ...]      /snapshot/recall name [after]
    /plugins/list -> /plugins/plugin index count json, for each that can be loaded by its name
    /plugins/presets -> /plugins/presets/names plugin first count name ...
    /plugins/folders -> /plugins/folder index count path        /plugins/folder/add path, remove
    /plugins/presets/import path
    /state/save name             /state/recall name        /panic
    /record/start path           /record/stop              /record/follow 1 [path]      /quit
                                 -> /done /record/start path [the file, where path exists already]
    /midi/learn address [setting value ...]     the next control that moves is mapped to it
    /midi/learn/cancel           /midi/forget address
    /midi/assign address kind cc number 21 [setting value ...]     maps it without learning
    /midi/mappings -> /midi/mapping address from setting value ..., for each
    /midi/map -> /midi/mapped address control from, for each    /midi/monitor 1
    /osc/monitor 1 -> /osc/message from address arguments problem, what other clients send
    /ping -> /pong               /sync n -> /synced n
    /status -> /status.reply json     /describe -> /describe.reply json; above 8,000 bytes
                                 /describe.part index count text serial, whose texts, joined in
                                 order (index 1..count, same serial), are the json
    /devices -> /devices.reply json    /engine/options -> /engine/options.reply json
    /engine/restart device null rate 48000 ...           /engine/forget
    /notify 1 [port] [values meters scope events followed modulated network] [rate]
    /notify 0
    /notify/confirm token port ...  what a client on another machine is sent after /notify 1, and
                                 sends back as it came: then it is a subscriber

A pattern (`*`, `?`, `[]`, `{}`) stands for the addresses of the loaded slots that it matches: their
controls, notes, reset and seed. `rtsynth.control.osc.surface.address_book` finds them.

What cannot be obeyed is answered by `/fail <address> <message>`; a value out of range is obeyed as
far as it goes and answered by `/fail <address> "99 is out of range: clamped to 76"`. Commands that
take long (load, state, record) run in order on a worker and answer `/done <address> ...`; `/sync`
is answered after those before it. What clients on other machines may do is in the column `afar`.
Buttons that send 1 when pressed and 0 when released may be tied to a command without arguments: the
0 is ignored.
"""

from functools import lru_cache

from rtsynth.common.errors import ControlError
from rtsynth.control.osc.addresses import LONGEST_NAME, LONGEST_NUMBER, read_control_address
from rtsynth.control.osc.calls import Bound
from rtsynth.control.osc.describe import PART, REPLY
from rtsynth.control.osc.space.banks import BANK_COMMANDS
from rtsynth.control.osc.space.engine import ENGINE_COMMANDS
from rtsynth.control.osc.space.following import FOLLOW_COMMANDS
from rtsynth.control.osc.space.hidden import HIDDEN_COMMANDS
from rtsynth.control.osc.space.kept import KEPT_COMMANDS
from rtsynth.control.osc.space.library import LIBRARY_COMMANDS, LIBRARY_REPLIES
from rtsynth.control.osc.space.lineup import LINEUP_COMMANDS, LINEUP_SLOT_COMMANDS
from rtsynth.control.osc.space.midi import MIDI_COMMANDS, MIDI_REPLIES
from rtsynth.control.osc.space.modulation import MODULATION_COMMANDS
from rtsynth.control.osc.space.monitor import MONITOR_COMMANDS, MONITOR_REPLIES
from rtsynth.control.osc.space.network import NETWORK_COMMANDS
from rtsynth.control.osc.space.places import PLACE_COMMANDS, PLACE_REPLIES
from rtsynth.control.osc.space.presets import PRESET_COMMANDS
from rtsynth.control.osc.space.priming import PRIMING_COMMANDS
from rtsynth.control.osc.space.rescue import RESCUE_COMMANDS
from rtsynth.control.osc.space.sets import SET_COMMANDS
from rtsynth.control.osc.space.slots import RACK_COMMANDS, SLOT_COMMANDS
from rtsynth.control.osc.space.snapshots import SNAPSHOT_COMMANDS, SNAPSHOT_REPLIES
from rtsynth.control.osc.space.starting import STARTING_COMMANDS, STARTING_REPLIES
from rtsynth.control.osc.space.tempo import TEMPO_COMMANDS, TEMPO_REPLIES
from rtsynth.control.osc.space.values import VALUE_COMMANDS
from rtsynth.control.osc.space.voices import IN_VOICE, VOICE_COMMANDS, VOICE_SLOT_COMMANDS

LONGEST_ADDRESS = 160  # and what is remembered of addresses stays small
# What engines and clients send back. Never answered: two engines pointed at each other would
# otherwise exchange "/fail /fail ..." for ever.
REPLIES = frozenset(
    (
        "/fail",
        "/done",
        "/pong",
        "/synced",
        "/status.reply",
        REPLY,
        PART,
        *MIDI_REPLIES,
        *MONITOR_REPLIES,
        *LIBRARY_REPLIES,
        *PLACE_REPLIES,
        *TEMPO_REPLIES,
        *SNAPSHOT_REPLIES,
        *STARTING_REPLIES,
    )
)

GLOBAL_COMMANDS = (
    ENGINE_COMMANDS
    | KEPT_COMMANDS
    | SET_COMMANDS
    | RACK_COMMANDS
    | SNAPSHOT_COMMANDS
    | LIBRARY_COMMANDS
    | PLACE_COMMANDS
    | LINEUP_COMMANDS
    | MIDI_COMMANDS
    | MONITOR_COMMANDS
    | VOICE_COMMANDS
    | TEMPO_COMMANDS
    | STARTING_COMMANDS
)
OF_SLOTS = (
    SLOT_COMMANDS
    | LINEUP_SLOT_COMMANDS
    | VOICE_SLOT_COMMANDS
    | PRESET_COMMANDS
    | MODULATION_COMMANDS
    | NETWORK_COMMANDS
    | BANK_COMMANDS
    | PRIMING_COMMANDS
    | FOLLOW_COMMANDS
    | HIDDEN_COMMANDS
    | RESCUE_COMMANDS
)


def check_length(address: str) -> None:
    """Refuse an address longer than any there is: finding one takes as long as it is.

    Raises:
        ControlError: it is.
    """
    if len(address) > LONGEST_ADDRESS:
        raise ControlError(
            f"unknown address: it has {len(address)} characters, "
            f"at most {LONGEST_ADDRESS} are allowed"
        )


def find_command(address: str) -> Bound:
    """The command an address names; what it names inside a slot, the engine checks.

    Raises:
        ControlError: no such address.
    """
    check_length(address)
    return _find_command(address)


@lru_cache(maxsize=4096)
def _find_command(address: str) -> Bound:
    if address in GLOBAL_COMMANDS:
        return Bound(GLOBAL_COMMANDS[address])
    match address.split("/")[1:]:
        case ["slot", number, *tail] if number.isdecimal() and len(number) <= LONGEST_NUMBER:
            slot = int(number)
            if command := OF_SLOTS.get("/".join(tail)):
                return Bound(command, slot)
            match tail:
                case ["voice", voice, "param", name] if _is_voice(voice) and name:
                    return Bound(IN_VOICE, slot, f"{voice}/{name[:LONGEST_NAME]}")
    found = read_control_address(address)
    if found is not None and (command := VALUE_COMMANDS.get(found.how)):
        return Bound(command, found.slot, found.name)
    raise ControlError("unknown address")


def _is_voice(text: str) -> bool:
    return text.isdecimal() and len(text) < 4
