"""Who sees what and may do what: readers who belong to none of the records' partnerships.

The table is in ``rights_table``, the records in ``rights_records``, the way through the site in ``rights_walk``, what
is checked in ``rights_cells``; the other readers have a file each group, so that several processes share them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from .rights_cells import Cells
from .rights_table import GROUPS, READERS

pytestmark = pytest.mark.django_db


class TestRights(Cells):
    """Those who have not signed in, have no group, or have one elsewhere."""

    names = GROUPS["outside"]


def test_every_reader_walks() -> None:
    """Each once, in a file of the group's name."""
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(READERS)
    files = "".join(path.read_text() for path in Path(__file__).parent.glob("test_rights*.py"))
    assert [group for group in GROUPS if f'names = GROUPS["{group}"]' not in files] == []
