"""The worker process of a crawl: a `Plan` on standard input, events as JSON lines on standard output.

    OUT.crawl/lock               held while a crawl runs; the kernel frees it if the process is killed
    OUT.crawl/recording.warc.gz  becomes OUT in one rename

It can be killed at any moment. It kills itself when its standard input closes, which is when its caller is gone.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sys
import threading
import time
from importlib.metadata import version
from pathlib import Path

import msgspec

from webenv.errors import BuildError, CrawlError
from webenv.types import Record
from webenv.web.crawl.records import CrawlFailure, CrawlReport, Plan
from webenv.web.publish import exclusive, sync
from webenv.web.wire.recording import Fields, Recording


def main() -> None:
    """Run the plan on standard input."""
    logging.basicConfig(level=logging.CRITICAL)
    plan = msgspec.json.decode(sys.stdin.buffer.readline(), type=Plan)
    threading.Thread(target=_end_with_caller, daemon=True).start()
    try:
        _tell(_crawl(plan))
    except (CrawlError, BuildError) as error:
        _tell(CrawlFailure(message=str(error)))
    except OSError as error:
        _tell(CrawlFailure(message=f"{plan.out}: cannot be written: {error.strerror}"))


def _end_with_caller() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def _tell(event: Record) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(event) + b"\n")
    sys.stdout.buffer.flush()


def _crawl(plan: Plan) -> CrawlReport:
    out = Path(plan.out)
    folder = out.with_name(out.name + ".crawl")
    with exclusive(folder, f"another crawl of {out} is running"):
        now = plan.settings.date or time.strftime("%Y%m%d%H%M%S", time.gmtime())
        recording = Recording(folder / "recording.warc.gz", _about(plan), now)
        from webenv.web.crawl.spider import run

        report = asyncio.run(run(plan, recording, _tell))
        recording.close()
        if report.pages:
            recording.path.rename(out)
            sync(out.parent)
        shutil.rmtree(folder)
    if not report.pages:
        reasons = "".join(f"\n  {seed}: {reason}" for seed, reason in report.lost_seeds.items())
        raise CrawlError(f"nothing was captured:{reasons}")
    return report


def _about(plan: Plan) -> Fields:
    """What the warcinfo record says."""
    settings = plan.settings
    return [
        ("software", f"webenv/{version('webenv')}"),
        ("format", "WARC File Format 1.1"),
        ("conformsTo", "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
        ("http-header-user-agent", settings.user_agent),
        ("robots", "obey"),
        ("seeds", " ".join(plan.seeds)),
        ("scope", settings.scope),
        ("date", settings.date),
    ]


if __name__ == "__main__":
    main()
