"""Measurements: what is read right, how fast, how sure. Not part of the package; run from the project's folder."""
