"""Everything that is read from or written to a database or a disk; every SQL statement."""
