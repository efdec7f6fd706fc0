"""Copying a file from the web or a disk, bounded, with its hash computed on the way."""

import hashlib
import http.client
import ssl
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from rtsynth.common.errors import InputError, NetworkError
from rtsynth.common.files.atomic import writing
from rtsynth.common.plain_text import plain
from rtsynth.common.version import __version__
from rtsynth.plugin.sharing.address import Address

LARGEST_BYTES = 1 << 30
PIECE_BYTES = 1 << 18
TIMEOUT_S = 30.0  # without a byte
LONGEST_REASON = 200
MOST_DIGITS = 18  # of a length; Python reads no more than 4300


class _SafeRedirects(HTTPRedirectHandler):
    """Redirections that stay on the web, and stay encrypted."""

    def http_error_302(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any) -> Any:
        try:
            return super().http_error_302(req, fp, code, msg, headers)
        except ValueError:  # where it leads is no address
            fp.close()
            raise

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        old, new = urlsplit(req.full_url).scheme, urlsplit(newurl).scheme
        if new not in ("http", "https") or (old, new) == ("https", "http"):
            fp.close()
            raise URLError(f"it redirects to an address of kind {new!r}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(address: Address, target: Path, largest_bytes: int = LARGEST_BYTES) -> str:
    """Write what an address holds to `target`, and return its SHA-256.

    Raises:
        InputError: it is not there, too large, has another hash, or its address is none.
        NetworkError: it cannot be reached, or broke off.
        WriteError: the disk is full.
    """
    try:
        if (local := address.local) is not None:
            digest = _copy_local(address, local, target, largest_bytes)
        else:
            digest = _download(address, target, largest_bytes)
    except HTTPError as error:
        error.close()
        reason = plain(f"{error.code} {error.reason}", LONGEST_REASON)
        if error.code >= 500:
            raise NetworkError(
                f"{address.shown}: the server fails ({reason}); try again later"
            ) from error
        raise InputError(
            f"{address.shown}: the server does not give it ({reason}); check the address"
        ) from error
    except URLError as error:
        raise NetworkError(_unreachable(address, error.reason)) from error
    except (http.client.HTTPException, ssl.SSLError, TimeoutError, ConnectionError) as error:
        raise NetworkError(_unreachable(address, error)) from error
    except ValueError as error:  # only what connects to a name reads all of it
        reason = plain(str(error), LONGEST_REASON)
        raise InputError(
            f"{address.shown}: is, or redirects to, what is no address ({reason}); check it"
        ) from error
    if address.sha256 and digest != address.sha256:
        raise InputError(
            f"{address.shown}: has the SHA-256 {digest}, expected {address.sha256}: it is not "
            "the file that was meant, and was not kept"
        )
    return digest


def _unreachable(address: Address, reason: object) -> str:
    text = plain(str(reason) or type(reason).__name__, LONGEST_REASON)
    return f"{address.shown}: cannot be reached ({text}); check the address and the network"


def _download(address: Address, target: Path, largest_bytes: int) -> str:
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(), UnknownHandler(), HTTPHandler(), HTTPSHandler(), _SafeRedirects(),
        HTTPErrorProcessor(), HTTPDefaultErrorHandler(),
    ):  # fmt: skip
        opener.add_handler(handler)
    request = Request(address.url, headers={"User-Agent": f"rtsynth/{__version__}"})
    with opener.open(request, timeout=TIMEOUT_S) as answer:
        said = answer.headers.get("Content-Length", "")
        length = int(said[: MOST_DIGITS + 1]) if said.isdecimal() else None
        if length is not None and (length > largest_bytes or len(said) > MOST_DIGITS):
            raise _too_large(address, largest_bytes)
        digest, count = _pour(address, answer, target, largest_bytes)
    if length is not None and count != length:
        raise NetworkError(f"{address.shown}: broke off after {count} of {length} bytes; try again")
    return digest


def _copy_local(address: Address, local: Path, target: Path, largest_bytes: int) -> str:
    if not local.is_file():
        raise InputError(f"{address.shown}: no such file")
    with local.open("rb") as source:
        return _pour(address, source, target, largest_bytes)[0]


def _pour(address: Address, source: Any, target: Path, largest_bytes: int) -> tuple[str, int]:
    """(SHA-256, bytes) of all that is read from `source` and written to `target`."""
    digest, count = hashlib.sha256(), 0
    with writing(target), target.open("wb") as file:
        while piece := _read(address, source):
            count += len(piece)
            if count > largest_bytes:
                raise _too_large(address, largest_bytes)
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest(), count


def _read(address: Address, source: Any) -> bytes:
    """What fails here is the source, not the disk that is written to."""
    try:
        piece: bytes = source.read(PIECE_BYTES)
    except (OSError, http.client.HTTPException) as error:
        reason = plain(str(error) or type(error).__name__, LONGEST_REASON)
        raise NetworkError(f"{address.shown}: broke off ({reason}); try again") from error
    return piece


def _too_large(address: Address, largest_bytes: int) -> InputError:
    return InputError(f"{address.shown}: larger than {largest_bytes / 1e6:.0f} MB; no plugin is")
