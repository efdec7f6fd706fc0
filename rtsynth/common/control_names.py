"""How controls may be called wherever a performer names one, and the message for unknown names.

A control's own name has dots: `pitch`, `motion.beta`, `centroid.take`. OSC addresses have slashes.
Both are understood everywhere: by `--set`, MIDI maps, automation files and from Python.
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches

SAMPLING_CONTROLS = ("temperature", "top_k", "top_p", "min_p")
ENVELOPE_CONTROLS = ("attack", "decay", "sustain", "release", "glide")
TEMPO_CONTROL = "tempo"  # the engine's: each slot has it, none is given its own
TEMPO_ELSEWHERE = "the tempo is the engine's, the same in all slots"
MODULATION_CONTROLS = (
    TEMPO_CONTROL,
    *("lfo1_rate", "lfo1_beats", "lfo1_shape", "lfo1_phase", "lfo1_retrigger"),
    *("lfo2_rate", "lfo2_beats", "lfo2_shape", "lfo2_phase", "lfo2_retrigger"),
    *("follow", "follow_gain", "follow_attack", "follow_release", "walk_rate"),
    *("macro1", "macro2", "macro3", "macro4"),
)
# What moves parameters by itself; the order is that of the engine.
SOURCE_NAMES = ("lfo1", "lfo2", "follow", "walk", "macro1", "macro2", "macro3", "macro4")
STRIP_NAMES = ("pan", "mute", "solo")  # of a slot: mixer.pan, which OSC has at /slot/N/pan
PRIME_S = 2.0  # of a recording that primes a slot, unless it is said
PRIMED = "primed"  # the state of a slot after priming, unless it is called otherwise
MASTER_NAMES = ("gain", "dc_block")  # of slot 0; OSC has them at /master/NAME
# OSC has them at GROUP/NAME, e.g. sampling/temperature.
GROUPS = {
    "sampling": SAMPLING_CONTROLS,
    "envelope": ENVELOPE_CONTROLS,
    "modulation": MODULATION_CONTROLS,
}
_MIXER = "mixer."
NAMED_AT_MOST = 10
LONGEST_SLOT_NAME = 40
LONGEST_COMPARED = 80  # characters: comparing takes time, and no control's name is longer


def control_name(text: str) -> str:
    """A control's own name: "motion/beta" is motion.beta, "sampling/temperature" temperature."""
    name = text.strip().replace("/", ".")
    group, _, rest = name.partition(".")
    return rest if rest in GROUPS.get(group, ()) else name


def mixer_name(name: str) -> str:
    """A control of a slot's strip as the engine calls it: it may be called as a parameter is."""
    return f"{_MIXER}{name}"


def strip_name(name: str) -> str | None:
    """What the mixer calls a control of a slot: "mixer.pan" is pan; None for no such."""
    return name[len(_MIXER) :] if name.startswith((_MIXER, "mixer/")) else None


def group_of(name: str) -> str:
    """The group that a control of the engine is in; "" for none."""
    return next((group for group, names in GROUPS.items() if name in names), "")


def shortened(name: str) -> str:
    """A name of somebody else's, as an error line quotes it."""
    shown = repr(name[:LONGEST_COMPARED])
    return f"{shown}..." if len(name) > LONGEST_COMPARED else shown


def some_names(known: Iterable[str], wanted: str) -> str:
    """For an error line: the names most like `wanted`, then others, at most NAMED_AT_MOST."""
    names = sorted(dict.fromkeys(known), key=lambda name: "." in name)  # the plain ones first
    wanted = control_name(wanted[:LONGEST_COMPARED])
    near = [wanted.partition(".")[0], *get_close_matches(wanted, names, n=3)]
    near = [name for name in dict.fromkeys(near) if name in names]
    ordered = near + [name for name in names if name not in near]
    shown = ", ".join(ordered[:NAMED_AT_MOST]) or "none"
    return f"{shown}, ..." if len(ordered) > NAMED_AT_MOST else shown


def unknown_control(name: str, plugin: str, known: Iterable[str]) -> str:
    """The line about a control that `plugin` does not have."""
    return f"parameter {shortened(name)} is unknown; {plugin} has {some_names(known, name)}"


def plugin_name(name: str) -> str:
    """What stands in a file, as the name of a parameter: lower case, letters, digits and _."""
    tidy = re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_")
    return tidy if tidy[:1].isalpha() else f"p_{tidy}"
