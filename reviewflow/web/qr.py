"""Addresses as QR codes, dark on light whatever is around them: not every phone reads them the other way."""

from itertools import zip_longest

import segno

QUIET = 4
"""Modules of nothing around the code, as the standard wants."""
DARK_ON_LIGHT, PLAIN = '\x1b[30;107m', '\x1b[0m'
HALVES = {(1, 1): '█', (1, 0): '▀', (0, 1): '▄', (0, 0): ' '}


def svg(text: str) -> str:
    """Draw it as a picture that is as large as what it stands in."""
    return segno.make_qr(text).svg_inline(border=QUIET, dark='#000', light='#fff', omitsize=True)


def blocks(text: str) -> str:
    """Draw it for a terminal, two modules a character: about 20 lines for an address."""
    rows = [list(row) for row in segno.make_qr(text).matrix_iter(border=QUIET)]
    pairs = zip_longest(rows[::2], rows[1::2], fillvalue=[0] * len(rows))
    lines = (''.join(HALVES[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in pairs)
    return '\n'.join(f'{DARK_ON_LIGHT}{line}{PLAIN}' for line in lines)
