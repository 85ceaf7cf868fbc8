"""Errors for the user.

    ServandaError
    ├── SourceError       the input cannot be read as a document
    │   ├── UnreadableSource   missing, empty, binary, encrypted, of an unknown format
    │   ├── SourceTooLarge     past a limit of size, pages or time
    │   └── FetchRefused       a URL that may not or could not be fetched
    ├── PackError         a language pack or vocabulary file is not well-formed
    ├── MissingExtra      an optional dependency is not installed
    ├── UsageError        an option's value is not one of those allowed
    └── NotVersions       two texts to be aligned are not versions of one statement

A message says what was given, what is allowed and what to do next, in one line.
"""

from __future__ import annotations


class ServandaError(Exception):
    """Base of all errors that Servanda raises on purpose."""


class SourceError(ServandaError):
    """The input cannot be read as a document."""


class UnreadableSource(SourceError):
    """The input is missing, empty, binary, encrypted or of an unknown format."""


class SourceTooLarge(SourceError):
    """The input is past a limit of size, pages or time."""


class FetchRefused(SourceError):
    """A URL may not be fetched, or the fetch failed."""


class PackError(ServandaError):
    """A language pack or vocabulary file is not well-formed."""


class UsageError(ServandaError):
    """An option was given a value that is not allowed."""


class MissingExtra(ServandaError):
    """An optional dependency is not installed; the message names the command that installs it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            f'{what} needs an optional part that is not installed. Install it with: pip install "servanda[{extra}]"'
        )
        self.extra = extra


class NotVersions(ServandaError):
    """Two texts that were to be aligned are not versions of one statement; the message says by what they differ."""
