"""The parts of the page on which GitHub is connected."""

from components.connect.choice import Choice
from components.connect.first_read import FirstRead
from components.connect.note import Note
from components.connect.repository_part import RepositoryPart
from components.connect.sheet import Sheet
from components.connect.token_part import TokenPart, settled

__all__ = ['Choice', 'FirstRead', 'Note', 'RepositoryPart', 'Sheet', 'TokenPart', 'settled']
