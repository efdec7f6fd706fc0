"""A family of another package is a package and one entry point: nothing of rtsynth knows it.

The package is the one of the documentation's page.
"""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import rtsynth
from rtsynth.common.errors import InputError, PluginError
from rtsynth.compiler.packed_cache import PackedCache
from rtsynth.plugin import Codec, Manifest, Parameter, Plugin, Tier
from rtsynth.plugin.family import find_family
from tests.docs.pages import blocks_of
from tests.places import ROOT

PACKAGE = "rtsynth_elman"
HIDDEN, LEVELS = 20, 32


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed packages that has the family in it."""
    folder = tmp_path / "site-packages"
    (folder / PACKAGE).mkdir(parents=True)
    for block in blocks_of(ROOT / "docs" / "how-to" / "add-a-model-family.md"):
        if block.title.startswith(f"{PACKAGE}/"):
            (folder / block.title).write_text(block.text)
    facts = folder / f"{PACKAGE}-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(
        f"[rtsynth.families]\nelman = {PACKAGE}.spec:FAMILY\nbroken = {PACKAGE}.nothing:FAMILY\n"
    )
    monkeypatch.syspath_prepend(folder)
    find_family.cache_clear()
    yield folder
    find_family.cache_clear()
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def manifest_of(family: str = "elman", **config: object) -> Manifest:
    return Manifest(
        name="tone",
        sample_rate_hz=16_000,
        codec=Codec(name="mu_law_round", levels=LEVELS),
        parameters=[Parameter(name="bright", minimum=0, maximum=2, default=1)],
        tiers=[
            Tier(
                name="audio",
                family=family,
                rate_hz=16_000,
                conditioning=["bright"],
                config={"hidden_size": HIDDEN} | config,
            )
        ],
    )


def written(path: Path) -> Plugin:
    manifest, random = manifest_of(), np.random.default_rng(0)
    shapes = find_family("elman").tensor_shapes(manifest, manifest.tiers[0])
    tensors = {
        f"audio.{name}": random.normal(0, 0.4, shape).astype(np.float32)
        for name, shape in shapes.items()
    }
    return rtsynth.save(path, manifest, tensors)


def test_its_plugins_load_and_render(site: Path, tmp_path: Path) -> None:
    path = tmp_path / "tone.safetensors"
    written(path)
    plugin = rtsynth.load(path)
    sound = rtsynth.render(plugin, 0.1, controls={"bright": 1.5}, seed=3)
    assert sound.shape == (1600,)
    assert len(np.unique(sound)) > LEVELS // 2
    other = rtsynth.render(plugin, 0.1, controls={"bright": 0.0}, seed=3)
    assert not np.array_equal(sound, other)


def test_the_engine_computes_its_formula(site: Path, tmp_path: Path) -> None:
    plugin = written(tmp_path / "tone.safetensors")
    weights = {name: x.astype(np.float64) for name, x in plugin.tier_tensors("audio").items()}
    random = np.random.default_rng(1)
    codes, bright = random.integers(0, LEVELS, 50), random.uniform(0, 1, (50, 1))
    logits, after = rtsynth.teacher_force(plugin, codes, bright)
    state = np.zeros(HIDDEN)
    for row, code, knob in zip(logits, codes, bright, strict=True):
        heard = weights["input.weight"] @ [code / (LEVELS - 1), *knob]
        state = np.tanh(heard + weights["recurrent.weight"] @ state + weights["recurrent.bias"])
        exact = weights["output.weight"] @ state + weights["output.bias"]
        np.testing.assert_allclose(row, exact, atol=1e-5)
    np.testing.assert_allclose(after.hidden[0], state, atol=1e-5)


def test_reading_a_file_does_not_import_its_tape(site: Path, tmp_path: Path) -> None:
    written(tmp_path / "tone.safetensors")
    rtsynth.load(tmp_path / "tone.safetensors")
    assert f"{PACKAGE}.spec" in sys.modules
    assert f"{PACKAGE}.tape" not in sys.modules


def test_its_own_refusals_name_the_file_and_the_tier(site: Path, tmp_path: Path) -> None:
    path = tmp_path / "tone.safetensors"
    with pytest.raises(PluginError) as line:
        rtsynth.save(path, manifest_of(hidden_size=0), {})
    assert str(line.value).startswith(f"{path}: tier 'audio': config.hidden_size: ")


def test_packed_weights_depend_on_its_sources(site: Path, tmp_path: Path) -> None:
    plugin = written(tmp_path / "tone.safetensors")
    before = PackedCache(plugin, "int8").path
    assert PackedCache(plugin, "int8").path == before
    with (site / PACKAGE / "tape.py").open("a") as tape:
        tape.write("# changed\n")
    assert PackedCache(plugin, "int8").path != before


def test_an_object_with_a_plain_compile_method_is_a_family(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As packages from before `LazyTape` have it."""
    plugin = written(tmp_path / "tone.safetensors")
    family = find_family("elman")
    expected = rtsynth.render(plugin, 0.05)
    tape = import_module(f"{PACKAGE}.tape")

    def write(self, manifest, tier, tensors, builder) -> None:
        tape.compile_tier(manifest, tier, tensors, builder)

    plain = type("Plain", (type(family),), {"compile": write})
    monkeypatch.setattr(f"{PACKAGE}.spec.FAMILY", plain())
    find_family.cache_clear()
    assert type(find_family("elman")) is plain
    np.testing.assert_array_equal(rtsynth.render(plugin, 0.05), expected)


def test_one_that_cannot_be_imported_is_one_line(site: Path) -> None:
    with pytest.raises(InputError, match=f"'broken' cannot be imported from {PACKAGE}.nothing:"):
        find_family("broken")


def test_one_that_is_not_installed_names_the_others(site: Path) -> None:
    with pytest.raises(InputError, match="known: .*elman, gru, mtcrnn, samplernn"):
        find_family("nonesuch")
