"""The register: officials confirm what the engine proposes, and run the partnership.

A Django application over the engine ``servanda``, installed with ``pip install 'servanda[register]'``. Its rooms are
``models`` (what is kept), ``actions`` (every write), ``queries`` (every read that is more than a look-up), ``pages``
and ``api`` (thin, over the two).
"""
