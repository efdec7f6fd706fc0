"""Only networks whose weights alone differ are alike."""

import pytest

from rtsynth.compiler.alike import difference
from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.plugin import Manifest, Parameter, Plugin, Provenance
from tests.rtsynth.plugins import PARAMETERS, gru_manifest, gru_tensors, tiers_plugin


def compiled(manifest: Manifest, seed: int = 0, precision: str = "float32") -> Compiled:
    return compile_plugin(
        Plugin(manifest, gru_tensors(manifest, seed)), precision, calibrated=False
    )


@pytest.mark.parametrize("precision", ["float32", "int8"])
def test_other_weights_are_no_difference(precision: str) -> None:
    told = gru_manifest(description="another", provenance=Provenance(steps=9))
    one, other = compiled(gru_manifest(), 0, precision), compiled(told, 1, precision)
    assert (one.program.weights != other.program.weights).any()
    assert difference(one, other) is None


def test_tiers() -> None:
    assert difference(compile_plugin(tiers_plugin()), compile_plugin(tiers_plugin())) is None


OTHERS = {
    "sample rate": gru_manifest(rate_hz=8000),
    "codec": gru_manifest(levels=128),
    "parameters": gru_manifest(
        parameters=[Parameter(name="instrument", minimum=0, maximum=2, default=0), *PARAMETERS[1:]]
    ),
    "layers": gru_manifest(hidden=24),
}


@pytest.mark.parametrize("what", OTHERS)
def test_what_differs_is_named(what: str) -> None:
    assert difference(compiled(gru_manifest()), compiled(OTHERS[what])) == what


def test_another_precision() -> None:
    manifest = gru_manifest()
    assert difference(compiled(manifest), compiled(manifest, 0, "int8")) == "precision"


def test_another_start_is_another_network() -> None:
    assert difference(compiled(gru_manifest()), compiled(gru_manifest(initial_state="zeros")))
