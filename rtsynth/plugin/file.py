"""Reading and writing plugin files.

Tensors: `TIER.NAME` are weights, `rest.TIER` a settled hidden state, `heard.TIER` the values that
a tier generated last before it, `golden.*` an excerpt that the engine's output is compared with
when the plugin is compiled (codes [T], conditioning [T, C] as the network sees it, state, logits
[T, Q]). Nothing in a file is ever executed.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from rtsynth.common.errors import InputError, PluginError
from rtsynth.common.field_errors import first_problem
from rtsynth.common.files.atomic import atomic_write
from rtsynth.common.plain_text import plain
from rtsynth.plugin.codec import codec_rule
from rtsynth.plugin.content_hash import content_hash
from rtsynth.plugin.family import Tensors, find_family
from rtsynth.plugin.library import resolve
from rtsynth.plugin.manifest import FORMAT, Manifest, Parameter

METADATA_KEY = "rtsynth"
GOLDEN = ("golden.codes", "golden.conditioning", "golden.state", "golden.logits")

LONGEST_SHOWN = 120  # characters of what a file says, in an error
LARGEST_MANIFEST = 4 << 20  # characters
MOST_GOLDEN_CODES = 4096
# Of weights: the engine multiplies up to five layers into one, of up to 8192 units each.
LARGEST_NUMBER = 1e5


@dataclass(frozen=True)
class Plugin:
    """A checked plugin: manifest and tensors."""

    manifest: Manifest
    tensors: Tensors = field(repr=False)
    path: Path | None = None

    @property
    def name(self) -> str:
        """The plugin's own name (not the file's)."""
        return self.manifest.name

    @property
    def sample_rate_hz(self) -> int:
        """Rate of the audio the plugin makes."""
        return self.manifest.sample_rate_hz

    @property
    def parameters(self) -> list[Parameter]:
        """What a performer can move."""
        return list(self.manifest.parameters)

    @cached_property
    def content_hash(self) -> str:
        """What identifies it, see `rtsynth.plugin.content_hash`; computed once (1 GB/s)."""
        return content_hash(self.manifest, self.tensors)

    def tier_tensors(self, tier: str) -> Tensors:
        """The tensors of one tier, without the prefix."""
        prefix = f"{tier}."
        return {
            name.removeprefix(prefix): tensor
            for name, tensor in self.tensors.items()
            if name.startswith(prefix)
        }


def load(path: str | Path) -> Plugin:
    """Read and check a plugin file, given by its path, or by its name in the plugin folders.

    Raises:
        PluginError: missing, corrupt, of another version, or inconsistent; one line that names
            the file and the field.
    """
    path = resolve(path) if isinstance(path, str) else path
    with _opened(path) as file:
        manifest = _manifest_in(path, file)
        names: list[str] = file.keys()
        tensors: Tensors = {name: _read_tensor(path, file, name) for name in names}
    _check_tensors(str(path), manifest, tensors)
    return Plugin(manifest, tensors, path)


def load_manifest(path: Path) -> Manifest:
    """Read and check the manifest alone, whatever the size of the file.

    Raises:
        PluginError: as `load` does, but for what is wrong with the tensors.
    """
    with _opened(path) as file:
        return _manifest_in(path, file)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """A plugin file, open; what goes wrong with it is a PluginError."""
    if not path.is_file():
        kind = "is a folder, not a file" if path.is_dir() else "no such file"
        raise PluginError(f"{path}: {kind}; `rtsynth list` shows the plugins at hand")
    try:
        with safe_open(path, framework="numpy") as file:
            yield file
    except MemoryError as error:
        raise PluginError(f"{path}: does not fit in this machine's memory") from error
    except (SafetensorError, OSError) as error:
        reason = plain(str(error).splitlines()[0], 2 * LONGEST_SHOWN)
        raise PluginError(
            f"{path}: not a readable .safetensors file ({reason}); fetch or export it again"
        ) from error


def _manifest_in(path: Path, file: Any) -> Manifest:
    text = (file.metadata() or {}).get(METADATA_KEY)
    if text is None:
        raise PluginError(f"{path}: not an rtsynth plugin (no manifest in its metadata)")
    return _read_manifest(path, text)


def save(path: str | Path, manifest: Manifest, tensors: Tensors) -> Plugin:
    """Check, then write a plugin file (complete or not at all).

    Raises:
        PluginError: the tensors do not fit the manifest.
        InputError: the folder cannot be written to.
    """
    path = Path(path)
    _check_tensors(str(path), manifest, tensors)
    contiguous = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    # Versions from before there were these refuse the field, and read a plugin without.
    unused: dict[str, Any] = {} if manifest.tags else {"tags": True}
    if not manifest.provenance.started_from:
        unused["provenance"] = {"started_from"}
    text = manifest.model_dump_json(exclude=unused)
    with atomic_write(path) as temporary:
        save_file(contiguous, temporary, metadata={METADATA_KEY: text})
    return Plugin(manifest, contiguous, path)


def _read_tensor(path: Path, file: Any, name: str) -> NDArray[np.generic]:
    try:
        tensor: NDArray[np.generic] = file.get_tensor(name)
    except (TypeError, AttributeError) as error:  # bfloat16 and the like, which NumPy does not have
        shown = plain(repr(name), LONGEST_SHOWN)
        raise PluginError(f"{path}: tensor {shown}: {error}; store it as float32") from error
    return tensor


def _read_manifest(path: Path, text: str) -> Manifest:
    if len(text) > LARGEST_MANIFEST:
        raise PluginError(f"{path}: manifest: longer than {LARGEST_MANIFEST / 1e6:.1f} MB")
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PluginError(f"{path}: manifest: not JSON ({error})") from error
    version = raw.get("format") if isinstance(raw, dict) else None
    if version != FORMAT:
        shown = plain(repr(version), LONGEST_SHOWN)
        raise PluginError(
            f"{path}: manifest: format {shown} is not the version {FORMAT} this rtsynth "
            "reads; update rtsynth or export the plugin again"
        )
    try:
        return Manifest.model_validate(raw)
    except ValidationError as error:
        raise PluginError(f"{path}: manifest: {first_problem(error, 'manifest')}") from error


def _check_tensors(label: str, manifest: Manifest, tensors: Tensors) -> None:
    expected: dict[str, tuple[int, ...]] = {}
    optional: dict[str, tuple[int, ...] | None] = dict.fromkeys(GOLDEN)
    try:
        if manifest.codec is not None:
            codec_rule(manifest.codec.name)
        for tier in manifest.tiers:
            family = find_family(tier.family)
            shapes: dict[str, tuple[int, ...]]
            try:
                shapes = family.tensor_shapes(manifest, tier)
                optional[f"rest.{tier.name}"] = family.state_shape(manifest, tier)
                if tier.outputs:
                    optional[f"heard.{tier.name}"] = (len(tier.outputs),)
            except ValueError as error:
                raise PluginError(f"{label}: tier {tier.name!r}: {plain(str(error))}") from error
            for name, shape in shapes.items():
                expected[f"{tier.name}.{name}"] = shape
    except PluginError:
        raise
    except InputError as error:
        raise PluginError(f"{label}: {plain(str(error))}") from error

    for name, wanted in expected.items():
        if name not in tensors:
            raise PluginError(f"{label}: tensor {name!r} is missing")
        if tensors[name].shape != wanted:
            raise PluginError(
                f"{label}: tensor {name!r} has shape {list(tensors[name].shape)}, "
                f"the manifest says {list(wanted)}"
            )
    for name, tensor in tensors.items():
        if name not in expected and name not in optional:
            shown = plain(repr(name), LONGEST_SHOWN)
            raise PluginError(f"{label}: tensor {shown} is not one the manifest knows")
        rest = optional.get(name)
        if rest is not None and tensor.shape != rest:
            raise PluginError(
                f"{label}: tensor {name!r} has shape {list(tensor.shape)}, expected {list(rest)}"
            )
        if tensor.dtype.kind not in "fiu":
            raise PluginError(f"{label}: tensor {name!r} has type {tensor.dtype}, not numbers")
        _check_numbers(f"{label}: tensor {name!r}", tensor)
    golden = [name for name in GOLDEN if name in tensors]
    if golden and len(golden) < len(GOLDEN):
        missing = next(name for name in GOLDEN if name not in tensors)
        raise PluginError(f"{label}: tensor {missing!r} is missing beside {golden[0]!r}")
    if golden:
        _check_golden_shapes(label, manifest, tensors, optional)


def _check_numbers(label: str, tensor: NDArray[Any]) -> None:
    """Without a copy: the extremes of a tensor with NaN are NaN."""
    if tensor.size == 0:
        return
    with np.errstate(invalid="ignore"):  # of a NaN that signals
        extremes = np.array([tensor.min(), tensor.max()], np.float64)
    if not np.isfinite(extremes).all():
        raise PluginError(f"{label} has values that are not finite numbers")
    if np.abs(extremes).max() > LARGEST_NUMBER:
        raise PluginError(
            f"{label} has values too large for float32 arithmetic (beyond {LARGEST_NUMBER:g})"
        )


def _check_golden_shapes(
    label: str,
    manifest: Manifest,
    tensors: Tensors,
    states: dict[str, tuple[int, ...] | None],
) -> None:
    """The excerpt is fed to compiled code, which trusts its sizes and codes."""
    codes, tier = tensors["golden.codes"], manifest.tiers[-1]
    if manifest.codec is None:
        raise PluginError(
            f"{label}: tensor 'golden.codes': the plugin generates parameters, not audio"
        )
    levels = manifest.codec.levels
    if codes.ndim != 1 or codes.dtype.kind not in "iu" or codes.size == 0:
        raise PluginError(f"{label}: tensor 'golden.codes' is not a list of whole numbers")
    if codes.size > MOST_GOLDEN_CODES:
        raise PluginError(
            f"{label}: tensor 'golden.codes' has {codes.size} codes; an excerpt has at most "
            f"{MOST_GOLDEN_CODES}"
        )
    if codes.min() < 0 or codes.max() >= levels:
        raise PluginError(f"{label}: tensor 'golden.codes' has codes outside 0..{levels - 1}")
    shapes = {
        "golden.conditioning": (codes.size, len(tier.conditioning)),
        "golden.state": states[f"rest.{tier.name}"],
        "golden.logits": (codes.size, levels),
    }
    for name, shape in shapes.items():
        if tensors[name].shape != shape:
            raise PluginError(
                f"{label}: tensor {name!r} has shape {list(tensors[name].shape)}, "
                f"expected {list(shape or ())}"
            )
