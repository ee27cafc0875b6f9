"""The table: keys, items, reads, and the one builder of writes."""
