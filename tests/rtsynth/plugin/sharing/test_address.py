"""Addresses of plugins: what is taken, what is refused in one line, and what they are called."""

import pytest

from rtsynth.common.errors import InputError
from rtsynth.plugin.sharing.address import read_address, read_hash

DIGITS = "ab" * 32


def test_a_hash_behind_it_or_beside_it() -> None:
    plain = read_address("https://example.org/a.safetensors")
    assert (plain.url, plain.sha256) == ("https://example.org/a.safetensors", "")
    behind = read_address(f"https://example.org/a.safetensors#sha256={DIGITS.upper()}")
    assert (behind.url, behind.sha256) == (plain.url, DIGITS)
    assert read_address(plain.url, DIGITS) == behind
    assert read_address(f"{plain.url}#sha256={DIGITS}", DIGITS) == behind
    with pytest.raises(InputError, match="differ"):
        read_address(f"{plain.url}#sha256={DIGITS}", "cd" * 32)
    with pytest.raises(InputError, match="only sha256=HEX"):
        read_address(f"{plain.url}#md5=1")
    with pytest.raises(InputError, match="no SHA-256"):
        read_hash("abc", "--sha256")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/My%20flute.safetensors", "My flute"),
        ("a.safetensors?download=true", "a"),
        ("..%2F..%2Fa.safetensors", "a"),
        (".%5Ca.safetensors", "_a"),
        ("....safetensors", ""),
        ("a.wav", ""),
        ("", ""),
    ],
)
def test_the_name_of_a_plugin(path: str, name: str) -> None:
    assert read_address(f"https://example.org/{path}").name == name


def test_messages_leave_out_the_query() -> None:
    address = read_address("https://example.org/a.safetensors?key=secret")
    assert address.shown == "https://example.org/a.safetensors"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ftp://example.org/a.safetensors", "begins with https, http or file"),
        ("data:text/plain,a", "begins with https, http or file"),
        ("https://name:secret@example.org/a.safetensors", "cannot stand in it"),
        ("https:///a.safetensors", "names no machine"),
        ("https://example.org:x/a.safetensors", "no address"),
        ("https://[::1/a.safetensors", "no address"),
        ("file://elsewhere/a.safetensors", "another machine"),
        ("https://example.org/é.safetensors", "plain ASCII"),
        ("https://example.org/a b.safetensors", "plain ASCII"),
        ("https://example.org/a\nb", "plain ASCII"),
    ],
)
def test_what_is_no_address(text: str, why: str) -> None:
    with pytest.raises(InputError, match=why) as refusal:
        read_address(text)
    assert "secret" not in str(refusal.value)
    assert "\n" not in str(refusal.value)
