"""Checkpoints taken apart, so that their pickles can be damaged, and put together again."""

import io
import pickle
import zipfile
from pathlib import Path
from random import Random

from tests.fuzz.mutate import damage_bytes, damage_pickle
from tests.places import FIXTURES

MTCRNN = FIXTURES / "mtcrnn" / "param_net0_uncond"
_MAGIC = 0x1950A86A20F9469CFC6C

Members = dict[str, bytes]


def members_of(path: Path) -> Members:
    """{name: content} of a zip."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zip_of(members: Members, method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip of such members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def stream_parts(members: Members) -> list[bytes]:
    """The five pickles and the storages, as torch wrote them before its files were zips."""
    saved = next(content for name, content in members.items() if name.endswith("/data.pkl"))
    storages = {
        name.rpartition("/")[2]: content
        for name, content in members.items()
        if name.rpartition("/")[0].endswith("/data")
    }
    machine = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"int": 4}}
    plain = (_MAGIC, 1001, machine)
    numbers = [(len(content) // 4).to_bytes(8, "little") + content for content in storages.values()]
    return [
        *(pickle.dumps(value, protocol=2) for value in plain),
        saved,
        pickle.dumps(list(storages), protocol=2),
        *numbers,
    ]


def damaged_zip(random: Random, members: Members) -> bytes:
    """A zip with a damaged pickle, or with other members, or damaged itself."""
    members = dict(members)
    choice = random.randrange(6)
    pickled = next(name for name in members if name.endswith("data.pkl"))
    if choice < 3:
        members[pickled] = damage_pickle(random, members[pickled])
    elif choice == 3:
        members[pickled] = damage_bytes(random, members[pickled])
    elif choice == 4:
        name = random.choice(list(members))
        content = members.pop(name)
        members[random.choice((name, name + "x", "../" + name, "x"))] = damage_bytes(
            random, content, 2
        )
    method = random.choice((zipfile.ZIP_STORED, zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    data = zip_of(members, method)
    if choice == 5:
        # Most of it is numbers; what says where they are is at the end.
        at = random.choice((0, max(0, len(data) - 2000)))
        data = data[:at] + damage_bytes(random, data[at:])
    return data


def damaged_stream(random: Random, parts: list[bytes]) -> bytes:
    """A stream with a damaged pickle, with other parts, or damaged anywhere."""
    parts = list(parts)
    choice = random.randrange(6)
    if choice < 3:
        parts[3] = damage_pickle(random, parts[3])
    elif choice == 3:
        at = random.randrange(5)
        parts[at] = damage_pickle(random, parts[at])
    elif choice == 4:
        at = random.randrange(len(parts))
        parts[at] = damage_bytes(random, parts[at][:100], 2) + parts[at][100:]
    else:
        return damage_bytes(random, b"".join(parts))
    return b"".join(parts)
