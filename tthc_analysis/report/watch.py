"""A trial that is made again whenever something it is made of is saved, and the page that shows it.

The page is of the watching command alone: it holds the trial in a frame and reloads it. No file of a report carries code for it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tthc_analysis.config import CONFIG_FILE, Config
from tthc_analysis.preparation.members import SENT
from tthc_analysis.rules import own

#: seconds between two looks at the folders
PAUSE = 0.5
HOST = "127.0.0.1"
_FRAME, _STATE = "/", "/trang-thai"
#: how editors, office programs and JupyterLab name files that are not the analyst's
_PASSING = (".", "~$")
Stamps = Mapping[Path, tuple[int, int]]

_PAGE = """<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Xem thử – tự tải lại</title>
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; }
body { margin: 0; height: 100vh; display: flex; flex-direction: column; font: 16px/1.4 system-ui, sans-serif; }
iframe { flex: 1; width: 100%; border: 0; }
p { margin: 0; padding: .5rem 1rem; background: #8a1c1c; color: #fff; white-space: pre-line; }
</style>
</head>
<body>
<p role="alert" hidden></p>
<iframe title="Bản xem thử" src="index.html"></iframe>
<script>
const frame = document.querySelector("iframe"), line = document.querySelector("p");
let seen = null;
async function look() {
  let state;
  try { state = await (await fetch("trang-thai", { cache: "no-store" })).json(); }
  catch { state = { version: seen, problem: "Lệnh tthc watch đã dừng: trang không còn tự tải lại." }; }
  line.textContent = state.problem;
  line.hidden = !state.problem;
  if (seen !== null && state.version !== seen) frame.contentWindow.location.reload();
  seen = state.version;
  setTimeout(look, 700);
}
look();
</script>
</body>
</html>
"""


def sources(config: Config) -> tuple[Path, ...]:
    """The files and folders that a report of this agency is made of, save the words of the Word document."""
    members = [config.for_agency(a.id).raw for a in config.members]
    root = config.root
    return (
        root / CONFIG_FILE,
        root / Path(own.LAWS).parent,
        root / SENT,
        config.notebooks,
        config.raw,
        *members,
    )


def look(config: Config) -> Stamps:
    """Time and size of every file of `sources`; files that programs keep for themselves are passed over."""
    found = {}
    for place in sources(config):
        for path in [place] if place.is_file() else place.rglob("*"):
            if any(part.startswith(_PASSING) for part in path.relative_to(place.parent).parts):
                continue
            try:
                state = path.stat()
            except OSError:  # replaced at this very moment: the next look sees it
                continue
            if path.is_file():
                found[path] = (state.st_mtime_ns, state.st_size)
    return found


def changed(before: Stamps, after: Stamps) -> list[Path]:
    """The files that came, went or were saved between two looks, in order."""
    return sorted(path for path in {*before, *after} if before.get(path) != after.get(path))


def next_change(
    config: Config, before: Stamps, pause: Callable[[float], None] = time.sleep
) -> tuple[Stamps, list[Path]]:
    """Wait until something was saved, and until it is saved whole: two looks that agree. The last look, and what changed."""
    last = before
    while True:
        pause(PAUSE)
        now = look(config)
        if now == last and (found := changed(before, now)):
            return now, found
        last = now


class Shown:
    """What the page shows: the folder of the trial, how often it was made, and what went wrong the last time ("" if nothing)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.version = 0
        self.problem = ""

    def made(self) -> None:
        """A new trial is in place."""
        self.version += 1
        self.problem = ""


@contextmanager
def serving(shown: Shown, port: int = 0) -> Iterator[str]:
    """Serve the trial to this machine alone while the block runs; the address of the page. Raises OSError for a taken port."""
    with ThreadingHTTPServer((HOST, port), partial(_Handler, shown)) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        try:
            yield f"http://{HOST}:{server.server_address[1]}{_FRAME}"
        finally:
            server.shutdown()


class _Handler(SimpleHTTPRequestHandler):
    """The page, the state that it asks for, and the files of the trial as they are."""

    def __init__(self, shown: Shown, *request: object) -> None:
        self.shown = shown
        super().__init__(*request, directory=str(shown.folder))  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer a question of a browser of this machine; a page of elsewhere that took our name in the DNS gets nothing."""
        asked = urlsplit(self.path).path
        if urlsplit(f"//{self.headers.get('Host', '')}").hostname not in {HOST, "localhost"}:
            self.send_error(HTTPStatus.FORBIDDEN)
        elif asked == _FRAME:
            self._answer(_PAGE, "text/html")
        elif asked == _STATE:
            state = {"version": self.shown.version, "problem": self.shown.problem}
            self._answer(json.dumps(state), "application/json")
        else:
            super().do_GET()

    def end_headers(self) -> None:
        """Nothing of a trial is kept by the browser: the next one has the same address."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """The terminal is for the analyst."""

    def _answer(self, text: str, kind: str) -> None:
        body = text.encode("utf-8")
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
