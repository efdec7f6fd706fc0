"""Values that reach into hidden layers, for which a closed slot has no controls.

See `rtsynth.engine.program.hidden_rows`, which names them.
"""

import re
from collections.abc import Collection, Container, Mapping

from rtsynth.plugin import Plugin

OPENED = "opened"  # the section of a slot that has controls for them
Setting = float | str  # of a preset: a value, or a label

_NAME = re.compile(r"(.+)\.(?:layer\d+_(scale|noise)|(?:frame\d+_)?(freeze|loop))")
# Where a control does nothing; the length of a loop does nothing by itself.
_IDLE: dict[str, Container[Setting]] = {"scale": (1.0,), "noise": (0.0,), "freeze": (0.0, "off")}


def tiers_of(plugin: Plugin) -> list[str]:
    """The names of a plugin's tiers."""
    return [tier.name for tier in plugin.manifest.tiers]


def is_hidden(name: str, tiers: Collection[str]) -> bool:
    """Whether a control of this name is there once a plugin with these tiers is opened."""
    found = _NAME.fullmatch(name)
    return found is not None and found[1] in tiers


def needs_opening(
    values: Mapping[str, Setting], there: Container[str], tiers: Collection[str]
) -> bool:
    """Whether values are heard only in an opened slot.

    Args:
        there: the controls that the slot has as it is.
        tiers: of its plugin.
    """
    return any(
        name not in there and is_hidden(name, tiers) and not _is_idle(name, value)
        for name, value in values.items()
    )


def _is_idle(name: str, value: Setting) -> bool:
    found = _NAME.fullmatch(name)
    kind = (found[2] or found[3]) if found else ""
    return kind == "loop" or value in _IDLE.get(kind, ())
