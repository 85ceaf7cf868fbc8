"""One file a kind of discrepancy: each a function from a comparison to what it finds."""
