"""Values of parameters that only the plugin has."""

import pytest

from rtsynth.plugin import Manifest, Parameter, Plugin, Tier
from rtsynth.plugin.manifest import Codec
from rtsynth_train.core.start import Start
from rtsynth_train.core.start_values import MOST, variants


def knob(name: str, low: float = 0.0, high: float = 1.0, default: float = 0.0, **more) -> Parameter:
    return Parameter(name=name, minimum=low, maximum=high, default=default, **more)


def manifest(*parameters: Parameter) -> Manifest:
    tier = Tier(
        name="audio", family="gru", rate_hz=16000, conditioning=[each.name for each in parameters],
        config={"hidden_size": 2, "layers": 1},
    )  # fmt: skip
    return Manifest(
        name="it", sample_rate_hz=16000, codec=Codec(name="mu_law_round", levels=256), tiers=[tier],
        parameters=list(parameters),
    )  # fmt: skip


PITCH = knob("pitch", 60, 72, 66, role="pitch")


def choices(*parameters: Parameter) -> list[tuple[str, dict[str, float]]]:
    """Of a plugin with these and a pitch, for a network with a pitch alone."""
    start = Start("it", [Plugin(manifest(*parameters, PITCH), {})])
    found = variants(start, manifest(PITCH))
    assert found[0][1] is start
    for _, each in found:
        assert each.plugins[0].manifest.parameters[-1] == PITCH
        assert [p.name for p in each.plugins[0].parameters] == [
            *(p.name for p in parameters),
            "pitch",
        ]
    return [
        (name, {p.name: p.default for p in each.plugins[0].parameters[:-1]}) for name, each in found
    ]


def test_every_instrument_of_a_plugin_that_has_a_knob_for_each() -> None:
    assert choices(knob("flute", default=1.0), knob("horn"), knob("violin")) == [
        ("its defaults", {"flute": 1.0, "horn": 0.0, "violin": 0.0}),
        ("horn 1", {"flute": 0.0, "horn": 1.0, "violin": 0.0}),
        ("violin 1", {"flute": 0.0, "horn": 0.0, "violin": 1.0}),
    ]


def test_every_class_beside_the_defaults_of_others() -> None:
    instrument = knob("instrument", 0, 2, 1, role="class", labels=["a", "b", "c"])
    assert choices(instrument) == [
        ("its defaults", {"instrument": 1}),
        ("instrument a", {"instrument": 0}),
        ("instrument c", {"instrument": 2}),
    ]
    unnamed = knob("instrument", 0, 1, role="class")
    assert choices(unnamed, knob("air", default=0.5)) == [
        ("its defaults", {"instrument": 0, "air": 0.5}),
        ("instrument 1", {"instrument": 1, "air": 0.5}),
        ("air 1", {"instrument": 0, "air": 1}),
    ]


def test_nothing_to_choose() -> None:
    assert choices() == [("its defaults", {})]
    level = manifest(PITCH).tiers[0].model_copy(update={"outputs": ["pitch"], "name": "top"})
    other = manifest(PITCH).model_copy(update={"tiers": [level], "codec": None})
    assert len(variants(Start("it", [Plugin(other, {})]), manifest(PITCH))) == 1


@pytest.mark.parametrize("count", [MOST, 64])
def test_there_are_not_too_many(count: int) -> None:
    assert len(choices(knob("instrument", 0, count - 1, role="class"))) == MOST
