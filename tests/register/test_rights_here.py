"""Who sees what and may do what: readers, coders and reviewers of the records' own partnerships.

The table is in ``rights_table``.
"""

from __future__ import annotations

import pytest

from .rights_cells import Cells
from .rights_table import GROUPS

pytestmark = pytest.mark.django_db


class TestRightsHere(Cells):
    """Those who have a group here and keep nothing."""

    names = GROUPS["here"]
