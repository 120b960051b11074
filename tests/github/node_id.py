"""GitHub's global ids, opaque to whoever asks: they say of what kind a thing is, and here also where it lies.

Source: https://docs.github.com/en/graphql/guides/using-global-node-ids
"""

import base64
import json

Part = int | str


def make(kind: str, *parts: Part) -> str:
    """Give the id of the thing that these parts find."""
    packed = json.dumps(parts, separators=(',', ':')).encode()
    return f'{kind}_{base64.urlsafe_b64encode(packed).rstrip(b"=").decode()}'


def read(id_: str) -> tuple[str, list[Part]]:
    """Give kind and parts.

    Raises:
        ValueError: it is none of ours.
    """
    kind, _, packed = id_.partition('_')
    parts = json.loads(base64.urlsafe_b64decode(packed + '=' * (-len(packed) % 4)))
    if not kind or not isinstance(parts, list):
        raise ValueError(id_)
    return kind, parts
