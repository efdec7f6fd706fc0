"""The errors rtsynth raises on purpose; the command line maps them to exit statuses."""

from collections.abc import Sequence


class RtsynthError(Exception):
    """Base of every deliberate error. Its text is one line: what, where, remedy."""

    exit_status = 1


class InputError(RtsynthError):
    """Something the user gave (file, field, flag, message) cannot be used. Exit status 2."""

    exit_status = 2


class SettingsError(InputError):
    """Several mistakes in a file of settings, all of them: a line each. The text is all of them."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = tuple(lines)


class PluginError(InputError):
    """A plugin file that cannot be loaded; the text names the file and the field."""


class ControlError(InputError):
    """A control message that cannot be obeyed: unknown slot or name, or no room for the event."""


class WriteError(RtsynthError):
    """A file cannot be written although its place is a good one: disk full, quota, I/O error.

    Exit status 1. Nothing that was complete before is lost by it.
    """


class EngineError(RtsynthError):
    """The machine or the engine failed (no audio device, lost stream). Exit status 1."""


class NetworkError(RtsynthError):
    """Something elsewhere cannot be reached, or broke off; trying again may help. Exit status 1."""


class RtsynthWarning(UserWarning):
    """Something is done otherwise than it was asked for; the text is one line: what, and how.

    A value out of range that is moved into it, a part of a file that is left out. The command line
    prints these as `rtsynth: TEXT` on stderr.
    """
