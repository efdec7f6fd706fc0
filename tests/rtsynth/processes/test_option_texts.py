"""Options as they are asked for and kept, and back."""

from rtsynth.host.restart import OPTIONS
from rtsynth.processes.option_texts import (
    kept_names,
    texts_of,
    with_kept_names,
    with_texts,
    without,
)
from rtsynth.processes.options import EngineOptions

ALL = EngineOptions(
    plugins=["a"],
    device="card",
    rate=44_100,
    block=64,
    precision="int8",
    ahead=12.5,
    midi="keys",
    voices=4,
    osc="0.0.0.0:9100",
    osc_allow=["192.0.2.7", "198.51.100.0/24"],
    seed=3,
)
TEXTS = {
    "device": "card",
    "rate": "44100",
    "block": "64",
    "precision": "int8",
    "ahead": "12.5",
    "midi": "keys",
    "voices": "4",
    "osc": "0.0.0.0:9100",
    "osc-allow": "192.0.2.7,198.51.100.0/24",
}


def test_texts_and_back() -> None:
    assert tuple(TEXTS) == OPTIONS
    assert texts_of(ALL) == TEXTS
    assert with_texts(EngineOptions(plugins=["a"], seed=3), TEXTS) == ALL


def test_auto_leaves_one_to_the_engine() -> None:
    assert with_texts(ALL, dict.fromkeys(TEXTS, "auto")) == EngineOptions(plugins=["a"], seed=3)
    assert texts_of(EngineOptions()) == dict.fromkeys(TEXTS, "auto") | {
        "voices": "1",
        "osc": "127.0.0.1:9000",
    }


def test_what_is_kept_can_be_left_out() -> None:
    options = with_kept_names(ALL, ["device", "osc-allow"])
    assert kept_names(options) == ("device", "osc-allow")
    less = without(options, ["device"])
    assert (less.device, less.rate, kept_names(less)) == (None, 44_100, ("osc-allow",))
    assert kept_names(EngineOptions()) == ()
