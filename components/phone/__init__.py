"""The way to a phone."""

from components.phone.phone import Phone

__all__ = ['Phone']
