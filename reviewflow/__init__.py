"""What ReviewFlow knows and decides: no page, no call to a code host."""

__version__ = '0.1.0'
