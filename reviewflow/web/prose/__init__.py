"""Markdown of strangers as safe HTML: rendered in a process of its own, behind two walls."""
