"""What a pickle is read into costs no more than what is in it."""

import pytest

from rtsynth_models.checkpoints.pickles.values import LARGEST_KEY, Placeholder, key_of, table


@pytest.mark.parametrize(
    ("key", "found"),
    [("a", "a"), (b"a\xe9", "a\xe9"), (None, None), (3, 3), (1 - LARGEST_KEY, 1 - LARGEST_KEY)],
)
def test_keys_whose_hash_is_quick(key: object, found: object) -> None:
    assert key_of(key) == found


@pytest.mark.parametrize("key", [(1, 2), 1.5, LARGEST_KEY, ((),)])
def test_any_other_key_is_a_placeholder(key: object) -> None:
    assert isinstance(key_of(key), Placeholder)
    assert len(table([key, key], [1, 2])) == 2


def test_a_placeholder_says_why_it_is_of_no_use() -> None:
    assert str(Placeholder("a.B")) == "a.B, which has no meaning here"
    assert str(Placeholder("a.B", reason="a sparse tensor")) == "a sparse tensor"
    assert len(str(Placeholder("x" * 1000))) < 120


def test_a_placeholder_has_fields_and_items_of_its_own() -> None:
    one, other = Placeholder("a"), Placeholder("a")
    one.fields["x"], one.items["y"] = 1, 2
    assert (other.fields, other.items) == ({}, {})
