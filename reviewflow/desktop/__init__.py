"""The same pages in a window of their own, which is a process beside the server."""
