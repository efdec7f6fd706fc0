"""Plugin files that are damaged or say extreme things: refused, or they play."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from rtsynth.common.errors import PluginError
from rtsynth.compiler.compile import compile_plugin
from rtsynth.offline.render import render
from rtsynth.plugin import Manifest, Plugin, Tier, load, save
from rtsynth.plugin.family import find_family
from tests.rtsynth.compiler.test_compile import golden_tensors
from tests.rtsynth.plugin.edited_files import Edit, edited, setting, write_file
from tests.rtsynth.plugins import random_plugin


def loads_or_is_refused(path: Path) -> None:
    """No other error, and never a crash, may come of a file."""
    refusal = str(path)
    try:
        compile_plugin(load(path))
    except PluginError as error:
        refusal = str(error)
    assert str(path) in refusal
    assert "\n" not in refusal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "broken.safetensors"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plugin with everything in it, as small as can be: most of its bytes are header."""
    folder = tmp_path_factory.mktemp("fuzz")
    plugin = random_plugin(folder / "a.safetensors", hidden=1, layers=1, levels=2)
    tensors = plugin.tensors | golden_tensors(plugin) | {"rest.audio": np.zeros((1, 1), "f4")}
    save(folder / "a.safetensors", plugin.manifest, tensors)
    compile_plugin(load(folder / "a.safetensors"))
    return folder / "a.safetensors"


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(data=st.data())
def test_any_flipped_bytes_load_or_are_refused(small: Path, data: st.DataObject) -> None:
    whole = bytearray(small.read_bytes())
    flips = data.draw(
        st.lists(
            st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), min_size=1, max_size=4
        )
    )
    for at, value in flips:
        whole[at] = value
    broken = small.with_name("flipped.safetensors")
    broken.write_bytes(bytes(whole))
    loads_or_is_refused(broken)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(data=st.data())
def test_any_manifest_value_loads_or_is_refused(small: Path, data: st.DataObject) -> None:
    """Every leaf of the manifest replaced by odd JSON values."""
    plugin = load(small)
    raw = json.loads(plugin.manifest.model_dump_json())
    leaves = list(_leaves(raw))
    place, key = data.draw(st.sampled_from(leaves))
    place[key] = data.draw(
        st.one_of(
            st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(),
            st.text(max_size=20), st.just([]), st.just({}), st.just([[1]]), st.just({"a": None}),
        )
    )  # fmt: skip
    broken = small.with_name("edited.safetensors")
    save_file(dict(plugin.tensors), broken, metadata={"rtsynth": json.dumps(raw)})
    loads_or_is_refused(broken)


def _leaves(node: Any) -> Any:
    for key in list(node) if isinstance(node, dict) else range(len(node)):
        yield node, key
        if isinstance(node[key], dict | list):
            yield from _leaves(node[key])


def test_loading_executes_nothing(path: Path, plugin: Plugin, tmp_path: Path) -> None:
    """Texts that other formats would run stay texts."""
    witness = tmp_path / "ran"
    text = f"__import__('os').system('touch {witness}')"
    write_file(path, plugin, setting("description", to=text))
    assert load(path).manifest.description == text
    assert Manifest.model_validate(load(path).manifest.model_dump()) == load(path).manifest
    assert not witness.exists()


def _generated(raw: dict[str, Any], name: str, minimum: float, maximum: float) -> None:
    """Let a tier above the audio make a parameter."""
    raw["parameters"].append(
        {"name": name, "minimum": minimum, "maximum": maximum, "default": minimum}
    )
    config = {"hidden_size": 4, "layers": 1}
    above = {"name": "above", "family": "mtcrnn", "rate_hz": 100, "outputs": [name]}
    raw["tiers"].insert(0, above | {"config": config})
    raw["tiers"][1]["conditioning"].append(name)


def _linear(minimum: float, maximum: float, name: str = "linear_inverted") -> Edit:
    return lambda raw: raw["codec"].update(name=name, minimum=minimum, maximum=maximum)


def _span(**fields: float) -> Edit:
    return lambda raw: raw["parameters"][0].update(fields)


