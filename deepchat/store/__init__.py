"""What is kept on disk: one SQLite file, one connection, one thread, and a lock around every write."""
