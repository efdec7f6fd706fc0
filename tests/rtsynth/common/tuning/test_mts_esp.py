"""The client of MTS-ESP, beside C functions that stand where its library would be."""

import ctypes
from collections.abc import Iterator
from pathlib import Path

import pytest

from rtsynth.common.tuning.mts_esp import MtsClient, library_path, mts_client, mts_state


class Library(dict[str, object]):
    """A master that plays C functions: every key a quarter tone sharp, key 61 silent."""

    def __init__(self) -> None:
        self.master = True
        self.registered = 0
        self.table = (ctypes.c_double * 128)(
            *(440.0 * 2 ** ((key + 0.5 - 69) / 12) for key in range(128))
        )
        self["MTS_HasMaster"] = ctypes.CFUNCTYPE(ctypes.c_bool)(lambda: self.master)
        self["MTS_ShouldFilterNote"] = ctypes.CFUNCTYPE(
            ctypes.c_bool, ctypes.c_char, ctypes.c_char
        )(lambda key, channel: key == bytes([61]))
        self["MTS_GetTuningTable"] = ctypes.CFUNCTYPE(ctypes.c_void_p)(
            lambda: ctypes.addressof(self.table)
        )
        self["MTS_RegisterClient"] = ctypes.CFUNCTYPE(None)(self.register)

    def register(self) -> None:
        self.registered += 1


@pytest.fixture
def fresh() -> Iterator[None]:
    mts_client.cache_clear()
    yield
    mts_client.cache_clear()


def test_notes_are_tuned_as_long_as_there_is_a_master() -> None:
    library = Library()
    client = MtsClient(library)
    assert library.registered == 1
    assert client.pitch(60.0) == pytest.approx(60.5)
    assert client.pitch(62.25) == pytest.approx(62.75)
    assert client.pitch(61.0) is None
    library.table[60] = 440.0  # the master retunes
    assert client.pitch(60.0) == pytest.approx(69.0)
    library.master = False
    assert client.pitch(60.0) == 60.0
    assert not client.has_master


@pytest.mark.usefixtures("fresh")
def test_without_the_library_there_is_no_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "libMTS.so"
    monkeypatch.setenv("RTSYNTH_MTS", str(path))
    assert library_path() == path
    assert mts_client() is None
    assert mts_state() == "absent"
    path.write_text("no library")
    mts_client.cache_clear()
    assert mts_client() is None


def test_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RTSYNTH_MTS", raising=False)
    assert library_path().stem.lower() == "libmts"