# What once passed and then failed when it was to be played, and what lies just inside the bounds.
# The part of a refusal, or None where it plays.
EDGES: dict[str, tuple[Edit, str | None]] = {
    "top_k 1e31": (lambda raw: raw["sampling"].update(top_k=10**31), "sampling.top_k"),
    "top_k 65536": (lambda raw: raw["sampling"].update(top_k=65536), None),
    "a name of 65 letters": (lambda raw: _generated(raw, "r" * 65, 0, 1), "more than 64 char"),
    "a name of 64 letters": (lambda raw: _generated(raw, "r" * 64, 0, 1), None),
    "a tier of 64 letters": (lambda raw: raw["tiers"][0].update(name="t" * 64), "is missing"),
    "a width of 2e30": (lambda raw: _generated(raw, "r", -1e30, 1e30), None),
    "a width of 1e-30": (lambda raw: _generated(raw, "r", 0, 1.1e-30), None),
    "a width of 1e-40": (lambda raw: _generated(raw, "r", 0, 1e-40), "nothing between"),
    "a knob of 1e-40": (_span(minimum=0, maximum=1e-40, default=0), "nothing between"),
    "a knob near 1e9": (_span(minimum=1e9, maximum=1e9 + 1, default=1e9), "nothing between"),
    "a range near 1e9": (
        _span(network_minimum=1e9, network_maximum=1e9 + 1),
        "nothing between",
    ),
    "a denormal codec": (_linear(0.0, 5e-324), "less than 1e-06"),
    "a narrow codec": (_linear(1e6 - 1e-5, 1e6), None),
    "a far codec": (_linear(-1e6, 1e6), None),
    "a farther codec": (_linear(-1.1e6, 1e6), "codec.minimum"),
    "a narrow linear codec": (_linear(-1e6, -1e6 + 1e-5, "linear"), None),
    "infinite bits": (
        lambda raw: raw["provenance"].update(held_out_bits_per_sample=float("inf")),
        "held_out_bits_per_sample",
    ),
    "much conditioning": (lambda raw: raw["tiers"][0].update(conditioning=["pitch"] * 200), "128"),
}


@pytest.mark.parametrize(("edit", "refusal"), EDGES.values(), ids=EDGES)
def test_what_loads_plays(tmp_path: Path, edit: Edit, refusal: str | None) -> None:
    plugin = random_plugin(tmp_path / "y.safetensors", hidden=4, layers=1)
    raw = edited(plugin.manifest.model_dump(), edit)
    tensors = {name: np.array(tensor) for name, tensor in plugin.tensors.items()}
    if raw["tiers"][0]["name"] == "above":
        # Its manifest may be one that is refused; shapes need the tier alone.
        manifest = plugin.manifest
        widened = np.zeros((4, 1), np.float32)
        tensors["audio.input.weight"] = np.hstack([tensors["audio.input.weight"], widened])
        tier = Tier.model_validate(raw["tiers"][0])
        shapes = find_family("mtcrnn").tensor_shapes(manifest, tier)
        tensors |= {f"above.{name}": np.ones(shape, np.float32) for name, shape in shapes.items()}
    path = tmp_path / "x.safetensors"
    save_file(tensors, path, metadata={"rtsynth": json.dumps(raw)})
    if refusal is None:
        assert np.isfinite(render(load(path), 640 / 16_000)).all()
        return
    with pytest.raises(PluginError) as error:
        load(path)
    assert refusal in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "tensor", "message"),
    [
        ("audio.output.bias", np.full(256, 1.1e5, np.float32), "too large for float32"),
        ("audio.output.bias", np.full(256, -(1 << 62), np.int64), "too large for float32"),
        ("audio.output.bias", np.array([np.nan] + [0] * 255), "not finite"),
        ("audio.output.bias", np.array([0.0] * 255 + [-np.inf]), "not finite"),
    ],
)
def test_numbers_that_cannot_be_computed_with(
    path: Path, plugin: Plugin, name: str, tensor: np.ndarray, message: str
) -> None:
    with pytest.raises(PluginError, match=message):
        load(write_file(path, plugin, tensors={name: tensor}))


def test_bounds_of_what_a_file_says(path: Path, plugin: Plugin) -> None:
    with pytest.raises(PluginError, match=r"manifest: longer than 4\.2 MB"):
        load(write_file(path, plugin, text=" " * ((4 << 20) + 1)))
    golden = golden_tensors(plugin) | {"golden.codes": np.zeros(4097, np.int32)}
    with pytest.raises(PluginError, match="has 4097 codes; an excerpt has at most 4096"):
        load(write_file(path, plugin, tensors=golden))
