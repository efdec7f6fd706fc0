"""What the engine says about itself (`/describe.reply`), checked, as immutable records.

The window is built from these and from nothing else, so a plugin with other parameters needs no
change here. Text from the network is never trusted: anything malformed raises `DescriptionError`.
"""

import json
import math
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple

from rtsynth.common.control_info import MASTER, Generation, Owner
from rtsynth.control.osc.addresses import control_address, followed_address
from rtsynth_gui.link.control import FOLLOW, Control
from rtsynth_gui.link.tips import SlotNames

# What a document of another shape than expected raises on its way through the parser.
MALFORMED = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
MAXIMUM_SLOTS = 64
MAXIMUM_CONTROLS = 512
MAXIMUM_VOICES = 256
REMEMBERED = 4096  # controls that were described
LONGEST_NAME = 80  # of a slot
LONGEST_PATH = 4096
MOST_TIERS = 64
TEMPERATURE = "temperature"


class DescriptionError(ValueError):
    """The engine's description cannot be used; the text says which field."""


class Followed(NamedTuple):
    """The folder of a training run that a slot follows; "waits" for its first network, "follows",
    or "holds" the one of a step. `listens`: what comes in is kept for it."""

    run: str
    state: str
    step: int
    listens: bool = False


@dataclass(frozen=True)
class Slot:
    """One loaded plugin and everything on it that moves.

    `mixer` is empty where an engine does not describe how slots are mixed. `name` is what a
    performer calls it, no part of the structure; nor is `sounds`, false while
    it waits for a note, how it is rescued from traps ("" where an engine does not say), and the
    training run it `follows`, and how many `voices` it has. `output` is the channel that it has to
    itself. `tiers` are the plugin's; where it is `opened`, there are controls of their hidden
    layers.
    """

    number: int
    plugin: str
    description: str
    sample_rate_hz: float
    parameters: tuple[Control, ...]
    controls: tuple[Control, ...]
    mixer: tuple[Control, ...] = ()
    name: str = field(default="", compare=False)
    output: int | None = None
    sounds: bool = field(default=True, compare=False)
    tiers: tuple[str, ...] = ()
    opened: bool = False
    rescue: str = field(default="", compare=False)
    follows: Followed | None = field(default=None, compare=False)
    voices: int = field(default=1, compare=False)

    @property
    def title(self) -> str:
        """What it is called in the window; "" for a slot that is empty."""
        return self.name or self.plugin

    @property
    def pitch(self) -> Control | None:
        """The parameter that notes move, if there is one."""
        return next((p for p in self.parameters if p.role == "pitch" and p.is_midi_pitch), None)

    @property
    def every_control(self) -> tuple[Control, ...]:
        return self.parameters + self.controls + self.mixer

    @property
    def by_name(self) -> dict[str, str]:
        """The addresses of its controls, by name."""
        return {control.name: control.address for control in self.every_control}

    @property
    def knobs(self) -> tuple[Control, ...]:
        """The parameters that only a hand (or another surface) moves."""
        return tuple(p for p in self.parameters if p.generation is None)

    @property
    def generated(self) -> dict[Generation, tuple[Control, ...]]:
        """The parameters that tiers generate, by tier, slowest first."""
        made: dict[str, tuple[Generation, list[Control]]] = {}
        for parameter in self.parameters:
            if (generation := parameter.generation) is not None:
                made.setdefault(generation.tier, (generation, []))[1].append(parameter)
        by_rate = sorted(made.values(), key=lambda tier: tier[0].rate_hz)
        return {generation: tuple(controls) for generation, controls in by_rate}

    @property
    def built_in(self) -> tuple[Control, ...]:
        """The controls but for those of generated parameters; betas behind the temperature."""
        own = [c for c in self.controls if c.owner is not Owner.PARAMETER]
        betas = [c for c in own if c.owner is Owner.TIER]
        others = [c for c in own if c not in betas]
        names = [c.name for c in others]
        place = names.index(TEMPERATURE) + 1 if TEMPERATURE in names else len(others)
        return (*others[:place], *betas, *others[place:])

    def adjustment(self, parameter: Control, leaf: str) -> Control | None:
        """The control `leaf` ("offset", "scale") of a generated parameter, if it has one."""
        name = f"{parameter.name}.{leaf}"
        return next((c for c in self.controls if c.name == name), None)


