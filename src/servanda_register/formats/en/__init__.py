"""English dates as officials write them."""
