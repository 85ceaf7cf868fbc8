"""Who sees what and may do what: administrators. The table is in ``rights_table``."""

from __future__ import annotations

import pytest

from .rights_cells import Cells
from .rights_table import GROUPS

pytestmark = pytest.mark.django_db


class TestRightsOfAdministrators(Cells):
    """Those who administer accounts, and keep all partnerships."""

    names = GROUPS["administrators"]
