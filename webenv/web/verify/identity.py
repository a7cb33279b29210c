"""What only webenv snapshots promise: content id, frozen text, proved tasks, derived parts that fit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from webenv.errors import InputError, SnapshotError
from webenv.types import View
from webenv.web import tasks as task_files
from webenv.web import views
from webenv.web.derive import STORE, is_current
from webenv.web.manifest import Manifest, parse_manifest
from webenv.web.package import Folder, Package
from webenv.web.snapshot import Snapshot
from webenv.web.store import Store
from webenv.web.verify.problem import Problem
from webenv.web.verify.records import Checked


def check_identity(package: Package, datapackage: dict[str, Any], checked: Checked) -> Iterator[Problem]:
    """Everything that is wrong beyond the rules of WACZ."""
    place = "datapackage.json webenv"
    try:
        manifest, _ = parse_manifest(json.dumps(datapackage).encode(), place)
    except SnapshotError as error:
        yield Problem(rule="content", place=place, detail=str(error))
        return
    for what, found, said in (
        ("content id", checked.content_id, manifest.content_id),
        ("number of captures", len(checked.captures), manifest.captures),
    ):
        if found != said:
            yield Problem(rule="content", place=place, detail=f"the {what} is {found}, datapackage.json says {said}")
    yield from _views(package, manifest, checked)
    if isinstance(package, Folder):
        yield from _derived(package, manifest)


def _views(package: Package, manifest: Manifest, checked: Checked) -> Iterator[Problem]:
    """The frozen text has the views id, and a view for every capture that is not a redirect."""
    if views.NAME not in package.names():
        yield Problem(rule="text", place=views.NAME, detail="is missing")
        return
    try:
        with package.open(views.NAME) as stream:
            found = views.views_id(stream)
        with package.open(views.NAME) as stream:
            urls = [view.url for view in views.read_views(stream, views.NAME)]
    except (SnapshotError, OSError, EOFError, ValueError) as error:
        yield Problem(rule="text", place=views.NAME, detail=str(error))
        return
    if found != manifest.views_id:
        yield Problem(rule="text", place=views.NAME, detail=f"is {found}, not {manifest.views_id}")
    if urls != [capture.url for capture in checked.captures if not capture.redirect]:
        yield Problem(rule="text", place=views.NAME, detail="its pages are not those of the index, in its order")


def _derived(package: Folder, manifest: Manifest) -> Iterator[Problem]:
    """The page store says what the frozen text says; the tasks are proved on it."""
    if not is_current(package.path, manifest):
        return  # derived parts that are missing or of another snapshot are made again when it is opened
    remedy = "delete derived/, it is made again"
    try:
        store = Store(package.path / STORE)
        stored = (store.count("pages"), store.count("passages"))
        if stored != (manifest.captures, manifest.passages):
            detail = f"holds {stored} pages and passages, not {(manifest.captures, manifest.passages)}; {remedy}"
            yield Problem(rule="derived", place=STORE, detail=detail)
        with package.open(views.NAME) as stream:
            for view in views.read_views(stream, views.NAME):
                if not _is_stored(store, view):
                    place = f"{STORE} {view.url}"
                    yield Problem(rule="derived", place=place, detail=f"is not the frozen text; {remedy}")
        path = package.path / task_files.NAME
        if path.exists():
            web = Snapshot(package.path, manifest)
            for task in task_files.read_tasks(path):
                for problem in task_files.unproved(task, web):
                    yield Problem(rule="tasks", place=task_files.NAME, detail=problem)
    except (SnapshotError, InputError, ValueError) as error:
        yield Problem(rule="derived", place="derived/", detail=f"{error}; {remedy}")


def _is_stored(store: Store, view: View) -> bool:
    """Whether the page store says of a page what its frozen view says."""
    page = store.page(view.url)
    if page is None or (page.title, page.date, page.note) != (view.title, view.date, view.note):
        return False
    return page.text_and_links() == (view.text, view.links) and store.passages_of(view.url) == view.passages
