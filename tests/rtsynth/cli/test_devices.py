"""`rtsynth devices`."""

import json

import pytest

from tests.rtsynth.cli.run import succeeds

pytestmark = pytest.mark.system


def test_devices() -> None:
    document = json.loads(succeeds("devices", "--json"))
    assert document.keys() == {"audio", "midi", "problems"}
    null = document["audio"][-1]
    assert (null["name"], null["rate_hz"]) == ("null", 48_000)
    assert sum(row["default"] for row in document["audio"]) <= 1
    assert "null" in succeeds("devices")
