"""Random histories of repositories, and a ReviewFlow that lives through them.

``steps``: what can happen. ``homes`` and ``world``: where it happens. ``life``: a process of ours.
``check``: what has to hold in the end. ``still`` and ``disk``: time and SQLite without threads,
so that a history is the same each time, and a process can be killed at any request and at any statement.
"""
