"""Files as people send them, and as they would rather not."""

import io
import struct
import zlib
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n"
CONTENT_TYPES = "[Content_Types].xml"
PPTX = {CONTENT_TYPES: b"<Types/>", "ppt/presentation.xml": b"<p/>"}
ODP_TYPE = b"application/vnd.oasis.opendocument.presentation"
ODP = {"mimetype": ODP_TYPE, "content.xml": b"<office/>"}


def chunk(kind: bytes, content: bytes) -> bytes:
    """A part of a PNG."""
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


def png(width: int = 2, height: int = 1) -> bytes:
    """A picture that says it is of that size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def jpeg(width: int = 2, height: int = 1) -> bytes:
    """A picture without a picture in it."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0"
    return b"\xff\xd8\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame + b"\xff\xd9"


def webp(width: int = 2, height: int = 1) -> bytes:
    """The same in the extended format of WebP."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + size
    return b"RIFF" + struct.pack("<I", len(body)) + body


def archive(
    parts: dict[str, bytes], packing: int = ZIP_STORED, comment: bytes = b"", before: bytes = b""
) -> bytes:
    """A ZIP archive of those parts, in their order."""
    made = io.BytesIO()
    with ZipFile(made, "w", packing) as file:
        for name, content in parts.items():
            file.writestr(name, content)
        file.comment = comment
    return before + made.getvalue()


def bomb() -> bytes:
    """A presentation that expands to far more than its own size."""
    return archive(PPTX | {"ppt/media/image1.png": bytes(10_000_000)}, ZIP_DEFLATED)
