"""The database: the only SQL of ReviewFlow, one transaction per method."""
