"""The app's two icons, drawn here: three people, each linked with the others.

Source of the sizes and colours: https://learn.microsoft.com/microsoftteams/platform/concepts/
build-and-test/apps-package#app-icons
"""

import math
import struct
import zlib
from collections.abc import Callable

COLOUR_SIZE = 192  # Pixels of the colour icon, its mark within the middle 96 or so.
OUTLINE_SIZE = 32  # Pixels of the outline icon: white on nothing.
BLUE = (0, 94, 184)  # NHS blue, the app's accent.
WHITE = (255, 255, 255)

Point = tuple[float, float]
Distance = Callable[[float, float], float]
Pixel = tuple[int, int, int, int]

# The mark in a square of one by one: three heads and what links them.
_HEADS: tuple[Point, ...] = ((0.5, 0.23), (0.2, 0.77), (0.8, 0.77))
_HEAD = 0.15
_LINK = 0.035


def colour() -> bytes:
    """The colour icon as PNG: the mark in white on a blue square."""
    mark = _placed(_mark(_HEAD, _LINK, hollow=0.0), COLOUR_SIZE, share=0.6)
    return _png(COLOUR_SIZE, lambda x, y: _mixed(_coverage(mark(x, y))))


def outline() -> bytes:
    """The outline icon as PNG: the mark in white lines on a transparent ground."""
    mark = _placed(_mark(_HEAD, _LINK, hollow=0.07), OUTLINE_SIZE, share=0.94)
    return _png(OUTLINE_SIZE, lambda x, y: (*WHITE, round(255 * _coverage(mark(x, y)))))


def _mark(head: float, link: float, *, hollow: float) -> Distance:
    """How far a point is from the mark, negative inside it; with ``hollow`` heads are rings."""

    def distance(x: float, y: float) -> float:
        discs = min(math.dist((x, y), at) - head for at in _HEADS)
        pairs = zip(_HEADS, (*_HEADS[1:], _HEADS[0]), strict=True)
        links = min(_to_line((x, y), *pair) - link for pair in pairs)
        if not hollow:
            return min(discs, links)
        rings = abs(discs + hollow / 2) - hollow / 2
        return min(rings, max(links, -discs))

    return distance


def _to_line(at: Point, start: Point, end: Point) -> float:
    along = (end[0] - start[0], end[1] - start[1])
    share = (at[0] - start[0]) * along[0] + (at[1] - start[1]) * along[1]
    share = min(1.0, max(0.0, share / (along[0] ** 2 + along[1] ** 2)))
    return math.dist(at, (start[0] + share * along[0], start[1] + share * along[1]))


def _placed(mark: Distance, size: int, *, share: float) -> Distance:
    """The mark in the middle of an icon, in pixels."""
    scale, edge = size * share, size * (1 - share) / 2
    return lambda x, y: mark((x - edge) / scale, (y - edge) / scale) * scale


def _coverage(distance: float) -> float:
    """How much of a pixel is inside: edges are smooth over one pixel."""
    return min(1.0, max(0.0, 0.5 - distance))


def _mixed(white: float) -> Pixel:
    red, green, blue = (round(255 * white + tone * (1 - white)) for tone in BLUE)
    return red, green, blue, 255


def _png(size: int, pixel: Callable[[float, float], Pixel]) -> bytes:
    """A square picture with eight bits each of red, green, blue and opacity.

    Source: https://www.w3.org/TR/png-3/
    """
    rows = b"".join(
        b"\0" + b"".join(bytes(pixel(x + 0.5, y + 0.5)) for x in range(size)) for y in range(size)
    )
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in parts)


def _chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)
