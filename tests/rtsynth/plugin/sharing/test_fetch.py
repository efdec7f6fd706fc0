"""Files from a web server of this machine: whole, with their hash, or refused in one line."""

import hashlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError, NetworkError
from rtsynth.plugin.sharing.address import read_address
from rtsynth.plugin.sharing.fetch import PIECE_BYTES, fetch
from tests.rtsynth.plugin.sharing.web import Page, serving

pytestmark = pytest.mark.system
BODY = bytes(range(256)) * (PIECE_BYTES // 256 + 3)
DIGEST = hashlib.sha256(BODY).hexdigest()
PAGES = {
    "/a": Page(BODY),
    "/unsaid": Page(BODY, length=-1),
    "/moved": Page(status=302, headers={"Location": "/a"}),
    "/to-a-disk": Page(status=302, headers={"Location": "file:///etc/passwd"}),
    "/to-ftp": Page(status=302, headers={"Location": "ftp://127.0.0.1/a"}),
    "/to-no-address": Page(status=302, headers={"Location": "http://[x"}),
    "/long": Page(BODY, length=-1, headers={"Content-Length": "9" * 5000}),
    "/loop": Page(status=302, headers={"Location": "/loop"}),
    "/forbidden": Page(status=403),
    "/broken": Page(status=503),
    "/cut": Page(BODY, length=len(BODY) + 1),
}


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving(PAGES) as address:
        yield address


@pytest.mark.parametrize("page", ["a", "unsaid", "moved", "a?token=1"])
def test_a_file_arrives(site: str, tmp_path: Path, page: str) -> None:
    PAGES["/a?token=1"] = PAGES["/a"]
    for address in (f"{site}/{page}", f"{site}/{page}#sha256={DIGEST}"):
        assert fetch(read_address(address), tmp_path / "a") == DIGEST
        assert (tmp_path / "a").read_bytes() == BODY


def test_a_file_of_this_machine(tmp_path: Path) -> None:
    source = tmp_path / "with a space"
    source.write_bytes(BODY)
    assert fetch(read_address(source.as_uri()), tmp_path / "a") == DIGEST
    assert (tmp_path / "a").read_bytes() == BODY
    with pytest.raises(InputError, match="no such file"):
        fetch(read_address((tmp_path / "none").as_uri()), tmp_path / "a")
    with pytest.raises(InputError, match="no such file"):
        fetch(read_address(tmp_path.as_uri()), tmp_path / "a")


@pytest.mark.parametrize(
    ("page", "kind", "why"),
    [
        ("missing", InputError, "404 Not Found"),
        ("forbidden", InputError, "403"),
        ("broken", NetworkError, "503.*later"),
        ("to-a-disk", InputError, "is not allowed"),
        ("to-ftp", NetworkError, "redirects to an address of kind 'ftp'"),
        ("loop", InputError, "302"),
        ("to-no-address", InputError, "redirects to, what is no address"),
        ("long", InputError, "larger than"),
        ("cut", NetworkError, "broke off after"),
        ("a#sha256=" + "0" * 64, InputError, f"has the SHA-256 {DIGEST}, expected 0000"),
    ],
)
def test_what_does_not_arrive(
    site: str, tmp_path: Path, page: str, kind: type[Exception], why: str
) -> None:
    with pytest.raises(kind, match=why) as refusal:
        fetch(read_address(f"{site}/{page}"), tmp_path / "a")
    assert str(refusal.value).startswith(f"{site}/{page.partition('#')[0]}: ")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("page", ["a", "unsaid"])
def test_no_more_is_taken_than_a_plugin_may_have(site: str, tmp_path: Path, page: str) -> None:
    with pytest.raises(InputError, match="larger than"):
        fetch(read_address(f"{site}/{page}"), tmp_path / "a", len(BODY) - 1)
    assert not (tmp_path / "a").exists() or (tmp_path / "a").stat().st_size < len(BODY)
    assert fetch(read_address(f"{site}/{page}"), tmp_path / "a", len(BODY)) == DIGEST


def test_nobody_answers(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # nobody listens
        port = unused.getsockname()[1]
        with pytest.raises(NetworkError, match="cannot be reached"):
            fetch(read_address(f"http://127.0.0.1:{port}/a"), tmp_path / "a")
    with pytest.raises(NetworkError, match="cannot be reached"):
        fetch(read_address("http://no-such-machine.invalid/a"), tmp_path / "a")


def test_what_speaks_another_language(tmp_path: Path) -> None:
    """TLS to a server without it."""
    with (
        serving(PAGES) as site,
        pytest.raises(NetworkError, match="cannot be reached"),
    ):
        fetch(read_address(site.replace("http:", "https:") + "/a"), tmp_path / "a")


@pytest.mark.parametrize("machine", ["a..b", f"{'a' * 64}.example"])
def test_a_name_that_no_machine_has(tmp_path: Path, machine: str) -> None:
    with pytest.raises(InputError, match="is no address"):
        fetch(read_address(f"https://{machine}/x"), tmp_path / "a")


def test_a_proxy_of_another_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:9")
    with pytest.raises(NetworkError, match="unknown url type: socks5"):
        fetch(read_address("http://example.invalid/x"), tmp_path / "a")
