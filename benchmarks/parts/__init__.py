"""What is measured, a file a subject; all of it is listed in `parts.table`."""
