"""rtsynth plays trained recurrent networks of sound as live instruments."""

from typing import TYPE_CHECKING, Any

from rtsynth.errors import EngineError, InputError, PluginError, RtsynthError, RtsynthWarning

if TYPE_CHECKING:
    from rtsynth.host import Host
    from rtsynth.offline import render
    from rtsynth.plugin import Plugin, load, save

__version__ = "0.1.0"

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
    "Host": "rtsynth.host",
    "Plugin": "rtsynth.plugin",
    "load": "rtsynth.plugin",
    "save": "rtsynth.plugin",
    "render": "rtsynth.offline",
    "score": "rtsynth.teacher",
    "teacher_force": "rtsynth.teacher",
}


def __getattr__(name: str) -> Any:
    """Import on first use: `rtsynth --help` need not wait for the kernels."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'rtsynth' has no attribute {name!r}")
