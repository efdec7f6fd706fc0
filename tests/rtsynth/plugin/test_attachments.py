"""Cards and previews in a plugin's file: there and back, and without a trace in what it is."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest

from rtsynth.common.errors import InputError, PluginError
from rtsynth.plugin import load, save
from rtsynth.plugin.attachments import (
    LARGEST_CARD,
    LARGEST_PREVIEW,
    Attachments,
    read_attachments,
    write_attachments,
)
from tests.rtsynth.plugins import random_plugin


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "horn.safetensors"
    random_plugin(path)
    return path


def test_there_and_back(source: Path, tmp_path: Path) -> None:
    given = Attachments("# Horn\n\nBraß\n", bytes(range(256)))
    first, second = tmp_path / "first.safetensors", tmp_path / "second.safetensors"
    write_attachments(source, first, given)
    assert read_attachments(first) == Attachments("# Horn\n\nBraß", given.preview)
    plain, carrying = load(source), load(first)
    assert carrying.content_hash == plain.content_hash
    assert carrying.manifest == plain.manifest
    for name, tensor in plain.tensors.items():
        np.testing.assert_array_equal(carrying.tensors[name], tensor)
    write_attachments(first, second, Attachments())
    assert read_attachments(second) == Attachments()
    assert load(second).content_hash == plain.content_hash


def test_what_has_none(source: Path, tmp_path: Path) -> None:
    """A plugin as it is saved, also one that was made of one with a card."""
    assert read_attachments(source) == Attachments()
    write_attachments(source, source, Attachments("card", b"sound"))
    loaded = load(source)
    save(tmp_path / "b.safetensors", loaded.manifest, loaded.tensors)
    assert read_attachments(tmp_path / "b.safetensors") == Attachments()


def test_too_large(source: Path, tmp_path: Path) -> None:
    for attachments in (
        Attachments(card="a" * (LARGEST_CARD + 1)),
        Attachments(preview=bytes(LARGEST_PREVIEW + 1)),
    ):
        with pytest.raises(InputError, match="more than"):
            write_attachments(source, tmp_path / "b.safetensors", attachments)
    assert not (tmp_path / "b.safetensors").exists()


def with_metadata(source: Path, target: Path, **metadata: str) -> None:
    data = source.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header["__metadata__"] |= {name.replace("__", "."): text for name, text in metadata.items()}
    text = json.dumps(header).encode()
    target.write_bytes(struct.pack("<Q", len(text)) + text + data[8 + length :])


def test_a_strangers_file(source: Path, tmp_path: Path) -> None:
    """What is damaged, too large or would move a cursor is left out."""
    other = tmp_path / "b.safetensors"
    with_metadata(source, other, rtsynth__card="a\x1b[2Jb\r\nc", rtsynth__preview="!!!")
    assert read_attachments(other) == Attachments("a[2Jb\nc", b"")
    with_metadata(source, other, rtsynth__card="a" * (LARGEST_CARD + 1))
    assert read_attachments(other) == Attachments()


@pytest.mark.parametrize(
    "content", [b"", b"abc", struct.pack("<Q", 1 << 60), struct.pack("<Q", 2) + b"[]"]
)
def test_no_such_file(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    with pytest.raises(PluginError, match="a.safetensors: No such file"):
        read_attachments(path)
    path.write_bytes(content)
    with pytest.raises(PluginError, match="not a readable .safetensors file"):
        read_attachments(path)
