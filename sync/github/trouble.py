"""Trouble that may be over at the next try."""

from reviewflow.errors import ForgeUnavailable, TooMuchAsked


class Passing(ForgeUnavailable):
    """GitHub could not be reached, or is in trouble."""

    tries = 4
    """How often to ask, in all."""


class Garbled(Passing):
    """An answer arrived that cannot be used."""


class TooBig(Garbled):
    """An answer of more bytes than are taken."""


class Overloaded(TooMuchAsked):
    """GitHub gave up while it looked for an answer: too much, or a bad moment."""

    tries = 2
    """Of what cannot be divided; else what was too much is so again, and costs: half is asked for instead."""
