"""A living pretend team, for the first run."""

from sync.demo.forge import DemoForge
from sync.demo.team import PATTERN

__all__ = ['PATTERN', 'DemoForge']
