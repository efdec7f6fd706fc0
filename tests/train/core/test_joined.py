"""What several processes exchange, in two of them."""

import os
import subprocess
import sys

import pytest
import torch
import torch.distributed as dist

from rtsynth.common.errors import InputError
from rtsynth_train.core.joined import LostError, _reaching, own_device
from tests.ports import free_port

pytestmark = pytest.mark.system
GIVE_UP_S = 120.0


def run_two(*words: str) -> list[tuple[int, str]]:
    """Status and stderr of two processes that run `exchange`."""
    place = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port())}
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.train.core.exchange", *words],
            stderr=subprocess.PIPE, text=True, env={**os.environ, **place, "RANK": str(rank)},
        )
        for rank in range(2)
    ]  # fmt: skip
    said = [process.communicate(timeout=GIVE_UP_S)[1] for process in processes]
    return [(process.returncode, text) for process, text in zip(processes, said, strict=True)]


def test_what_two_processes_exchange() -> None:
    for status, text in run_two():
        assert (status, text) == (0, "")


def test_where_one_fails_it_alone_says_so() -> None:
    (first, quiet), (second, text) = run_two("fail")
    assert second == 1
    assert text.rstrip().endswith("AssertionError: one fails")
    assert (first, quiet) == (1, "")


GLOO = "[/pytorch/third_party/gloo/gloo/transport/tcp/pair.cc:1]"


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(f"{GLOO} Connection closed by peer [127.0.0.1]:4321"),
        RuntimeError(f"{GLOO} Timed out waiting 7200000ms for recv operation to complete"),
        dist.DistNetworkError("Broken pipe"),
        dist.DistStoreError("1/2 clients joined"),
    ],
)
def test_lost_connections_are_said(error: RuntimeError) -> None:
    with pytest.raises(LostError, match="another process of this training has ended"), _reaching():
        raise error


@pytest.mark.parametrize(
    "said",
    [
        "No backend type associated with device type mps",
        "CUDA out of memory",
        "[enforce fail at /gloo/gloo/transport/tcp/pair.cc:1] op.preamble.length <= op.nbytes",
    ],
)
def test_other_errors_are_what_they_are(said: str) -> None:
    with pytest.raises(RuntimeError) as caught, _reaching():
        raise RuntimeError(said)
    assert str(caught.value) == said


@pytest.mark.parametrize(("number", "there"), [("0", 1), ("1", 2)])
def test_each_process_of_a_machine_has_its_device(
    monkeypatch: pytest.MonkeyPatch, number: str, there: int
) -> None:
    chosen = list[int]()
    monkeypatch.setenv("LOCAL_RANK", number)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: there)
    monkeypatch.setattr(torch.cuda, "set_device", chosen.append)
    assert own_device() == torch.device("cuda", int(number))
    assert chosen == [int(number)]


def test_more_processes_than_devices_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_RANK", "1")
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(
        InputError, match=r"has 1 CUDA device, and this is process 2; start .* 1\)$"
    ):
        own_device()
