"""What live elements have in common: one shared script, one subscription a page."""

from components.live.element import LiveElement

__all__ = ['LiveElement']
