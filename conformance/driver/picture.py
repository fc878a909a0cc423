"""The placeholder that is sent where the suite asks for a picture and no browser could take one.

It says so in letters that a reviewer reads, and in a comment inside the file.
"""

import base64
import struct
import zlib

_LETTERS = {
    "P": ("####.", "#...#", "#...#", "####.", "#....", "#....", "#...."),
    "L": ("#....", "#....", "#....", "#....", "#....", "#....", "#####"),
    "A": (".###.", "#...#", "#...#", "#####", "#...#", "#...#", "#...#"),
    "C": (".####", "#....", "#....", "#....", "#....", "#....", ".####"),
    "E": ("#####", "#....", "#....", "####.", "#....", "#....", "#####"),
    "H": ("#...#", "#...#", "#...#", "#####", "#...#", "#...#", "#...#"),
    "O": (".###.", "#...#", "#...#", "#...#", "#...#", "#...#", ".###."),
    "D": ("####.", "#...#", "#...#", "#...#", "#...#", "#...#", "####."),
    "R": ("####.", "#...#", "#...#", "####.", "#.#..", "#..#.", "#...#"),
}
_WORD = "PLACEHOLDER"
_SCALE, _MARGIN = 4, 12
COMMENT = "Placeholder sent by Hosho's conformance driver. It is no screenshot."


def placeholder():
    """A PNG that says PLACEHOLDER."""
    rows = [".".join(_LETTERS[letter][row] for letter in _WORD) for row in range(7)]
    width, height = len(rows[0]) * _SCALE + 2 * _MARGIN, 7 * _SCALE + 2 * _MARGIN
    blank = b"\xff" * width
    lines = [blank] * _MARGIN
    for row in rows:
        dots = b"".join((b"\x00" if dot == "#" else b"\xff") * _SCALE for dot in row)
        lines += [b"\xff" * _MARGIN + dots + b"\xff" * _MARGIN] * _SCALE
    lines += [blank] * _MARGIN
    # One byte a dot, in grey; every line begins with "no filter".
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join((
        _chunk(b"IHDR", header),
        _chunk(b"tEXt", b"Comment\x00" + COMMENT.encode("latin-1")),
        _chunk(b"IDAT", zlib.compress(b"".join(b"\x00" + line for line in lines))),
        _chunk(b"IEND", b""),
    ))


def as_data_url(png):
    """The form in which the suite takes pictures."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
