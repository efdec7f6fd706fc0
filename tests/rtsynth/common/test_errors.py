"""Exit statuses: 2 for what the user gave, 1 for what the machine did."""

import pytest

from rtsynth.common import errors


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.RtsynthError, 1),
        (errors.EngineError, 1),
        (errors.WriteError, 1),
        (errors.InputError, 2),
        (errors.PluginError, 2),
        (errors.ControlError, 2),
    ],
)
def test_exit_statuses(error: type[errors.RtsynthError], status: int) -> None:
    assert error("one line").exit_status == status


def test_a_full_disk_is_nobodys_input() -> None:
    assert not issubclass(errors.WriteError, errors.InputError)
    assert not issubclass(errors.RtsynthWarning, errors.RtsynthError)
