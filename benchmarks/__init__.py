"""How fast it is, measured on the real server: ``python -m benchmarks``, or ``make bench``."""
