"""Plugin files: what was saved comes back; whatever else is in a file gives one clear line."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from rtsynth.common.errors import InputError, PluginError, WriteError
from rtsynth.compiler.compile import compile_plugin
from rtsynth.offline.render import render
from rtsynth.plugin import FORMAT, Manifest, Plugin, Tier, load, save
from rtsynth.plugin.family import find_family
from tests.rtsynth.compiler.test_compile import golden_tensors
from tests.rtsynth.plugins import gru_manifest, gru_tensors, random_plugin

Edit = Callable[[dict[str, Any]], Any]


def refuses(path: Path, *parts: str) -> str:
    """The one line with which `path` is refused; it names the file and all `parts`."""
    with pytest.raises(PluginError) as info:
        compile_plugin(load(path))
    text = str(info.value)
    assert "\n" not in text
    for part in (str(path), *parts):
        assert part in text, text
    return text


def loads_or_is_refused(path: Path) -> None:
    """No other error, and never a crash, may come of a file."""
    refusal = str(path)
    try:
        compile_plugin(load(path))
    except PluginError as error:
        refusal = str(error)
    assert str(path) in refusal
    assert "\n" not in refusal


def _write(path: Path, plugin: Plugin, manifest: Edit | None = None, **extra: Any) -> Path:
    """A file with an edited manifest and tensors (None removes one), written unchecked."""
    raw = plugin.manifest.model_dump()
    text = json.dumps(raw if manifest is None else _edited(raw, manifest))
    tensors = {name: np.array(tensor) for name, tensor in plugin.tensors.items()}
    for name, tensor in extra.pop("tensors", {}).items():
        if tensor is None:
            del tensors[name]
        else:
            tensors[name] = tensor
    save_file(tensors, path, metadata={"rtsynth": extra.pop("text", text)})
    return path


def _edited(raw: dict[str, Any], edit: Edit) -> Any:
    replaced = edit(raw)
    return raw if replaced is None else replaced


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "broken.safetensors"


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    manifest = gru_manifest(
        description="a, b: ü", licence="CC0", provenance={"dataset": "none", "steps": 3}
    )
    tensors = gru_tensors(manifest) | {"rest.audio": np.full((2, 20), 0.25, np.float32)}
    saved = save(tmp_path / "x.safetensors", manifest, tensors)
    loaded = load(tmp_path / "x.safetensors")
    assert loaded.manifest == saved.manifest == manifest
    assert loaded.path == tmp_path / "x.safetensors"
    assert loaded.tensors.keys() == tensors.keys()
    for name, tensor in tensors.items():
        np.testing.assert_array_equal(loaded.tensors[name], tensor)
    assert loaded.name == "random"
    assert loaded.sample_rate_hz == 16_000
    assert [p.name for p in loaded.parameters] == ["instrument", "amplitude", "pitch"]
    pitch = loaded.parameters[2]
    assert (pitch.minimum, pitch.maximum, pitch.default, pitch.unit) == (64, 76, 69, "MIDI")


def test_no_file(tmp_path: Path) -> None:
    refuses(tmp_path / "absent.safetensors", "no such file")
    refuses(tmp_path, "is a folder")


@pytest.mark.parametrize(
    "content",
    [b"", b"\0", b"hello, this is not a plugin", b"\xff" * 100, b"RIFF\x24\0\0\0WAVEfmt "],
    ids=["empty", "nul", "text", "ff", "wav"],
)
def test_not_a_safetensors_file(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    refuses(path, "not a readable .safetensors file")


def test_every_truncation_is_refused(path: Path, plugin_path: Path) -> None:
    whole = plugin_path.read_bytes()
    header = 8 + int.from_bytes(whole[:8], "little")
    cuts = {0, 1, 7, 8, 9, header // 2, header - 1, header, header + 1, len(whole) // 2}
    cuts |= {len(whole) - 4, len(whole) - 1}
    for cut in sorted(cuts):
        path.write_bytes(whole[:cut])
        refuses(path, "not a readable .safetensors file")
    path.write_bytes(whole + b"\0")
    refuses(path, "not a readable .safetensors file")


def test_a_file_that_may_not_be_read(path: Path, plugin: Plugin) -> None:
    _write(path, plugin)
    path.chmod(0)
    if os.access(path, os.R_OK):  # root reads everything
        assert load(path).name == plugin.name
    else:
        refuses(path, "not a readable")


def test_other_safetensors_files(path: Path, plugin: Plugin) -> None:
    save_file(dict(plugin.tensors), path)
    refuses(path, "not an rtsynth plugin")
    save_file(dict(plugin.tensors), path, metadata={"format": "pt"})
    refuses(path, "not an rtsynth plugin")


@pytest.mark.parametrize("version", [0, FORMAT + 1, -1, "1", None, 1.5, [1], {"a": 1}])
def test_other_versions(path: Path, plugin: Plugin, version: Any) -> None:
    _write(path, plugin, lambda raw: raw.__setitem__("format", version))
    refuses(path, "manifest: format", f"version {FORMAT}")


@pytest.mark.parametrize(
    "text",
    ["", "{", "nonsense", "[1, 2", "\0", '{"format": 1', "[" * 100_000, '{"a":' * 100_000],
    ids=["empty", "brace", "word", "list", "nul", "cut", "deep list", "deep object"],
)
def test_a_manifest_that_is_not_json(path: Path, plugin: Plugin, text: str) -> None:
    _write(path, plugin, text=text)
    refuses(path, "manifest: not JSON")


@pytest.mark.parametrize("document", [[], 1, "x", None, {}])
def test_a_manifest_of_another_kind(path: Path, plugin: Plugin, document: Any) -> None:
    _write(path, plugin, text=json.dumps(document))
    refuses(path, "manifest: format None")


def _set(*keys: Any, to: Any) -> Edit:
    def edit(raw: dict[str, Any]) -> None:
        place = raw
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = to

    return edit


NAN, INFINITY = float("nan"), float("inf")
FIELDS: list[tuple[Edit, str]] = [
    (_set("name", to=""), "name"),
    (_set("name", to=5), "name"),
    (_set("name", to="x" * 1000), "name"),
    (_set("surprise", to=1), "surprise"),
    (_set("two\nlines", to=1), "two"),
    (_set("sample_rate_hz", to=0), "sample_rate_hz"),
    (_set("sample_rate_hz", to=10**12), "sample_rate_hz"),
    (_set("sample_rate_hz", to=16000.5), "sample_rate_hz"),
    (_set("sample_rate_hz", to=NAN), "sample_rate_hz"),
    (_set("sample_rate_hz", to=None), "sample_rate_hz"),
    (_set("codec", "name", to="nonesuch"), "codec 'nonesuch'"),
    (_set("codec", "levels", to=1), "codec.levels"),
    (_set("codec", "levels", to=10**9), "codec.levels"),
    (_set("codec", to=[]), "codec"),
    (_set("tiers", to=[]), "tiers"),
    (_set("tiers", to=None), "tiers"),
    (_set("tiers", 0, "family", to="nonesuch"), "family 'nonesuch'"),
    (_set("tiers", 0, "name", to="a/b"), "tiers.0.name"),
    (_set("tiers", 0, "rate_hz", to=0), "tiers.0.rate_hz"),
    (_set("tiers", 0, "rate_hz", to=7000), "does not divide"),
    (_set("tiers", 0, "rate_hz", to=8000), "tier 'audio'"),
    (_set("tiers", 0, "conditioning", to=["colour"]), "colour"),
    (_set("tiers", 0, "config", "hidden_size", to=0), "config.hidden_size"),
    (_set("tiers", 0, "config", "hidden_size", to=10**9), "config.hidden_size"),
    (_set("tiers", 0, "config", "layers", to="many"), "config.layers"),
    (_set("tiers", 0, "config", "input_activation", to="gelu"), "config.input_activation"),
    (_set("tiers", 0, "config", "extra", to=1), "config.extra"),
    (_set("tiers", 0, "config", to={}), "config.hidden_size"),
    (_set("parameters", 0, "name", to="Big Name"), "parameters.0.name"),
    (_set("parameters", 1, "name", to="instrument"), "declared twice"),
    (_set("parameters", 2, "minimum", to=NAN), "parameters.2.minimum"),
    (_set("parameters", 2, "maximum", to=INFINITY), "parameters.2.maximum"),
    (_set("parameters", 2, "maximum", to=64), "parameters.2"),
    (_set("parameters", 2, "default", to=99), "parameters.2"),
    (_set("parameters", 2, "curve", to="wavy"), "parameters.2.curve"),
    (_set("parameters", 0, "curve", to="exponential"), "parameters.0"),
    (_set("parameters", 2, "role", to="hat"), "parameters.2.role"),
    (_set("parameters", 2, "smoothing_ms", to=-1), "parameters.2.smoothing_ms"),
    (_set("parameters", 2, "smoothing_ms", to=NAN), "parameters.2.smoothing_ms"),
    (_set("parameters", 2, "network_minimum", to=80), "parameters.2"),
    (_set("parameters", 2, "maximum", to=1e300), "parameters"),
    (_set("parameters", 1, "network_maximum", to=1e-170), "parameter"),
    (_set("sampling", "temperature", to=-1), "sampling.temperature"),
    (_set("sampling", "temperature", to=NAN), "sampling.temperature"),
    (_set("sampling", "top_p", to=0), "sampling.top_p"),
    (_set("sampling", "top_k", to=-1), "sampling.top_k"),
    (_set("initial_state", to="asleep"), "initial_state"),
    (_set("provenance", "steps", to="x"), "provenance.steps"),
    (_set("provenance", "mood", to="x"), "provenance.mood"),
]


@pytest.mark.parametrize(
    ("edit", "field"), FIELDS, ids=[f"{i} {f}" for i, (_, f) in enumerate(FIELDS)]
)
def test_each_field_is_checked(path: Path, plugin: Plugin, edit: Edit, field: str) -> None:
    refuses(_write(path, plugin, edit), field)


def test_two_tiers_of_a_family_that_makes_audio(path: Path, plugin: Plugin) -> None:
    def twice(raw: dict[str, Any]) -> None:
        raw["tiers"].append(dict(raw["tiers"][0]))

    refuses(_write(path, plugin, twice), "tier")


# name, what replaces it, what the line says
TENSORS: list[tuple[str, Any, str]] = [
    ("audio.input.weight", None, "missing"),
    ("audio.gru.1.bias_hh", None, "missing"),
    ("audio.gru.2.bias_hh", np.zeros(60, np.float32), "not one the manifest knows"),
    ("audio.two\nlines", np.zeros(60, np.float32), "not one the manifest knows"),
    ("other.input.bias", np.zeros(20, np.float32), "not one the manifest knows"),
    ("rest.other", np.zeros((2, 20), np.float32), "not one the manifest knows"),
    ("golden.extra", np.zeros(20, np.float32), "not one the manifest knows"),
    ("audio.input.bias", np.zeros(21, np.float32), "has shape [21], the manifest says [20]"),
    ("audio.input.bias", np.zeros((20, 1), np.float32), "has shape [20, 1]"),
    ("audio.input.bias", np.zeros((), np.float32), "has shape []"),
    ("audio.output.weight", np.zeros((256, 0), np.float32), "has shape [256, 0]"),
    ("rest.audio", np.zeros((20, 2), np.float32), "has shape [20, 2], expected [2, 20]"),
    ("audio.input.bias", np.full(20, np.nan, np.float32), "not finite"),
    # A NaN that signals, of which NumPy warns.
    ("audio.input.bias", np.full(20, 0x7FA00000, np.uint32).view(np.float32), "not finite"),
    ("audio.output.weight", np.full((256, 20), np.inf, np.float32), "not finite"),
    ("audio.input.bias", np.full(20, np.nan, np.float16), "not finite"),
    ("audio.input.bias", np.full(20, 1e300, np.float64), "large"),
    ("rest.audio", np.full((2, 20), 1e300, np.float64), "large"),
    ("audio.input.bias", np.zeros(20, np.bool_), "bool"),
]


@pytest.mark.parametrize(
    ("name", "tensor", "says"), TENSORS, ids=[f"{n!r} {s}" for n, _, s in TENSORS]
)
def test_each_tensor_is_checked(
    path: Path, plugin: Plugin, name: str, tensor: Any, says: str
) -> None:
    refuses(_write(path, plugin, tensors={name: tensor}), repr(name), says)


@pytest.mark.parametrize("name", ["codes", "conditioning", "state", "logits"])
def test_a_golden_excerpt_is_whole_or_absent(path: Path, plugin: Plugin, name: str) -> None:
    golden = golden_tensors(plugin)
    del golden[f"golden.{name}"]
    refuses(_write(path, plugin, tensors=golden), f"'golden.{name}' is missing beside")


# Compiled code reads golden tensors without looking at their bounds: a wrong shape or code must
# never reach it.
GOLDEN: list[tuple[str, Callable[[np.ndarray], np.ndarray]]] = [
    ("codes", lambda a: a + 10**6),
    ("codes", lambda a: a - 300),
    ("codes", lambda a: a.reshape(3, 4)),
    ("codes", lambda a: a.astype(np.float32)),
    ("codes", lambda a: a[:-1]),
    ("codes", lambda a: a.astype(np.uint64) + np.uint64(2**63)),
    ("codes", lambda a: a[0].reshape(())),
    ("conditioning", lambda a: a[:, :2]),
    ("conditioning", lambda a: np.concatenate([a, a], axis=1)),
    ("conditioning", lambda a: a[:-1]),
    ("conditioning", lambda a: a.ravel()),
    ("state", lambda a: a[:1]),
    ("state", lambda a: a.T.copy()),
    ("state", lambda a: np.zeros((2, 100_000), np.float32)),
    ("state", lambda a: a.ravel()),
    ("logits", lambda a: a[:, :-1]),
    ("logits", lambda a: np.concatenate([a, a], axis=1)),
    ("logits", lambda a: a[:-1]),
    ("logits", lambda a: np.concatenate([a, a])),
    ("logits", lambda a: np.full_like(a, np.nan)),
]


@pytest.mark.parametrize(("name", "change"), GOLDEN)
def test_a_malformed_golden_excerpt(
    path: Path, plugin: Plugin, name: str, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    golden = golden_tensors(plugin)
    golden[f"golden.{name}"] = np.ascontiguousarray(change(golden[f"golden.{name}"]))
    refuses(_write(path, plugin, tensors=golden), "golden.")


def test_types_numpy_does_not_have(path: Path, plugin: Plugin) -> None:
    """bfloat16 and float8 weights are legal safetensors."""
    whole = plugin.path.read_bytes() if plugin.path else b""
    size = int.from_bytes(whole[:8], "little")
    for kind, width in (("BF16", 2), ("F8_E4M3", 1)):
        header = json.loads(whole[8 : 8 + size])
        begin, end = header["audio.input.bias"]["data_offsets"]
        header["audio.input.bias"] |= {"dtype": kind, "shape": [(end - begin) // width]}
        text = json.dumps(header).encode()
        path.write_bytes(len(text).to_bytes(8, "little") + text + whole[8 + size :])
        refuses(path, "audio.input.bias")


# --- saving --------------------------------------------------------------------------------------


def test_saving_checks_first(tmp_path: Path, plugin: Plugin) -> None:
    path = tmp_path / "x.safetensors"
    tensors = dict(plugin.tensors)
    del tensors["audio.output.bias"]
    with pytest.raises(PluginError, match=r"x\.safetensors: tensor 'audio\.output\.bias'"):
        save(path, plugin.manifest, tensors)
    with pytest.raises(InputError, match="does not exist; create it first"):
        save(tmp_path / "no" / "x.safetensors", plugin.manifest, plugin.tensors)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_save_leaves_the_old_file(
    tmp_path: Path, plugin: Plugin, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.safetensors"
    save(path, plugin.manifest, plugin.tensors)
    before = path.read_bytes()

    def dies(tensors: Any, filename: Path, metadata: Any) -> None:
        Path(filename).write_bytes(b"half a fi")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rtsynth.plugin.file.save_file", dies)
    with pytest.raises(WriteError, match="No space"):
        save(path, plugin.manifest, plugin.tensors)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["x.safetensors"]


def test_views_are_saved_as_they_look(tmp_path: Path) -> None:
    """Not contiguous, and not C-ordered: safetensors would write the memory as it lies."""
    manifest = gru_manifest()
    tensors = gru_tensors(manifest)
    tensors["audio.output.weight"] = np.asfortranarray(tensors["audio.output.weight"])
    tensors["audio.input.bias"] = np.repeat(tensors["audio.input.bias"], 2)[::2]
    save(tmp_path / "x.safetensors", manifest, tensors)
    loaded = load(tmp_path / "x.safetensors")
    for name, tensor in tensors.items():
        np.testing.assert_array_equal(loaded.tensors[name], tensor)


# --- any bytes -----------------------------------------------------------------------------------


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
    _write(path, plugin, _set("description", to=text))
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
    raw = _edited(plugin.manifest.model_dump(), edit)
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
        load(_write(path, plugin, tensors={name: tensor}))


def test_bounds_of_what_a_file_says(path: Path, plugin: Plugin) -> None:
    with pytest.raises(PluginError, match=r"manifest: longer than 4\.2 MB"):
        load(_write(path, plugin, text=" " * ((4 << 20) + 1)))
    golden = golden_tensors(plugin) | {"golden.codes": np.zeros(4097, np.int32)}
    with pytest.raises(PluginError, match="has 4097 codes; an excerpt has at most 4096"):
        load(_write(path, plugin, tensors=golden))