@dataclass(frozen=True)
class Description:
    """The engine: version, slots, master. Values are apart, so that `==` compares the structure;
    names and the order of the rack are no part of that."""

    version: str
    slots: tuple[Slot, ...]
    master: tuple[Control, ...] = ()
    order: tuple[int, ...] = field(default=(), compare=False)

    @property
    def arranged(self) -> tuple[Slot, ...]:
        """The slots as the rack has them; those without a place by number, at the end."""
        places = {number: place for place, number in enumerate(self.order)}
        return tuple(
            sorted(self.slots, key=lambda s: (places.get(s.number, len(places)), s.number))
        )

    @property
    def names(self) -> dict[int, str]:
        """What slots are called, as the rack has them."""
        return {slot.number: slot.title for slot in self.arranged}

    @property
    def lineup(self) -> tuple[tuple[int, str], ...]:
        """Names and order, which may differ where `==` says the same."""
        return tuple(self.names.items())

    @property
    def addresses(self) -> frozenset[str]:
        """What is shown here and therefore listened to."""
        own = {c.address for slot in self.slots for c in slot.every_control}
        own.update(c.address for c in self.master)
        for slot in self.slots:
            made = [p for p in slot.parameters if p.generation is not None]
            own.update(p.take_address for p in made)
            own.update([followed_address(slot.number)] if made else [])
        return frozenset(own)


class Parsed(NamedTuple):
    """`values` {address: value} of everything that can be set, `followed` {address: value} of what
    tiers generate at present."""

    description: Description
    values: dict[str, float]
    followed: dict[str, float]


def parse_description(text: str) -> Parsed:
    """What the JSON of `/describe.reply` says.

    Raises:
        DescriptionError: no JSON, or a field is missing, of a wrong type or out of range.
    """
    try:
        document = json.loads(text)
        slots = document["slots"]
        if not 0 <= len(slots) <= MAXIMUM_SLOTS:
            raise DescriptionError(f"{len(slots)} slots, at most {MAXIMUM_SLOTS} can be shown")
        values: dict[str, float] = {}
        followed: dict[str, float] = {}
        names = tuple((int(slot["slot"]), _name(slot) or _plugin(slot)) for slot in slots)
        description = Description(
            str(document.get("version", "")),
            tuple(_slot(slot, values, followed, names) for slot in slots),
            _group(MASTER, "master", document, (), values),
            tuple(int(number) for number in document.get("order", [])[:MAXIMUM_SLOTS]),
        )
    except DescriptionError:
        raise
    except MALFORMED as error:
        raise DescriptionError(f"{type(error).__name__}: {error}") from error
    numbers = [slot.number for slot in description.slots]
    if len(set(numbers)) != len(numbers):
        raise DescriptionError(f"slot numbers repeat: {numbers}")
    return Parsed(description, values, followed)


def _name(slot: dict[str, Any]) -> str:
    return str(slot.get("name") or "")[:LONGEST_NAME]


def _plugin(slot: dict[str, Any]) -> str:
    return str(slot.get("plugin") or "")


def _slot(
    fields: dict[str, Any],
    values: dict[str, float],
    followed: dict[str, float],
    names: SlotNames,
) -> Slot:
    number = int(fields["slot"])
    generated = {str(e["name"]) for e in fields.get("parameters", []) if e.get("generated")}
    parameters, controls, mixer = (
        _group(number, group, fields, generated, values, names)
        for group in ("parameters", "controls", "mixer")
    )
    for control, entry in zip(parameters, fields.get("parameters", []), strict=True):
        if control.generation is not None:
            values.setdefault(control.take_address, float(bool(entry.get("taken"))))
            now = float(entry.get("followed", values[control.address]))
            followed[control.address] = now if math.isfinite(now) else control.default
    return Slot(
        number=number,
        plugin=_plugin(fields),
        description=str(fields.get("description") or ""),
        sample_rate_hz=float(fields.get("sample_rate_hz") or 0.0),
        parameters=parameters,
        controls=controls,
        mixer=mixer,
        name=_name(fields),
        output=None if (output := fields.get("output")) is None else int(output),
        sounds=bool(fields.get("sounds", True)),
        tiers=tuple(str(tier)[:LONGEST_NAME] for tier in fields.get("tiers", [])[:MOST_TIERS]),
        opened=fields.get("opened") is True,
        rescue=str(fields.get("rescue") or "")[:LONGEST_NAME],
        follows=_followed(fields["follows"]) if fields.get("follows") else None,
        voices=min(max(int(fields.get("voices") or 1), 1), MAXIMUM_VOICES),
    )


