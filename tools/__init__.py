"""What builds the package and keeps it in order; none of it is installed."""
