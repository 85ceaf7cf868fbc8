"""Servanda reads joint statements of states and finds what they undertake."""

__version__ = "0.1.0"
