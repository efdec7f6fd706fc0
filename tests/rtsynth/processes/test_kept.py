"""What is kept is below the command line, and is kept once it has worked."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError, RtsynthWarning
from rtsynth.common.files.kept_options import VARIABLE, kept_options_file, read_kept_options
from rtsynth.common.files.kept_options import write_kept_options as write
from rtsynth.control.osc.endpoint import bind_udp
from rtsynth.processes.kept import keep, with_kept
from rtsynth.processes.options import EngineOptions

KEPT = {"device": "card", "rate": "96000", "block": "64", "midi": "keys", "voices": "4"}


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))


def test_what_was_not_given_is_as_it_is_kept() -> None:
    assert with_kept(EngineOptions(), ()) == EngineOptions()
    write(KEPT)
    assert with_kept(EngineOptions(rate=48_000, voices=1, seed=2), ["rate", "voices", "seed"]) == (
        EngineOptions(
            device="card", rate=48_000, block=64, midi="keys", seed=2, kept="device,block,midi"
        )
    )


@pytest.mark.parametrize(
    ("device", "more"), [("null", {}), ("card", {"rate": 96_000, "block": 64})]
)
def test_a_rate_is_for_the_device_it_was_kept_with(device: str, more: dict[str, int]) -> None:
    write(KEPT)
    found = with_kept(EngineOptions(device=device), ["device"])
    assert found.device == device
    assert {n: getattr(found, n) for n in ("rate", "block")} == {"rate": None, "block": None} | more
    assert found.midi == "keys"


def test_an_engine_that_is_supervised_has_been_told(tmp_path: Path) -> None:
    write(KEPT)
    options = EngineOptions(supervised=tmp_path)
    assert with_kept(options, ()) is options


@pytest.mark.parametrize(
    "options", [{"rate": "fast"}, {"colour": "red"}, {"osc-allow": "tablet"}, {"osc-allow": "::/0"}]
)
def test_a_damaged_file_is_said_and_left(options: dict[str, str]) -> None:
    write(options)
    with pytest.warns(RtsynthWarning, match="correct .*json or delete it; playing without") as said:
        assert with_kept(EngineOptions(), ()) == EngineOptions()
    assert len(said) == 1
    with pytest.raises(InputError):
        keep({"device": "null"})
    assert read_kept_options() == options


def test_a_port_that_is_busy_is_left() -> None:
    with bind_udp("127.0.0.1", 0) as other:
        place = f"127.0.0.1:{other.getsockname()[1]}"
        write({"osc": place, "osc-allow": "192.0.2.1", "midi": "keys"})
        with pytest.warns(RtsynthWarning, match="busy .*; playing without"):
            found = with_kept(EngineOptions(), ())
    assert found == EngineOptions(midi="keys", kept="midi")
    assert with_kept(EngineOptions(), ()).osc == place
    assert with_kept(EngineOptions(), ["osc"]).osc_allow is None


def test_what_works_is_kept_beside_the_rest() -> None:
    keep({"device": "card", "rate": "96000"})
    keep({"rate": "auto", "block": "64"})
    assert read_kept_options() == {"device": "card", "block": "64"}
    keep({"device": "null", "keep": "no"})
    assert read_kept_options() == {"device": "card", "block": "64"}
    keep({"forget": ""})
    path = kept_options_file()
    assert path is not None
    assert not path.exists()
