"""Plugin files: what was saved comes back; whatever else is in a file gives one clear line."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

from rtsynth.common.errors import InputError, PluginError, WriteError
from rtsynth.compiler.compile import compile_plugin
from rtsynth.plugin import FORMAT, Plugin, load, save
from tests.rtsynth.compiler.test_compile import golden_tensors
from tests.rtsynth.plugin.edited_files import Edit, setting, write_file
from tests.rtsynth.plugins import gru_manifest, gru_tensors


def refuses(path: Path, *parts: str) -> str:
    """The one line with which `path` is refused; it names the file and all `parts`."""
    with pytest.raises(PluginError) as info:
        compile_plugin(load(path))
    text = str(info.value)
    assert "\n" not in text
    for part in (str(path), *parts):
        assert part in text, text
    return text


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "broken.safetensors"


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    manifest = gru_manifest(
        description="a, b: ü",
        tags=["wind"],
        licence="CC0",
        provenance={"dataset": "none", "steps": 3},
    )
    tensors = gru_tensors(manifest) | {"rest.audio": np.full((2, 20), 0.25, np.float32)}
    saved = save(tmp_path / "x.safetensors", manifest, tensors)
    loaded = load(tmp_path / "x.safetensors")
    assert loaded.manifest == saved.manifest == manifest
    assert loaded.path == tmp_path / "x.safetensors"
    assert loaded.tensors.keys() == tensors.keys()
    for name, tensor in tensors.items():
        np.testing.assert_array_equal(loaded.tensors[name], tensor)
    assert loaded.manifest.tags == ["wind"]
    assert loaded.name == "random"
    assert loaded.sample_rate_hz == 16_000
    assert [p.name for p in loaded.parameters] == ["instrument", "amplitude", "pitch"]
    pitch = loaded.parameters[2]
    assert (pitch.minimum, pitch.maximum, pitch.default, pitch.unit) == (64, 76, 69, "MIDI")


def test_a_file_without_tags_has_no_such_field(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    manifest = gru_manifest()
    save(path, manifest, gru_tensors(manifest))
    with safe_open(path, framework="numpy") as file:
        assert "tags" not in json.loads(file.metadata()["rtsynth"])


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
    write_file(path, plugin)
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
    write_file(path, plugin, lambda raw: raw.__setitem__("format", version))
    refuses(path, "manifest: format", f"version {FORMAT}")


@pytest.mark.parametrize(
    "text",
    ["", "{", "nonsense", "[1, 2", "\0", '{"format": 1', "[" * 100_000, '{"a":' * 100_000],
    ids=["empty", "brace", "word", "list", "nul", "cut", "deep list", "deep object"],
)
def test_a_manifest_that_is_not_json(path: Path, plugin: Plugin, text: str) -> None:
    write_file(path, plugin, text=text)
    refuses(path, "manifest: not JSON")


@pytest.mark.parametrize("document", [[], 1, "x", None, {}])
def test_a_manifest_of_another_kind(path: Path, plugin: Plugin, document: Any) -> None:
    write_file(path, plugin, text=json.dumps(document))
    refuses(path, "manifest: format None")


NAN, INFINITY = float("nan"), float("inf")


FIELDS: list[tuple[Edit, str]] = [
    (setting("name", to=""), "name"),
    (setting("name", to=5), "name"),
    (setting("name", to="x" * 1000), "name"),
    (setting("surprise", to=1), "surprise"),
    (setting("two\nlines", to=1), "two"),
    (setting("sample_rate_hz", to=0), "sample_rate_hz"),
    (setting("sample_rate_hz", to=10**12), "sample_rate_hz"),
    (setting("sample_rate_hz", to=16000.5), "sample_rate_hz"),
    (setting("sample_rate_hz", to=NAN), "sample_rate_hz"),
    (setting("sample_rate_hz", to=None), "sample_rate_hz"),
    (setting("codec", "name", to="nonesuch"), "codec 'nonesuch'"),
    (setting("codec", "levels", to=1), "codec.levels"),
    (setting("codec", "levels", to=10**9), "codec.levels"),
    (setting("codec", to=[]), "codec"),
    (setting("tiers", to=[]), "tiers"),
    (setting("tiers", to=None), "tiers"),
    (setting("tiers", 0, "family", to="nonesuch"), "family 'nonesuch'"),
    (setting("tiers", 0, "name", to="a/b"), "tiers.0.name"),
    (setting("tiers", 0, "rate_hz", to=0), "tiers.0.rate_hz"),
    (setting("tiers", 0, "rate_hz", to=7000), "does not divide"),
    (setting("tiers", 0, "rate_hz", to=8000), "tier 'audio'"),
    (setting("tiers", 0, "conditioning", to=["colour"]), "colour"),
    (setting("tiers", 0, "config", "hidden_size", to=0), "config.hidden_size"),
    (setting("tiers", 0, "config", "hidden_size", to=10**9), "config.hidden_size"),
    (setting("tiers", 0, "config", "layers", to="many"), "config.layers"),
    (setting("tiers", 0, "config", "input_activation", to="gelu"), "config.input_activation"),
    (setting("tiers", 0, "config", "extra", to=1), "config.extra"),
    (setting("tiers", 0, "config", to={}), "config.hidden_size"),
    (setting("parameters", 0, "name", to="Big Name"), "parameters.0.name"),
    (setting("parameters", 1, "name", to="instrument"), "declared twice"),
    (setting("parameters", 2, "minimum", to=NAN), "parameters.2.minimum"),
    (setting("parameters", 2, "maximum", to=INFINITY), "parameters.2.maximum"),
    (setting("parameters", 2, "maximum", to=64), "parameters.2"),
    (setting("parameters", 2, "default", to=99), "parameters.2"),
    (setting("parameters", 2, "curve", to="wavy"), "parameters.2.curve"),
    (setting("parameters", 0, "curve", to="exponential"), "parameters.0"),
    (setting("parameters", 2, "role", to="hat"), "parameters.2.role"),
    (setting("parameters", 2, "smoothing_ms", to=-1), "parameters.2.smoothing_ms"),
    (setting("parameters", 2, "smoothing_ms", to=NAN), "parameters.2.smoothing_ms"),
    (setting("parameters", 2, "network_minimum", to=80), "parameters.2"),
    (setting("parameters", 2, "maximum", to=1e300), "parameters"),
    (setting("parameters", 1, "network_maximum", to=1e-170), "parameter"),
    (setting("sampling", "temperature", to=-1), "sampling.temperature"),
    (setting("sampling", "temperature", to=NAN), "sampling.temperature"),
    (setting("sampling", "top_p", to=0), "sampling.top_p"),
    (setting("sampling", "top_k", to=-1), "sampling.top_k"),
    (setting("initial_state", to="asleep"), "initial_state"),
    (setting("provenance", "steps", to="x"), "provenance.steps"),
    (setting("provenance", "mood", to="x"), "provenance.mood"),
]


@pytest.mark.parametrize(
    ("edit", "field"), FIELDS, ids=[f"{i} {f}" for i, (_, f) in enumerate(FIELDS)]
)
def test_each_field_is_checked(path: Path, plugin: Plugin, edit: Edit, field: str) -> None:
    refuses(write_file(path, plugin, edit), field)


def test_two_tiers_of_a_family_that_makes_audio(path: Path, plugin: Plugin) -> None:
    def twice(raw: dict[str, Any]) -> None:
        raw["tiers"].append(dict(raw["tiers"][0]))

    refuses(write_file(path, plugin, twice), "tier")


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
    refuses(write_file(path, plugin, tensors={name: tensor}), repr(name), says)


@pytest.mark.parametrize("name", ["codes", "conditioning", "state", "logits"])
def test_a_golden_excerpt_is_whole_or_absent(path: Path, plugin: Plugin, name: str) -> None:
    golden = golden_tensors(plugin)
    del golden[f"golden.{name}"]
    refuses(write_file(path, plugin, tensors=golden), f"'golden.{name}' is missing beside")


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
    refuses(write_file(path, plugin, tensors=golden), "golden.")


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
