"""The provenance of a trained plugin."""

import pytest

import rtsynth
from rtsynth.common.errors import InputError
from rtsynth.plugin.provenance import StartedFrom
from rtsynth_train.core.config import TrainConfig, validated
from rtsynth_train.core.provenance import licences, trained, with_origins
from tests.rtsynth.plugins import gru_manifest


def config(**data: str) -> TrainConfig:
    raw = {"plugin": {"name": "x", "notes": "n"}, "data": {"folder": "a/b", **data}}
    return validated(TrainConfig, raw, "test")


def test_it_has_what_the_configuration_says() -> None:
    made = trained(config(name="set", licence="CC0"), 7, "7 steps", 1.23456)
    assert (made.dataset, made.dataset_licence, made.notes) == ("set", "CC0", "n")
    assert (made.steps, made.recipe, made.held_out_bits_per_sample) == (7, "7 steps", 1.2346)
    assert made.made_by == f"rtsynth {rtsynth.__version__}"
    assert trained(config(), 7, "", None).held_out_bits_per_sample is None


@pytest.mark.parametrize(("given", "name"), [(None, "b"), ("tidy", "tidy"), ("", "")])
def test_a_set_without_a_name_has_its_folders(given: str | None, name: str) -> None:
    assert trained(config(), 7, "", None, given).dataset == name


def test_an_origin_without_a_licence_is_one_that_is_not_stated() -> None:
    origin = StartedFrom(name="old", content_hash="0" * 32)
    made = with_origins(gru_manifest(licence="MIT"), [origin])
    assert made.licence == "MIT; not stated"
    assert made.provenance.dataset_licence == ""  # of nothing that anybody said
    assert made.provenance.started_from == [origin]
    assert licences("MIT", "CC0", []) == ("MIT", "CC0")
    with pytest.raises(InputError, match="none can be left out"):
        licences("MIT", "x" * 1990, [origin])
