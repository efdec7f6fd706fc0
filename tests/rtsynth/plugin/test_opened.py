"""Opened plugins: the same ones, never read from a file."""

import pytest
from pydantic import ValidationError

from rtsynth.plugin import Plugin
from rtsynth.plugin.manifest import Manifest
from rtsynth.plugin.opened import HiddenTier, Hold, closed, hidden_of, is_opened, opened

HIDDEN = (HiddenTier(tier="audio", layers=(20, 20), holds=(Hold(floats=256, divider=1),)),)


def test_a_plugin_is_opened_and_closed(plugin: Plugin) -> None:
    once = opened(plugin, HIDDEN)
    assert not is_opened(plugin)
    assert is_opened(once)
    assert hidden_of(once.manifest) == HIDDEN
    assert hidden_of(plugin.manifest) == ()
    assert closed(once) == plugin
    assert closed(plugin) is plugin


def test_it_is_the_same_plugin(plugin: Plugin) -> None:
    once = opened(plugin, HIDDEN)
    assert once.content_hash == opened(plugin).content_hash == plugin.content_hash
    assert once.path == plugin.path
    assert once.manifest.parameters == plugin.manifest.parameters


def test_no_file_says_that_it_is_opened(plugin: Plugin) -> None:
    text = opened(plugin, HIDDEN).manifest.model_dump_json()
    with pytest.raises(ValidationError, match="hidden"):
        Manifest.model_validate_json(text)
