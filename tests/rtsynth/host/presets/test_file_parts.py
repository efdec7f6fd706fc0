"""Parts of a snapshot that are files, and sections, which are not."""

from rtsynth.host.presets.file_parts import is_file_part, is_network_part
from rtsynth.host.presets.kept_files import FOLDERS


def test_files_have_a_slash() -> None:
    assert all(map(is_file_part, ("preset/1/dark", "set/live", FOLDERS)))
    assert not is_file_part("mappings")


def test_networks_are_none() -> None:
    assert is_network_part("network/1")
    assert not is_file_part("network/1")
    assert not any(map(is_network_part, ("preset/1/network", "mappings")))
