"""The pages' templates and files, read once."""

import hashlib
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.console import words
from bot.views import common

HERE = Path(__file__).parent
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
# A file's address holds the version of all files, so what is behind it never changes.
FOR_EVER = "public, max-age=31536000, immutable"


class Pages:
    """Renders a template by name and serves the files beside them, below an address prefix."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._files = {path.name: path.read_bytes() for path in sorted(HERE.glob("static/*.*"))}
        self.version = hashlib.sha256(b"".join(self._files.values())).hexdigest()[:12]
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "pages"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(
            base=base, console=f"{base}/console", static=f"{base}/console/static/{self.version}"
        )
        self._templates.filters.update(
            count=common.count,
            listed=common.listed,
            moment=common.moment,
            percent=common.percent,
            sentence=words.sentence,
            stamp=words.stamp,
            age=words.age,
        )

    def page(self, name: str, *, status: int = 200, **filled: object) -> web.Response:
        """The page of this name, filled in."""
        html = self._templates.get_template(f"{name}.html").render(filled)
        return web.Response(
            text=html,
            content_type="text/html",
            status=status,
            headers={"Cache-Control": "no-store"},
        )

    def file(self, version: str, name: str) -> web.Response | None:
        """A style sheet, script or picture; None where there is none of that name."""
        body = self._files.get(name)
        if body is None:
            return None
        # A page of the release before may still ask; what it gets must not be kept as its own.
        keep = FOR_EVER if version == self.version else "no-store"
        return web.Response(
            body=body,
            content_type=TYPES[Path(name).suffix],
            charset="utf-8",
            headers={"Cache-Control": keep},
        )
