"""A stand-in for the hub: the endpoints that huggingface_hub uses, over HTTP, in memory.

Repositories are made, committed to (small files in the commit, others as LFS objects), listed, and
read at a branch or a commit. Who writes needs the TOKEN.
"""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

TOKEN = "hf_of_the_tests"
RESOLVE = re.compile(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)")
API = re.compile(r"/api/models/([^/]+/[^/]+)/(tree|preupload|commit|revision)/([^/]+)")
ABOUT = re.compile(r"/api/models/([^/]+/[^/]+)")
BATCH = re.compile(r"/([^/]+/[^/]+)\.git/info/lfs/objects/batch")


@dataclass
class Hub:
    """`repositories` holds by name the files of every revision; "main" is the newest."""

    address: str = ""
    repositories: dict[str, dict[str, dict[str, bytes]]] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)
    private: set[str] = field(default_factory=set)
    requests: list[str] = field(default_factory=list)


@contextmanager
def hub() -> Iterator[Hub]:
    """A hub, while it lasts."""
    state = Hub()

    class Handler(_Handler):
        hub = state

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if self.command != "HEAD" or "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _json(self, document: Any, status: int = 200) -> None:
        self._answer(status, json.dumps(document).encode(), Content_Type="application/json")

    def _missing(self, code: str) -> None:
        self._answer(404, b'{"error": "not found"}', X_Error_Code=code)

    @property
    def _may_write(self) -> bool:
        return self.headers.get("Authorization") == f"Bearer {TOKEN}"

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            pieces = []
            while size := int(self.rfile.readline(), 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(pieces)
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _begin(self) -> tuple[str, bytes]:
        path = urlsplit(self.path).path
        self.hub.requests.append(f"{self.command} {path}")
        return path, self._body()

    def _files(self, name: str, revision: str) -> dict[str, bytes] | None:
        """Those of a revision; None where an answer was given that there are none."""
        hidden = name in self.hub.private and not self._may_write
        if name not in self.hub.repositories or hidden:
            self._missing("RepoNotFound")
            return None
        revisions = self.hub.repositories[name]
        commits = {_sha(files): files for files in revisions.values()}
        found = (commits | revisions).get(unquote(revision))
        if found is None:
            self._missing("RevisionNotFound")
        return found

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path, _ = self._begin()
        if match := RESOLVE.fullmatch(path):
            self._resolve(match[1], match[2], unquote(match[3]))
        elif (match := API.fullmatch(path)) and match[2] == "tree":
            files = self._files(match[1], match[3])
            if files is not None:
                self._json(
                    [
                        {
                            "type": "file", "path": each, "size": len(content),
                            "oid": hashlib.sha1(content).hexdigest(),
                        }
                        for each, content in files.items()
                    ]
                )  # fmt: skip
        elif match := (API.fullmatch(path) or ABOUT.fullmatch(path)):
            revision = match[3] if match.re is API else "main"
            files = self._files(match[1], revision)
            if files is not None:
                siblings = [{"rfilename": each} for each in files]
                self._json({"id": match[1], "sha": _sha(files), "siblings": siblings})
        else:
            self._missing("EntryNotFound")

    def _resolve(self, name: str, revision: str, file: str) -> None:
        files = self._files(name, revision)
        if files is None:
            return
        if file not in files:
            self._missing("EntryNotFound")
            return
        content = files[file]
        self._answer(
            200,
            content,
            ETag=f'"{hashlib.sha256(content).hexdigest()}"',
            X_Repo_Commit=_sha(files),
            **({"Content_Length": str(len(content))} if self.command == "HEAD" else {}),
        )

    def do_PUT(self) -> None:
        path, body = self._begin()
        self.hub.objects[path.rpartition("/")[2]] = body
        self._answer(200)

    def do_POST(self) -> None:
        path, body = self._begin()
        if path == "/api/validate-yaml":
            self._json({"errors": [], "warnings": []})
        elif not self._may_write:
            self._json({"error": "Invalid credentials"}, 401)
        elif path == "/api/repos/create":
            said = json.loads(body)
            name = f"{said['organization']}/{said['name']}"
            if name in self.hub.repositories:
                self._json({"url": f"{self.hub.address}/{name}"}, 409)
                return
            self.hub.repositories[name] = {"main": {}}
            if said.get("private") or said.get("visibility") == "private":
                self.hub.private.add(name)
            self._json({"url": f"{self.hub.address}/{name}"})
        elif match := BATCH.fullmatch(path):
            self._json(
                {
                    "transfer": "basic",
                    "objects": [
                        each
                        | {
                            "actions": {
                                "upload": {"href": f"{self.hub.address}/objects/{each['oid']}"}
                            }
                        }
                        for each in json.loads(body)["objects"]
                    ],
                }
            )
        elif (match := API.fullmatch(path)) and match[2] == "preupload":
            if self._files(match[1], match[3]) is not None:
                large = {True: "lfs", False: "regular"}
                self._json(
                    {
                        "files": [
                            {
                                "path": each["path"],
                                "uploadMode": large[each["path"].endswith(".safetensors")],
                                "shouldIgnore": False,
                            }
                            for each in json.loads(body)["files"]
                        ]
                    }
                )
        elif (match := API.fullmatch(path)) and match[2] == "commit":
            self._commit(match[1], match[3], body)
        else:
            self._missing("EntryNotFound")

    def _commit(self, name: str, revision: str, body: bytes) -> None:
        before = self._files(name, revision)
        if before is None:
            return
        files = dict(before)
        for line in filter(None, body.split(b"\n")):
            said = json.loads(line)
            value = said["value"]
            if said["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif said["key"] == "lfsFile":
                files[value["path"]] = self.hub.objects[value["oid"]]
        revisions = self.hub.repositories[name]
        revisions[unquote(revision)] = revisions[_sha(files)] = files
        address = f"{self.hub.address}/{name}/commit/{_sha(files)}"
        self._json({"commitUrl": address, "commitOid": _sha(files)})


def _sha(files: dict[str, bytes]) -> str:
    """What a commit with these files is called."""
    digest = hashlib.sha1()
    for name, content in sorted(files.items()):
        digest.update(f"{name} {len(content)} ".encode() + content)
    return digest.hexdigest()
