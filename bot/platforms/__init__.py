"""The edges: each platform listens, reads, renders and sends, and knows no programme."""
