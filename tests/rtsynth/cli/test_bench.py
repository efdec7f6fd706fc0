"""`rtsynth bench`."""

import json
from pathlib import Path

import pytest

from tests.rtsynth.cli.run import rtsynth, succeeds

pytestmark = pytest.mark.system


OFFLINE = {
    "plugin", "precision", "threads", "voices", "us_per_sample", "x_realtime", "weight_bytes",
    "bandwidth_gb_s", "limit_us_per_sample", "fraction_of_limit",
}  # fmt: skip


LIVE = {"block_frames", "rate_hz", "callbacks", "xruns", "callback_us", "period_us"}


@pytest.mark.measure
def test_bench(plugin_path: Path, tmp_path: Path) -> None:
    done = rtsynth("bench", plugin_path, "--arch", "gru:2x16", "--seconds", "0.1", "--json",
                   "--live", "--device", "null", "--block", "64", "--threads", "1",
                   "--append", tmp_path / "log.jsonl")  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    precisions = ["float32", "int8", "int4"]
    settings = [(row["plugin"], row["precision"]) for row in rows]
    assert settings == [(name, p) for name in ("random", "gru:2x16") for p in precisions]
    kept = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [
        {name: line[name] for name in row} for line, row in zip(kept, rows, strict=True)
    ] == rows
    assert all(line["cpu"] and line["time"] and "commit" in line for line in kept)
    for row in rows:
        assert row.keys() >= OFFLINE | LIVE
        assert row["threads"] == row["voices"] == 1
        assert row["callback_us"].keys() == {"p50", "p99", "p999", "max"}
        assert row["x_realtime"] == pytest.approx(62.5 / row["us_per_sample"])
        ratio = row["limit_us_per_sample"] / row["us_per_sample"]
        assert row["fraction_of_limit"] == pytest.approx(ratio)
        assert row["limit_us_per_sample"] == pytest.approx(
            row["bytes_per_sample"] / row["bandwidth_gb_s"] / 1e3
        )
        assert row["period_us"] == pytest.approx(64 / 48_000 * 1e6)
        assert row["callbacks"] > 50
        times = row["callback_us"]
        assert 0 < times["p50"] <= times["p99"] <= times["p999"] <= times["max"]
    # Every measurement is announced, and how many there are.
    told = [line for line in done.stderr.splitlines() if "rtsynth: measuring " in line]
    assert len(told) == 6
    assert told[1].startswith("rtsynth: measuring 2 of 6: random int8 on 1 thread; at least ")
    # 2 layers of 20 units and 256 outputs, in whole vectors of 16.
    assert rows[0]["weight_bytes"] > 4 * (3 * 20 * 20 * 2 * 2 + 256 * 20)
    # In a pipe nothing is cut.
    table = succeeds("bench", "--arch", "gru:1x8", "--seconds", "0.1", COLUMNS="40")
    for heading in ("precision", "us/sample", "weights MB", "of limit", "float32"):
        assert heading in table
    assert "…" not in table
