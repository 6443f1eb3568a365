"""A file that a page's form brings along, with the form's other fields."""

from dataclasses import dataclass

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.multipart import BodyPartReader

from bot.console.checks import Sent
from bot.console.refusals import Refused

# A table of 10,000 people takes 2 MB as CSV and less as XLSX.
MAX_FILE = 8 * 1024 * 1024
MAX_FIELD = 4 * 1024  # a token
MAX_FIELDS = 20
UNREADABLE = "The file could not be read. Go back and try again."


@dataclass(frozen=True, slots=True)
class Upload:
    """The name and content of the file, and all other fields; empty where none was chosen."""

    name: str
    content: bytes
    sent: Sent


async def uploaded(request: web.Request) -> Upload:
    """What a form with a file sent; raises ``Refused`` for anything else and for too much."""
    if request.content_type != "multipart/form-data":
        raise Refused(400, UNREADABLE)
    name, content = "", b""
    sent: dict[str, tuple[str, ...]] = {}
    try:
        reader = await request.multipart()
        for _ in range(MAX_FIELDS):
            part = await reader.next()
            if part is None:
                return Upload(name, content, sent)
            if not isinstance(part, BodyPartReader) or not part.name:
                raise Refused(400, UNREADABLE)
            if part.filename is None:
                sent[part.name] = ((await _all(part, MAX_FIELD)).decode(errors="replace"),)
            else:
                name, content = part.filename, await _all(part, MAX_FILE)
    except (ValueError, AssertionError, HttpProcessingError, web.RequestPayloadError):
        raise Refused(400, UNREADABLE) from None
    raise Refused(400, UNREADABLE)


async def _all(part: BodyPartReader, most: int) -> bytes:
    body = bytearray()
    while chunk := await part.read_chunk():
        body += chunk
        if len(body) > most:
            raise Refused(413, f"That is too much at once: at most {MAX_FILE // 1024 // 1024} MB.")
    return bytes(body)
