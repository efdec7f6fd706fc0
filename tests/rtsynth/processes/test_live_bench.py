"""The shipped plugin at 64 frames: 1.3 ms for every callback, measured by `bench`.

An xrun counts as ours when a callback computed for longer than a period; whatever else comes late
was kept from its core. Time that the machine under a virtual one takes away counts as computed,
too, and excuses what it is long enough for. Three rounds of five are good.
"""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.requirements import lacking, require, require_portaudio
from tests.rounds import good_rounds
from tests.rtsynth.host.jack import JackServer, stolen_ms

SECONDS = 8
BLOCK_FRAMES, RATE_HZ = 64, 48_000
LARGEST_SHARE = 0.6  # of the period, at the 99.9th percentile

pytestmark = [pytest.mark.measure, pytest.mark.alone, pytest.mark.jack]


def one_round() -> dict[str, Any]:
    stolen = stolen_ms()
    with JackServer(rate_hz=RATE_HZ, block_frames=BLOCK_FRAMES) as server:
        done = subprocess.run(
            [sys.executable, "-m", "rtsynth", "bench", "clarinet-trumpet", "--precision",
             "float32", "--threads", "1", "--live", "--device", "JACK", "--rate", str(RATE_HZ),
             "--block", str(BLOCK_FRAMES), "--seconds", str(SECONDS), "--json"],
            capture_output=True, text=True, timeout=SECONDS * 4,
            env=os.environ | {"JACK_DEFAULT_SERVER": server.name},
        )  # fmt: skip
        if "no audio device" in done.stderr or "no device" in done.stderr:
            lacking(f"no JACK device for PortAudio ({done.stderr.strip()})")
        assert done.returncode == 0, done.stderr
        row: dict[str, Any] = json.loads(done.stdout)[0]
        return row | {"server_xruns": server.xruns(), "stolen_ms": stolen_ms() - stolen}


def test_64_frames(capsys: pytest.CaptureFixture[str]) -> None:
    require("jackd", "jack_lsp")
    require_portaudio()

    def attempt() -> str:
        row = one_round()
        with capsys.disabled():
            names = ("callbacks", "xruns", "overruns", "callback_us", "cpu_us", "stolen_ms")
            print(
                f"\n{SECONDS} s at {BLOCK_FRAMES} frames: { ({name: row[name] for name in names}) }"
            )
        assert row["block_frames"] == BLOCK_FRAMES
        assert row["callbacks"] == pytest.approx(SECONDS * RATE_HZ / BLOCK_FRAMES, rel=0.02)
        if row["overruns"] * row["period_us"] > row["stolen_ms"] * 1000:
            return f"{row['overruns']} overruns, {row['stolen_ms']} ms stolen"
        limit_us = LARGEST_SHARE * row["period_us"]
        slow = {name: row[name]["p999"] for name in ("callback_us", "cpu_us")
                if row[name]["p999"] >= limit_us}  # fmt: skip
        return f"99.9th percentiles of {limit_us:.0f} us and more: {slow}" if slow else ""

    good_rounds(attempt, good=3, of=5, reason="a virtual machine's cores are taken away at times")
