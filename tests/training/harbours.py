"""A site of harbours and ferries: lists, infoboxes, definition lists, a table, menus; and prose that says little."""

from __future__ import annotations

from pathlib import Path

from tests.archives import Warc
from webenv.web.build import build_snapshot

COUNT = 48
HARBOURS, FERRIES = "http://harbours.example", "http://ferries.example"
_STARTS, _ENDS = "Bel Cor Dun Fal Gos Hul Kem Lor".split(), "wick mouth stad haven ness vik".split()


def harbour(number: int) -> str:
    return _STARTS[number % 8] + _ENDS[number // 8]


def ferry(number: int) -> str:
    return "MV " + harbour((number * 7 + 3) % COUNT)[::-1].capitalize()


def captain(number: int) -> str:
    return f"{'Ada Bo Cy Di Ed Flo Gil Hal'.split()[number % 8]} {harbour((number * 5 + 1) % COUNT)}son"


def _harbour_page(number: int) -> str:
    return f"""<nav><a href="/">All harbours</a> <a href="/depths">Depths</a> <a href="/about">About</a></nav>
<h1>{harbour(number)}</h1>
<table class="infobox"><tr><th>Berths</th><td>{11 + number * 3}</td></tr><tr><th>Opened</th><td>{1 + number % 28} May
{1801 + number * 2}</td></tr><tr><th>Ferry</th><td><a href="{FERRIES}/{number}">{ferry(number)}</a></td></tr>
<tr><th>Pilot station</th><td>{"yes" if number % 3 else "no"}</td></tr></table>
<p>Boats of every kind call here when the wind allows it.</p>"""


def _ferry_page(number: int) -> str:
    calls = "".join(f"<li>{harbour((number + step * 5) % COUNT)}</li>" for step in range(3 + number % 5))
    return f"""<h1>{ferry(number)}</h1><dl><dt>Captain</dt><dd>{captain(number)}</dd><dt>Length</dt>
<dd>{40 + number * 2} metres</dd></dl><h2>Ports of call</h2><ul>{calls}</ul><p>Tickets are sold on board.</p>"""


def build_harbours(folder: Path) -> Path:
    """The snapshot of the site, made in a folder."""
    with Warc(folder / "in.warc.gz") as warc:
        for region in range(6):
            mine = range(region * 8, region * 8 + 8)
            items = "".join(f'<li><a href="/{number}">{harbour(number)}</a></li>' for number in mine)
            name = f"Coast {region + 1}"
            warc.page(f"{HARBOURS}/coast/{region + 1}", f"{name} | Pilot book", f"<h1>{name}</h1><ul>{items}</ul>")
        rows = "".join(
            f"<tr><td>{harbour(number)}</td><td>{3 + number % 17} m</td><td>{'lit' if number % 4 else 'dark'}</td></tr>"
            for number in range(COUNT)
        )
        head = "<tr><th>Harbour</th><th>Depth</th><th>Beacon</th></tr>"
        warc.page(f"{HARBOURS}/depths", "Depths | Pilot book", f"<h1>Depths</h1><table>{head}{rows}</table>")
        coasts = "".join(f'<li><a href="/coast/{number}">Coast {number}</a></li>' for number in range(1, 7))
        warc.page(f"{HARBOURS}/", "All harbours | Pilot book", f"<h1>All harbours</h1><ul>{coasts}</ul>")
        warc.page(f"{HARBOURS}/about", "About | Pilot book", "<h1>About</h1><p>Made by pilots.</p>")
        for number in range(COUNT):
            warc.page(f"{HARBOURS}/{number}", f"{harbour(number)} | Pilot book", _harbour_page(number))
            warc.page(f"{FERRIES}/{number}", f"{ferry(number)} | Ferry register", _ferry_page(number))
    build_snapshot([str(folder / "in.warc.gz")], folder / "snapshot")
    return folder / "snapshot"
