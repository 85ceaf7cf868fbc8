"""Who sees what and may do what: readers and coders of all partnerships. The table is in ``rights_table``."""

from __future__ import annotations

import pytest

from .rights_cells import Cells
from .rights_table import GROUPS

pytestmark = pytest.mark.django_db


class TestRightsEverywhere(Cells):
    """Those who have a group in all partnerships."""

    names = GROUPS["everywhere"]
