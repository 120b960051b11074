"""What floats over every page."""

from components.desk.desk import Desk, Said

__all__ = ['Desk', 'Said']
