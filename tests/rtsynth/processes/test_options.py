"""The one table of an engine's flags."""

from dataclasses import fields, replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from rtsynth.cli.engine_command import engine_command
from rtsynth.common.errors import InputError
from rtsynth.processes.options import EngineOptions, parse_modulation, parse_surfaces

OPTIONS = EngineOptions(
    plugins=["one", "two"],
    device="null",
    rate=44_100,
    block=64,
    channels=4,
    outputs="per-slot",
    ahead=20.0,
    seconds=2.5,
    record="a b.wav",
    log="a.events",
    preset="2 warm",
    recall_set="gig",
    settings=["pitch=69", "gain=-6"],
    modulate=["lfo1:pitch:0.05", "walk:gain:-0.1"],
    voices=4,
    bend_range=12.0,
    velocity="soft",
    voice_mode="legato",
    pressure="none",
    timbre="gain",
    tuning="fifths",
    keyboard_map="white.kbm",
    mpe="lower",
    seed=7,
    precision="int8",
    threads=2,
    osc="127.0.0.1:9001",
    midi="keys",
    osc_allow=["192.0.2.7", "198.51.100.0/24"],
    oscquery="announce",
    midi_map="map.toml",
    tempo=96.0,
    sync="midi",
    surfaces=["fifo=/tmp/knobs", "pads"],
    kept="device,rate",
    supervised=Path("folder"),
)


def test_every_flag_is_passed_on() -> None:
    changed = [getattr(OPTIONS, option.name) != option.default for option in fields(OPTIONS)]
    assert all(changed)
    read: list[EngineOptions] = []

    @engine_command
    def command(options: EngineOptions) -> int:
        read.append(options)
        return 0

    app = typer.Typer()
    app.command()(command)
    result = CliRunner().invoke(app, OPTIONS.words())
    assert result.exit_code == 0, result.output
    assert read == [OPTIONS]


def test_what_is_left_out_is_not_a_word() -> None:
    assert EngineOptions(["one"]).words() == ["--", "one"]
    assert EngineOptions(seconds=1.0).words() == ["--seconds", "1.0", "--"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seconds": 0.0}, "--seconds"),
        ({"settings": ["pitch"]}, "--set 'pitch'"),
        ({"modulate": ["lfo1:pitch"]}, "--modulate 'lfo1:pitch'"),
        ({"precision": "int2"}, "--precision"),
        ({"threads": 0}, "--threads"),
        ({"ahead": -1.0}, "--ahead"),
        ({"velocity": "firm"}, "--velocity firm"),
        ({"tuning": "missing.scl"}, "missing.scl"),
        ({"recall_set": "gig"}, "--recall-set: a set has plugins and values; leave PLUGIN out"),
        ({"recall_set": "gig", "plugins": None}, "leave --preset out"),
        ({"recall_set": "gig", "plugins": None, "preset": None}, "leave --set out"),
    ],
)
def test_what_needs_no_plugin_is_refused_at_once(change: dict[str, object], message: str) -> None:
    options = replace(OPTIONS, recall_set=None, tuning="off", keyboard_map=None)
    options.check()
    with pytest.raises(InputError, match=message):
        replace(options, **change).check()


def test_the_text_of_a_surface_is_its_own() -> None:
    assert parse_surfaces(["fifo=/tmp/a=b", "pads"]) == {"fifo": "/tmp/a=b", "pads": ""}
    assert parse_surfaces(None) == {}


def test_modulation_is_source_parameter_and_depth() -> None:
    texts = ["lfo1:pitch:0.05", "macro1:motion/beta:-1", " walk : sampling/top_p : 0.5"]
    assert parse_modulation(texts) == {
        ("lfo1", "pitch"): 0.05,
        ("macro1", "motion.beta"): -1.0,
        ("walk", "top_p"): 0.5,
    }
    assert parse_modulation(None) == {}
    for text in ("lfo1", "lfo1:pitch", "lfo1:0.5", ":pitch:0.5", "lfo1::0.5", "lfo1:pitch:nan"):
        with pytest.raises(InputError, match="expected SOURCE:PARAMETER:DEPTH"):
            parse_modulation([text])
