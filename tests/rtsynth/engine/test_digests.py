"""The shipped plugins sound, to the bit, as they did when `render_digests.json` was written.

Whoever changes the sound on purpose writes the table anew (see `digests`) and says so in the
changelog.
"""

import pytest

from tests.rtsynth.engine.digests import (
    BRIEF,
    ENTRIES,
    EXACT,
    LARGE,
    SAMPLES,
    SHIPPED,
    Take,
    committed,
    compiled,
    differences,
    digests,
    unlike,
)

# A few of `digests.TAKES`: every block size, and both numbers of threads.
TAKES = [Take(1, 997, SAMPLES), Take(2, 64, SAMPLES), Take(1, 1, BRIEF)]


OF_SHIPPED = [(plugin, precision) for plugin in SHIPPED for precision in EXACT[:2]]
OF_LARGE = [(LARGE, precision) for precision in EXACT]


def test_the_table_is_complete() -> None:
    table = committed()
    assert [(plugin, precision) for plugin in table for precision in table[plugin]] == ENTRIES
    for plugin in SHIPPED:
        own = [table[plugin][precision] for precision in ("float32", "int8 nearest", "int8")]
        for name in ("weights", "sound", "voices", "forced"):
            assert len({entry[name] for entry in own}) == len(own)
        # These are not rendered below: their sound is known.
        assert table[plugin]["int4"] == table[plugin]["int8"]
        assert table[plugin]["int4 nearest"] == table[plugin]["int8 nearest"]
    assert len({entry["sound"] for entry in table[LARGE].values()}) == len(EXACT)


@pytest.mark.parametrize(("plugin", "precision"), OF_SHIPPED + OF_LARGE)
def test_a_plugin_sounds_as_it_did(plugin: str, precision: str) -> None:
    """On every CPU with a fused multiply-add."""
    assert digests(compiled(plugin, precision, 1)) == committed()[plugin][precision]


@pytest.mark.parametrize("plugin", SHIPPED)
def test_a_rounded_plugin_sounds_as_its_weights_say(plugin: str) -> None:
    """Where the machine's linear algebra rounds a weight to another level, only that may differ.

    The same kernels are held to their bits on every machine by "int8 nearest" and "int4 nearest".
    """
    found = digests(compiled(plugin, "int8", 1))
    assert differences(found, committed()[plugin]["int8"]) in ([], ["weights"])


@pytest.mark.parametrize(("plugin", "precision"), OF_SHIPPED)
def test_blocks_and_threads_have_no_influence(plugin: str, precision: str) -> None:
    """Of "large": `run.test_invariance`."""
    assert unlike(plugin, precision, TAKES) == []
