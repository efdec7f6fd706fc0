"""Several plugins as one: tiers that generate parameters above the tier that they condition."""

import re
from collections.abc import Sequence
from itertools import count

import numpy as np
from pydantic import ValidationError

from rtsynth.common.errors import InputError
from rtsynth.common.field_errors import first_problem
from rtsynth.plugin.family import Tensors
from rtsynth.plugin.file import GOLDEN, Plugin
from rtsynth.plugin.manifest import RESERVED, Manifest, Parameter, Tier
from rtsynth.plugin.provenance import Provenance, all_origins, joined, joined_licences
from rtsynth.plugin.texts import MOST_TAGS

_LONGEST_NAME = 32  # that a file gives; the rest of 64 is for what comes behind


class _Part:
    """A plugin to combine, and what its tiers will be called."""

    def __init__(self, plugin: Plugin, label: str) -> None:
        self.plugin, self.manifest, self.label = plugin, plugin.manifest, label
        self.names: dict[str, str] = {}

    @property
    def audio(self) -> bool:
        return self.manifest.codec is not None


def combine(
    plugins: Sequence[Plugin], name: str, tier_names: Sequence[str | None] | None = None
) -> tuple[Manifest, Tensors]:
    """Manifest and tensors of the plugin called `name` that has the tiers of all `plugins`.

    The order does not matter: tiers are sorted, slowest first, and of equal rate a maker before
    those that use what it generates. A parameter that one plugin generates and others are
    conditioned on becomes one, as its maker defines it. Knobs of the same name become one.
    `tier_names` (one per plugin, None: as it is) renames the tiers of a plugin: to NAME, or
    where it has several to NAME_TIER. Tiers of the others whose names clash are called after
    their plugin's file, with a number where that does not distinguish them. The golden excerpt
    is that of the audio plugin.

    Raises:
        InputError: they do not fit; one line that names the two and what differs.
    """
    parts = [_Part(*entry) for entry in zip(plugins, _labels(plugins), strict=True)]
    if len(parts) < 2:
        raise InputError(f"combine: {len(parts)} plugin given; it takes two or more")
    speaking = [part for part in parts if part.audio]
    if len(speaking) > 1:
        raise InputError(
            f"{speaking[0].label} and {speaking[1].label} both generate audio; keep one"
        )
    ordered = _in_order(parts)
    _name_tiers(parts, ordered, tier_names or [None] * len(parts))
    last_part, last_tier = ordered[-1]
    _check_rates(ordered)
    _check_initial_states(parts)
    last = last_part.manifest
    try:
        manifest = Manifest(
            name=name,
            description=joined(part.manifest.description for part in parts),
            tags=_tags(parts),
            licence=joined_licences(part.manifest.licence for part in parts),
            provenance=_provenance(parts, last),
            sample_rate_hz=last_tier.rate_hz,
            codec=last.codec,
            tiers=[
                tier.model_copy(update={"name": part.names[tier.name]}) for part, tier in ordered
            ],
            parameters=_parameters(parts),
            sampling=last.sampling,
            initial_state=last.initial_state,
        )
    except ValidationError as error:
        raise InputError(f"combine: {first_problem(error)}") from error
    tensors: Tensors = {}
    for part in parts:
        tensors |= _tensors(part)
    return manifest, tensors


def _labels(plugins: Sequence[Plugin]) -> list[str]:
    """What an error calls each plugin: its file or its name, and its position where two agree."""
    names = [plugin.name if plugin.path is None else str(plugin.path) for plugin in plugins]
    return [
        name if names.count(name) == 1 else f"{name} (plugin {position})"
        for position, name in enumerate(names, 1)
    ]


def _in_order(parts: list[_Part]) -> list[tuple[_Part, Tier]]:
    """All tiers, slowest first; of equal rate, the first that needs none of the others."""
    # An audio tier comes last even among tiers of its own rate.
    left = sorted(
        ((part, tier) for part in parts for tier in part.manifest.tiers),
        key=lambda entry: (entry[1].rate_hz, entry[0].audio and not entry[1].outputs),
    )
    ordered = []
    while left:
        rivals = [entry for entry in left if entry[1].rate_hz == left[0][1].rate_hz]
        free = (
            entry
            for entry in rivals
            if not any(
                set(entry[1].conditioning) & set(other[1].outputs)
                for other in rivals
                if other is not entry
            )
        )
        chosen = next(free, left[0])  # a circle has no first one: the manifest refuses it
        left.remove(chosen)
        ordered.append(chosen)
    return ordered


def _name_tiers(
    parts: list[_Part], ordered: list[tuple[_Part, Tier]], wanted: Sequence[str | None]
) -> None:
    for part, given in zip(parts, wanted, strict=True):
        if given is None:
            continue
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", given) or given in RESERVED:
            raise InputError(
                f"{given}={part.label}: a tier's name is lower-case letters, digits and _, "
                f"and not {' or '.join(RESERVED)}"
            )
        tiers = part.manifest.tiers
        for tier in tiers:
            part.names[tier.name] = given if len(tiers) == 1 else f"{given}_{tier.name}"
    taken = [new for part in parts for new in part.names.values()]
    if twice := next((new for new in taken if taken.count(new) > 1), None):
        raise InputError(f"two tiers would be called {twice!r}; give each another NAME=")
    unnamed = [(part, tier) for part, tier in ordered if tier.name not in part.names]
    plain = taken + [tier.name for _, tier in unnamed]
    clashing = [(part, tier) for part, tier in unnamed if plain.count(tier.name) > 1]
    for part, tier in unnamed:
        if (part, tier) not in clashing:
            part.names[tier.name] = tier.name
            taken.append(tier.name)
    # The last tiers choose first: the audio tier is the least likely to get a number.
    for part, tier in reversed(clashing):
        name = new = _after_file(part, tier)
        if new in taken:
            new = next(n for i in count(2) if (n := f"{name}_{i}") not in taken)
        part.names[tier.name] = new
        taken.append(new)


