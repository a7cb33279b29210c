"""From a packed snapshot back to a folder that can be opened."""

from __future__ import annotations

import shutil
from pathlib import Path

from webenv.errors import InputError, SnapshotError
from webenv.web import publish
from webenv.web.derive import derive
from webenv.web.manifest import Manifest, read_manifest
from webenv.web.package import Packed, open_package
from webenv.web.verify import verify


def unpack(package: Path, out: Path) -> Manifest:
    """Unpack a snapshot into the folder `out`, which appears when everything is verified.

    Raises:
        NotFound: there is no such file.
        InputError: `out` is taken, or `package` is not packed.
        SnapshotError: the package is damaged or no snapshot; nothing is written.
    """
    publish.check_target(out, overwrite=False)
    source = open_package(package)
    if not isinstance(source, Packed):
        raise InputError(f"{package}: is not packed; open it as it is")
    verdict = verify(package)
    if not verdict.sound:
        raise SnapshotError(f"{package}: {verdict.problems[0]}; for all problems run: webenv verify {package}")
    out = out.resolve()
    folder = publish.working_folder(out)
    with publish.exclusive(folder, f"{out} is being made by another process"):
        shutil.rmtree(folder / "snapshot", ignore_errors=True)
        for name in source.names():
            target = folder / "snapshot" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with source.open(name) as reading, target.open("wb") as writing:
                shutil.copyfileobj(reading, writing, 1 << 20)
        manifest = read_manifest(folder / "snapshot")
        derive(folder / "snapshot", manifest)
        publish.publish(folder / "snapshot", out)
        shutil.rmtree(folder)
    return manifest
