"""A source's conditioning vector as an affine function of that of the network that starts from it.

    old = matrix @ new + offset

Parameters are matched by name; pitch and amplitude, of which an instrument has one each, also by
role. One with another range is stretched, so that a value stays what it is; of an amplitude with
another name, as a velocity, the range takes the place of the old one, as its unit may differ. One
that the new network lacks is held at its default; a new one is not read. Classes of a network that
has an input for each (`expanded`) are matched by their labels, or by number where they have none,
and a new class starts as the mean of the old ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rtsynth.common.errors import InputError
from rtsynth.families.classes import class_count
from rtsynth.plugin.manifest import Manifest, Parameter, Tier
from rtsynth_models.growth.maps import F64

UNIQUE_ROLES = ("pitch", "amplitude")


@dataclass(frozen=True)
class Affine:
    """old [C] = matrix [C, C'] @ new [C'] + offset [C]."""

    matrix: F64
    offset: F64

    def of_weights(self, weights: F64) -> F64:
        """Weights [..., C] on the old vector as weights [..., C'] on the new one."""
        return np.asarray(weights @ self.matrix)

    def of_bias(self, weights: F64) -> F64:
        """What they add to the bias, [...]."""
        return np.asarray(weights @ self.offset)


def affine(
    source: tuple[Manifest, Tier], target: tuple[Manifest, Tier], *, expanded: bool = False
) -> Affine:
    """Of the conditioning of two tiers.

    Raises:
        InputError: a parameter is a class in one of them only.
    """
    old, new = _conditioning(*source), _conditioning(*target)
    matches = matched(old, new)
    widths = [class_count(each) if expanded else 1 for each in new]
    firsts = np.cumsum([0, *widths])
    pieces, offsets = [np.zeros((0, firsts[-1]))], [np.zeros(0)]
    for parameter in old:
        size = class_count(parameter) if expanded else 1
        piece, offset = np.zeros((size, firsts[-1])), np.zeros(size)
        match = matches.get(parameter.name)
        if match is None:
            offset = seen(parameter, size)
        else:
            number = new.index(match)
            place = slice(firsts[number], firsts[number + 1])
            if expanded and parameter.role == "class":
                piece[:, place] = _classes(parameter, match)
            else:
                _check_numbers(parameter, match)
                piece[:, place], offset[:] = _line(parameter, match)
        pieces.append(piece)
        offsets.append(offset)
    return Affine(np.concatenate(pieces), np.concatenate(offsets))


def held(source: tuple[Manifest, Tier], *, expanded: bool = False) -> Affine:
    """All parameters at their defaults, whatever the new vector, which this does not read."""
    old = _conditioning(*source)
    rows = [seen(each, class_count(each) if expanded else 1) for each in old]
    offset = np.concatenate([np.zeros(0), *rows])
    return Affine(np.zeros((len(offset), 0)), offset)


def matched(old: Sequence[Parameter], new: Sequence[Parameter]) -> dict[str, Parameter]:
    """The new parameter of every old one that has one, by the old one's name."""
    by_name = {parameter.name: parameter for parameter in new}
    found = {each.name: by_name[each.name] for each in old if each.name in by_name}
    left = [each for each in old if each.name not in found]
    free = [each for each in new if each not in found.values()]
    for role in UNIQUE_ROLES:
        ones, others = ([each for each in each_of if each.role == role] for each_of in (left, free))
        if len(ones) == len(others) == 1:
            found[ones[0].name] = others[0]
    for each in old:
        other = found.get(each.name)
        if other is not None and (each.role == "class") != (other.role == "class"):
            what = ("a class", "not") if each.role == "class" else ("no class", "one")
            raise InputError(
                f"parameter {other.name!r} is {what[0]} in what it starts from and {what[1]} here;"
                " give it another name, or the same role"
            )
    return found


def seen(parameter: Parameter, size: int) -> F64:
    """What the network sees of the default, [size]: a number, or a weight for each class."""
    if size > 1:
        return np.maximum(0.0, 1.0 - np.abs(np.arange(size) - parameter.default))
    low, high = parameter.network_range
    return np.array([(parameter.default - low) / (high - low)])


def lacking(source: tuple[Manifest, Tier], target: tuple[Manifest, Tier]) -> list[Parameter]:
    """Parameters of the source that the target has none for: they are held at their defaults.

    Raises:
        InputError: a parameter is a class in one of them only.
    """
    old = _conditioning(*source)
    found = matched(old, _conditioning(*target))
    return [each for each in old if each.name not in found]


def _line(old: Parameter, new: Parameter) -> tuple[float, float]:
    """Slope and offset of what the source sees, by what the new network sees."""
    (low, high), (lowest, highest) = old.network_range, new.network_range
    scale, offset = 1.0, 0.0  # of values
    if old.role == "amplitude" and old.name != new.name:
        scale = (old.maximum - old.minimum) / (new.maximum - new.minimum)
        offset = old.minimum - scale * new.minimum
    return scale * (highest - lowest) / (high - low), (scale * lowest + offset - low) / (high - low)


def _check_numbers(old: Parameter, new: Parameter) -> None:
    """InputError where classes that the network sees as one number have changed theirs."""
    names, wanted = ([text.casefold() for text in each.labels] for each in (old, new))
    for number, name in enumerate(names):
        if name in wanted and wanted.index(name) != number:
            raise InputError(
                f"parameter {new.name!r}: class {new.labels[wanted.index(name)]!r} is number"
                f" {number} in what it starts from; give it that number, and new ones those behind"
            )


def _classes(old: Parameter, new: Parameter) -> F64:
    """The weights of the old classes for each of the new ones, [N, N']."""
    names, wanted = _names(old), _names(new)
    if not old.labels or not new.labels:
        names, wanted = list(map(str, range(len(names)))), list(map(str, range(len(wanted))))
    out = np.full((len(names), len(wanted)), 1.0 / len(names))
    for column, name in enumerate(wanted):
        if name in names:
            out[:, column] = 0.0
            out[names.index(name), column] = 1.0
    return out


def _names(parameter: Parameter) -> list[str]:
    labels = [label.casefold() for label in parameter.labels]
    return labels or list(map(str, range(class_count(parameter))))


def _conditioning(manifest: Manifest, tier: Tier) -> list[Parameter]:
    by_name = {parameter.name: parameter for parameter in manifest.parameters}
    return [by_name[name] for name in tier.conditioning]