def _followed(fields: dict[str, Any]) -> Followed:
    run, state = str(fields["run"])[:LONGEST_PATH], str(fields["state"])[:LONGEST_NAME]
    return Followed(run, state, int(fields["step"]), bool(fields.get("listens")))


def _group(
    slot: int,
    group: str,
    fields: dict[str, Any],
    generated: Collection[str],
    values: dict[str, float],
    names: SlotNames = (),
) -> tuple[Control, ...]:
    """The controls in a list of the description."""
    entries = fields.get(group, [])
    if len(entries) > MAXIMUM_CONTROLS:
        raise DescriptionError(f"slot {slot}: {len(entries)} {group}")
    owners = (_owner(str(entry["name"]), group, generated) for entry in entries)
    pairs = zip(owners, entries, strict=True)
    return tuple(_control(slot, owner, entry, values, names) for owner, entry in pairs)


def _owner(name: str, group: str, generated: Collection[str]) -> Owner:
    """What a control belongs to, by its group and its name."""
    if group == "parameters":
        return Owner.PLUGIN
    if group in ("mixer", "master"):
        return Owner.MIXER
    stem, dot, _ = name.rpartition(".")
    if not dot:
        return Owner.ENGINE
    return Owner.PARAMETER if stem in generated else Owner.TIER


def _control(
    slot: int,
    owner: Owner,
    fields: dict[str, Any],
    values: dict[str, float],
    names: SlotNames,
) -> Control:
    name = str(fields["name"])
    control = _made(
        slot,
        name=name,
        owner=owner,
        minimum=float(fields["minimum"]),
        maximum=float(fields["maximum"]),
        default=float(fields["default"]),
        unit=str(fields.get("unit") or ""),
        curve=str(fields.get("curve") or "linear"),
        role=str(fields.get("role") or "conditioning"),
        description=str(fields.get("description") or ""),
        labels=tuple(str(label) for label in fields.get("labels") or ()),
        reaction_ms=_duration_ms(fields, "reaction_ms"),
        generation=_generation(fields) if fields.get("generated") else None,
        slot_names=names if name == FOLLOW and owner is Owner.ENGINE else (),
    )
    value = float(fields.get("value", control.default))
    values[control.address] = control.clamp(value if math.isfinite(value) else control.default)
    return control


@lru_cache(REMEMBERED)
def _made(slot: int, **fields: Any) -> Control:
    """The control of a slot; the same one each time it is described."""
    control = Control(**fields)
    control = replace(control, address=control_address(slot, control))
    name = control.name
    if not (
        math.isfinite(control.minimum)
        and math.isfinite(control.maximum)
        and math.isfinite(control.default)
        and control.minimum < control.maximum
    ):
        raise DescriptionError(f"{name}: range {control.minimum}..{control.maximum}")
    if control.labels and len(control.labels) != control.maximum - control.minimum + 1:
        raise DescriptionError(f"{name}: {len(control.labels)} labels")
    if control.curve == "exponential" and control.minimum <= 0:
        raise DescriptionError(f"{name}: an exponential curve from {control.minimum}")
    return control


def _generation(fields: dict[str, Any]) -> Generation:
    rate_hz = float(fields["rate_hz"])
    if not 0 < rate_hz < math.inf:
        raise DescriptionError(f"{fields['name']}: rate_hz {rate_hz}")
    return Generation(
        tier=str(fields["tier"]),
        rate_hz=rate_hz,
        upsampling=str(fields.get("upsampling") or ""),
        delay_ms=_duration_ms(fields, "delay_ms") or 0.0,
    )


def _duration_ms(fields: dict[str, Any], name: str) -> float | None:
    """A duration, where the engine reports one."""
    if fields.get(name) is None:
        return None
    duration_ms = float(fields[name])
    if not 0 <= duration_ms < math.inf:
        raise DescriptionError(f"{fields['name']}: {name} {duration_ms}")
    return duration_ms
