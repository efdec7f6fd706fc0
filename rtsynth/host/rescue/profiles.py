"""Profiles of the plugins that play: learnt once, by a thread that gives way, and kept on disk."""

import hashlib
import logging
import os
import sys
import threading
from functools import cache
from pathlib import Path

from rtsynth.common.errors import RtsynthError
from rtsynth.common.files.atomic import atomic_write, make_folder
from rtsynth.common.user_folders import cache_folder
from rtsynth.host.rescue.learning import StoppedError, learn
from rtsynth.host.rescue.profile import Profile, profile_of
from rtsynth.plugin import Plugin

# What decides what a profile is.
SOURCES = ("features.py", "observer.py", "profile.py", "learning.py", "traps.py")
NICE = 10  # no more: who has the interpreter is not to wait for long
PATIENCE_S = 2.0
MOST_WANTED = 16  # at once: as many as there are slots

log = logging.getLogger("rtsynth")


class Profiles:
    """Has the profile of a plugin, or learns it. Any thread may call anything."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Profile | None] = {}  # None: it cannot be learnt
        self._wanted: dict[str, Plugin] = {}
        self._thread: threading.Thread | None = None
        self._stopping = False

    def of(self, plugin: Plugin) -> Profile | None:
        """The profile; None while it is learnt, which begins with this."""
        name = plugin.content_hash
        with self._lock:
            if name not in self._known and not self._stopping:
                self._wanted.pop(name, None)
                self._wanted[name] = plugin  # behind the others: it is learnt next
                for old in list(self._wanted)[:-MOST_WANTED]:
                    del self._wanted[old]  # it plays no longer
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="profile", daemon=True)
                    self._thread.start()
            return self._known.get(name)

    def learns(self, plugin: Plugin) -> bool:
        """Whether the profile is not there yet."""
        with self._lock:
            return plugin.content_hash not in self._known

    def learn_now(self, plugin: Plugin) -> Profile:
        """The profile, waiting for it.

        Raises:
            RtsynthError: it cannot be learnt.
        """
        with self._lock:
            found = self._known.get(plugin.content_hash)
        profile = found or read_profile(plugin)
        if profile is None:
            profile = learn(plugin, go_on=lambda: not self._stopping)
            write_profile(plugin, profile)
        with self._lock:
            self._known[plugin.content_hash] = profile
        return profile

    def stop(self) -> None:
        """Learn nothing any more."""
        with self._lock:
            thread = self._thread
            self._stopping = thread is not None
        if thread is not None:
            thread.join(PATIENCE_S)  # it may be compiling, and ends after that

    def _run(self) -> None:
        give_way()
        while True:
            with self._lock:
                if self._stopping or not self._wanted:
                    self._stopping, self._thread = False, None
                    return
                name, plugin = next(reversed(self._wanted.items()))
            try:
                self.learn_now(plugin)
                log.info("rescue: %s is known now", plugin.name)
            except StoppedError:
                pass
            except (
                Exception
            ) as error:  # what is no RtsynthError is a bug of ours: others are learnt
                cause = None if isinstance(error, RtsynthError) else error
                log.warning("rescue: %s is not watched: %s", plugin.name, error, exc_info=cause)
                with self._lock:
                    self._known[name] = None
            with self._lock:
                self._wanted.pop(name, None)


def give_way() -> None:
    """Let every other thread of the machine go before this one, where threads have priorities."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


def read_profile(plugin: Plugin) -> Profile | None:
    """What was kept of a plugin; None: nothing, or it is damaged."""
    try:
        return profile_of(profile_path(plugin).read_bytes())
    except OSError:
        return None


def write_profile(plugin: Plugin, profile: Profile) -> None:
    """Keep it. A cache that cannot be written to is no cache, and no error."""
    path = profile_path(plugin)
    try:
        make_folder(path.parent)
        with atomic_write(path) as temporary:
            temporary.write_bytes(profile.to_bytes())
    except RtsynthError:
        return


def profile_path(plugin: Plugin) -> Path:
    """Where the profile of a plugin is kept."""
    return cache_folder()[0] / "rescue" / f"{plugin.content_hash[:32]}-{_version()}.npz"


@cache
def _version() -> str:
    digest = hashlib.sha256()
    for name in SOURCES:
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest.hexdigest()[:16]
