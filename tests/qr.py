"""A phone's camera, as far as QR codes go."""

import base64

import zxingcpp
from playwright.sync_api import Locator

PIXELS = """
    async (source) => {
        const picture = Object.assign(new Image(), { src: source });
        await picture.decode();
        const { width, height } = picture;
        const pen = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d');
        pen.drawImage(picture, 0, 0);
        const { data } = pen.getImageData(0, 0, width, height);
        return [width, Array.from({ length: width * height }, (_, at) => data[4 * at])];
    }
"""


def read(pixels: bytes, width: int) -> str:
    """Read the code in a grey picture, of a byte a pixel; not one that is light on dark, as few phones do."""
    picture = memoryview(pixels).cast('B', shape=[len(pixels) // width, width])
    (found,) = zxingcpp.read_barcodes(picture, try_invert=False)
    return str(found.text)


def read_shown(code: Locator) -> str:
    """Read what a part of a page shows."""
    shot = base64.b64encode(code.screenshot()).decode()
    width, pixels = code.page.evaluate(PIXELS, f'data:image/png;base64,{shot}')
    return read(bytes(pixels), width)


def read_printed(text: str, scale: int = 4) -> str:
    """Read what a terminal draws of half blocks, which are dark where they are drawn."""
    lines = [line.removeprefix('\x1b[30;107m').removesuffix('\x1b[0m') for line in text.splitlines()]
    rows = [
        row for line in lines for row in ([mark in '█▀' for mark in line], [mark in '█▄' for mark in line])
    ]
    grey = [bytes(0 if dark else 255 for dark in row for _ in range(scale)) * scale for row in rows]
    return read(b''.join(grey), len(rows[0]) * scale)
