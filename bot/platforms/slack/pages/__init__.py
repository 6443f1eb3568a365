"""The one page that Slack's installation shows, with nothing on it from elsewhere."""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
STYLE = (HERE / "sheet.css").read_text()
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # The page's own address holds Slack's code.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_TEMPLATES = Environment(
    loader=FileSystemLoader(HERE),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a page says: what happened, and what can be done next."""

    title: str
    sentence: str
    steps: tuple[str, ...] = ()


def page(sheet: Sheet, *, status: int = 200) -> web.Response:
    """The sheet as a page."""
    html = _TEMPLATES.get_template("sheet.html").render(sheet=sheet, style=STYLE)
    return web.Response(text=html, content_type="text/html", status=status, headers=HEADERS)
