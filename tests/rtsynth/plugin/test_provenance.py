"""Where a plugin came from."""

import json
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError
from safetensors import safe_open

import rtsynth
from rtsynth.common.errors import InputError
from rtsynth.plugin import Manifest
from rtsynth.plugin.file import METADATA_KEY
from rtsynth.plugin.provenance import (
    MOST_ORIGINS,
    Provenance,
    StartedFrom,
    all_origins,
    joined,
    joined_licences,
)

ORIGIN = StartedFrom(name="old", content_hash="0" * 32, licence="MIT")


def test_each_text_once_and_not_too_long() -> None:
    assert joined(["MIT", "", "CC-BY", "MIT"]) == "MIT; CC-BY"
    long = joined(["a" * 1500, "b" * 1500])
    assert len(long) == 2000
    assert long.endswith("...")


def test_no_licence_is_left_out() -> None:
    assert joined_licences(["MIT", "", "CC0"]) == "MIT; not stated; CC0"
    assert joined_licences(["MIT", "CC0; MIT", "not stated", ""]) == "MIT; CC0; not stated"
    assert joined_licences(["MIT", "MIT"]) == "MIT"
    assert joined_licences(["", ""]) == joined_licences([]) == ""
    assert len(joined_licences(["a" * 999, "b" * 999])) == 2000
    with pytest.raises(InputError, match="have 2001 characters.*none can be left out"):
        joined_licences(["a" * 1000, "b" * 999])


def test_an_origin_in_a_line() -> None:
    assert ORIGIN.shown == f"old ({ORIGIN.content_hash}), licence MIT"
    unsaid = ORIGIN.model_copy(update={"licence": ""})
    assert unsaid.shown.endswith("), licence not stated")


def test_origins_of_several_are_each_there_once() -> None:
    other = StartedFrom(name="other", content_hash="1" * 32)
    one, two = Provenance(started_from=[ORIGIN]), Provenance(started_from=[other, ORIGIN])
    assert all_origins([one, two]) == [ORIGIN, other]
    many = [StartedFrom(name="x", content_hash=f"{n:032x}") for n in range(MOST_ORIGINS)]
    assert len(all_origins([Provenance(started_from=many), one])) == MOST_ORIGINS
    with pytest.raises(InputError, match="started from 17 plugins.*use plugins"):
        all_origins([two, Provenance(started_from=many[1:])])


def test_a_hash_is_one() -> None:
    with pytest.raises(ValidationError, match="content_hash"):
        StartedFrom(name="x", content_hash="no hash")


def test_a_file_says_it_only_where_there_is_something_to_say(tmp_path: Path) -> None:
    shipped = rtsynth.load("clarinet-trumpet")
    fields = {name: getattr(shipped.manifest, name) for name in Manifest.model_fields}
    started = shipped.manifest.provenance.model_copy(update={"started_from": [ORIGIN]})
    for provenance in (shipped.manifest.provenance, started):
        manifest = Manifest(**fields | {"provenance": provenance})
        path = tmp_path / "a.safetensors"
        rtsynth.save(path, manifest, shipped.tensors)
        with safe_open(path, framework="numpy") as file:
            raw = json.loads(file.metadata()[METADATA_KEY])
        assert ("started_from" in raw["provenance"]) == bool(provenance.started_from)
        assert rtsynth.load(path).manifest == manifest
    assert rtsynth.load(path).content_hash != shipped.content_hash
    for name, tensor in rtsynth.load(path).tensors.items():
        np.testing.assert_array_equal(tensor, shipped.tensors[name])
