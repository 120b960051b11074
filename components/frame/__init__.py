"""What is around every page."""

from components.frame.frame import Frame, prepare

__all__ = ['Frame', 'prepare']
