"""Who sees what and may do what: desk officers of the records' own partnerships. The table is in ``rights_table``."""

from __future__ import annotations

import pytest

from .rights_cells import Cells
from .rights_table import GROUPS

pytestmark = pytest.mark.django_db


class TestRightsOfOfficers(Cells):
    """Those who keep the partnerships."""

    names = GROUPS["officers"]
