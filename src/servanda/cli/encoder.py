"""The encoder that a command reads with, if any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from servanda.cli.output import bar, tell
from servanda.errors import ServandaError

if TYPE_CHECKING:
    from servanda.encoders import Encoder

ENCODER_BY_DEFAULT = False
"""Whether commands read with the encoder unless told otherwise: where there is a pack it adds little
(docs/adr/0002-areas.md) and costs a second at the start. Where there is none it is opened unless refused."""


def opened(wanted: bool | None, *, default: bool | None = None) -> Encoder | None:
    """The bundled encoder, or None.

    ``None`` as a wish is the ``default``, and that, if not given, ENCODER_BY_DEFAULT.
    What was asked for must be there, or ServandaError is raised; what is only
    the default may fail, and one line says so.
    """
    default = ENCODER_BY_DEFAULT if default is None else default
    if not (default if wanted is None else wanted):
        return None
    try:
        from servanda.encoders import load

        with bar("Preparing the encoder") as progress:
            return load(progress=progress)
    except ImportError as error:
        reason = f"the package {error.name} is missing; install it with: pip install {error.name}"
    except ServandaError as error:
        reason = str(error)
    if wanted:
        raise ServandaError(f"The encoder cannot be used: {reason} `servanda read --no-encoder` reads without it.")
    tell(f"reading without the encoder: {reason}")
    return None
