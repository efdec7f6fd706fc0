"""Where `play` listens: one way to write an address, IPv6 included, for both of its processes."""

import re
from pathlib import Path

import pytest

from tests.rtsynth.cli.run import rtsynth

pytestmark = pytest.mark.system


@pytest.mark.measure
@pytest.mark.parametrize("host", ["[::1]", "[::]"])
def test_play_listens_at_an_ipv6_address(plugin_path: Path, host: str) -> None:
    done = rtsynth(
        "play", plugin_path, "--headless", "--osc", f"{host}:0", "--device", "null",
        "--midi", "none", "--seconds", "0.2",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert re.search(rf"OSC {re.escape(host)}:\d+; ", done.stderr)
