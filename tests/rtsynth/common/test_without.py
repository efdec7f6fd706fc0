"""A start without a module that it has no use for."""

import sys

import pytest

from rtsynth.common.without import without


def test_a_module_that_is_not_loaded_cannot_be_imported_within() -> None:
    assert "chunk_of_nothing" not in sys.modules
    with without("chunk_of_nothing"), pytest.raises(ModuleNotFoundError, match="None in sys"):
        __import__("chunk_of_nothing")
    assert "chunk_of_nothing" not in sys.modules


def test_a_loaded_module_stays() -> None:
    with without("json"):
        assert __import__("json") is sys.modules["json"]
    assert "json" in sys.modules


def test_an_error_leaves_nothing_behind() -> None:
    with pytest.raises(ZeroDivisionError), without("chunk_of_nothing"):
        raise ZeroDivisionError
    assert "chunk_of_nothing" not in sys.modules