def _after_file(part: _Part, tier: Tier) -> str:
    """The name of a tier after its plugin's file, or after the plugin where there is none."""
    plugin = part.plugin
    text = plugin.name if plugin.path is None else plugin.path.stem
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:_LONGEST_NAME]
    if not name[:1].isalpha() or name in RESERVED:
        name = f"tier_{name}".rstrip("_")
    return name if len(part.manifest.tiers) == 1 else f"{name}_{tier.name}"


def _check_rates(ordered: list[tuple[_Part, Tier]]) -> None:
    audio = [(part, tier) for part, tier in ordered if part.audio and not tier.outputs]
    last_part, last = (audio or ordered)[-1]
    for part, tier in ordered:
        if last.rate_hz % tier.rate_hz:
            raise InputError(
                f"{part.label}: tier {part.names[tier.name]!r} runs at {tier.rate_hz} Hz, which "
                f"does not divide the {last.rate_hz} Hz of {last_part.label}; train it at a rate "
                "that does"
            )


def _check_initial_states(parts: list[_Part]) -> None:
    for part in parts[1:]:
        if part.manifest.initial_state != parts[0].manifest.initial_state:
            raise InputError(
                f"{part.label}: initial_state is {part.manifest.initial_state!r}, and "
                f"{parts[0].manifest.initial_state!r} in {parts[0].label}; a plugin has one"
            )


def _parameters(parts: list[_Part]) -> list[Parameter]:
    """One of each name, knobs first, then generated ones, in the order of the plugins."""
    makers: dict[str, _Part] = {}
    for part in parts:
        for name in part.manifest.generated:
            if name in makers:
                raise InputError(
                    f"{makers[name].label} and {part.label} both generate {name!r}; "
                    "keep one of them"
                )
            makers[name] = part
    found: dict[str, tuple[_Part, Parameter]] = {}
    for name, maker in makers.items():
        found[name] = (maker, next(p for p in maker.manifest.parameters if p.name == name))
    order: dict[str, None] = {}
    for part in parts:
        for parameter in part.manifest.parameters:
            name = parameter.name
            order[name] = None
            other, first = found.setdefault(name, (part, parameter))
            if name in makers:
                _check_range(other, first, part, parameter)
            elif other is not part:
                found[name] = (other, _merged(other, first, part, parameter))
    return [found[name][1] for name in sorted(order, key=lambda name: name in makers)]


def _check_range(maker: _Part, made: Parameter, user: _Part, used: Parameter) -> None:
    if not np.allclose(made.network_range, used.network_range, rtol=1e-6, atol=0):
        low, high = made.network_range
        other_low, other_high = used.network_range
        raise InputError(
            f"{made.name!r}: {maker.label} generates it as {low:g} to {high:g} and {user.label} "
            f"expects {other_low:g} to {other_high:g}; train both with the same range"
        )


def _merged(one: _Part, first: Parameter, two: _Part, second: Parameter) -> Parameter:
    a, b = first.model_dump(), second.model_dump()
    for raw, parameter in ((a, first), (b, second)):
        raw["network_minimum"], raw["network_maximum"] = parameter.network_range
    for field in a:
        if field != "description" and a[field] != b[field]:
            raise InputError(
                f"knob {first.name!r} is not the same in {one.label} and {two.label}: {field} is "
                f"{a[field]!r} and {b[field]!r}; make them equal, or rename one"
            )
    return first if first.description else second


def _provenance(parts: list[_Part], last: Manifest) -> Provenance:
    all_of = [part.manifest.provenance for part in parts]
    texts = {
        field: joined(getattr(provenance, field) for provenance in all_of)
        for field in ("dataset", "recipe", "made_by", "notes")
    }
    texts["dataset_licence"] = joined_licences(each.dataset_licence for each in all_of)
    # Numbers are those of the last tier, which makes the audio.
    return last.provenance.model_copy(update={**texts, "started_from": all_origins(all_of)})


def _tags(parts: list[_Part]) -> list[str]:
    """Those of all plugins, as many as there may be."""
    tags = {tag.casefold(): tag for part in reversed(parts) for tag in part.manifest.tags}
    order = dict.fromkeys(tag.casefold() for part in parts for tag in part.manifest.tags)
    return [tags[tag] for tag in order][:MOST_TAGS]


def _tensors(part: _Part) -> Tensors:
    """The tensors of a plugin under the new names of its tiers; golden ones of the audio plugin."""
    out: Tensors = {}
    for name, tensor in part.plugin.tensors.items():
        first, _, rest = name.partition(".")
        if name in GOLDEN:
            if part.audio:
                out[name] = tensor
        elif first in RESERVED:  # rest.TIER and heard.TIER
            out[f"{first}.{part.names[rest]}"] = tensor
        else:
            out[f"{part.names[first]}.{rest}"] = tensor
    return out
