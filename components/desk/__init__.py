"""What floats over every page."""

from components.desk.desk import Desk

__all__ = ['Desk']
