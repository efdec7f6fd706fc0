"""rtsynth plays trained recurrent networks of sound as live instruments."""

from typing import TYPE_CHECKING, Any

from rtsynth.common.errors import EngineError, InputError, PluginError, RtsynthError, RtsynthWarning
from rtsynth.common.version import __version__

if TYPE_CHECKING:
    from rtsynth.host.host import Host
    from rtsynth.offline.render import render
    from rtsynth.plugin import Plugin, load, save

__all__ = [
    "EngineError",
    "Host",
    "InputError",
    "Plugin",
    "PluginError",
    "RtsynthError",
    "RtsynthWarning",
    "__version__",
    "load",
    "render",
    "save",
    "score",
    "teacher_force",
]

_HOMES = {
    "Host": "rtsynth.host.host",
    "Plugin": "rtsynth.plugin",
    "load": "rtsynth.plugin",
    "save": "rtsynth.plugin",
    "render": "rtsynth.offline.render",
    "score": "rtsynth.offline.teacher",
    "teacher_force": "rtsynth.offline.teacher",
}


def __getattr__(name: str) -> Any:
    """Import on first use: `rtsynth --help` need not wait for the kernels."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'rtsynth' has no attribute {name!r}")
