"""Whether texts are versions of one statement: by parties, date and content, across languages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from servanda.errors import NotVersions
from servanda.records import Statement
from servanda.versions.align import Version
from servanda.versions.band import CELLS, CLEAR, middle, path, spread_out
from servanda.versions.similarity import Encoder, Space, composed, joined, remembering

Floats = npt.NDArray[np.floating]

DAYS = 3
"""A visit lasts that long; dates further apart are two occasions."""
CHANCE, CHANCE_NAMED, CHANCE_DATED = 0.17, 0.25, 0.5
"""What reading one text backwards may leave of the agreement of two versions; the second where the parties are the
same in both, the third where the date is too. Versions of one statement, a press summary among them, leave 0.05 to
0.12; statements of the same state with another one, written after one model, 0.23 to 0.45; statements that have
nothing to do with each other 0.65 to 1.1.
"""
FEW = 5
"""Paragraphs below which order says nothing."""
PARTIAL = 0.5
"""Share of the longest version's characters below which a text is no full translation."""
_RANK = {"original": 0, "translation": 1, "unknown": 1, "summary": 3}


def same_work(a: Statement, b: Statement, encoder: Encoder) -> tuple[bool, str]:
    """Whether two texts are versions of one statement, and why, in a sentence for the user.

    Parties and dates that were read in both decide against; the content must speak for it. Content counts as the same
    where paragraphs agree in their order: what agreement is left when one text is read backwards is what any two
    texts on such matters would have. An encoder wrapped in `remembering` saves `align_statements` its work afterwards.
    """
    if not _agree(a.parties, b.parties):
        return False, f"The parties are {_names(a.parties)} in one text and {_names(b.parties)} in the other."
    days = _between(a.adopted, b.adopted)
    if days is not None and days > DAYS:
        return False, f"One text was adopted on {a.adopted}, the other on {b.adopted}."
    known = bool(a.parties) and a.parties == b.parties
    told = [f"the parties are {_names(a.parties)} in both"] if known else []
    told += [f"both are of {a.adopted}"] if days == 0 else []
    left, linked, fewer = _content(Version(a), Version(b), encoder)
    if fewer == 0:
        return False, "One of the texts has no paragraph that could be compared."
    if fewer < FEW:
        if not known:
            return False, f"With {fewer} paragraphs and no parties in common there is too little to tell by."
        return True, f"{_sentence(told)}; {fewer} paragraphs are too few to compare their order."
    share = f"{linked} of {fewer} paragraphs of the shorter text find an answer in order"
    allowed = CHANCE if not known else CHANCE_DATED if days == 0 else CHANCE_NAMED
    if left > allowed:
        return False, (
            f"The content is not the same: {share}, but with one text read backwards they agree {left:.0%} as well."
        )
    return True, f"{_sentence([*told, share])}."


def require_same_work(a: Statement, b: Statement, encoder: Encoder) -> str:
    """The reason why two texts are versions of one statement. Raises NotVersions with the reason where they are not."""
    same, reason = same_work(a, b, encoder)
    if not same:
        raise NotVersions(
            f"{a.source.name} and {b.source.name} are not versions of one statement: {reason} "
            "Give two texts of the same statement, or use `servanda compare` for different ones."
        )
    return reason


def group(statements: Sequence[Statement], encoder: Encoder) -> list[list[Statement]]:
    """Texts that are versions of one statement together, groups in the order in which their first text was given.

    Within a group: originals, full translations, partial ones, summaries; of one kind the longer text first.
    """
    encoder = remembering(encoder)
    groups: list[list[int]] = []
    for index in sorted(range(len(statements)), key=lambda i: (-statements[i].source.characters, i)):
        for members in groups:
            # the longest text of a group shares most with any other
            if same_work(statements[members[0]], statements[index], encoder)[0]:
                members.append(index)
                break
        else:
            groups.append([index])
    return [_ranked([statements[i] for i in sorted(members)]) for members in sorted(groups, key=min)]


def _ranked(versions: Sequence[Statement]) -> list[Statement]:
    lengths = [sum(len(p) for p in Version(v).paragraphs_alive) for v in versions]

    def key(index: int) -> tuple[int, int]:
        rank = _RANK[versions[index].expression.kind]
        if rank == 1 and lengths[index] < PARTIAL * max(lengths):
            rank = 2
        return rank, -lengths[index]

    return [versions[i] for i in sorted(range(len(versions)), key=key)]


def _content(a: Version, b: Version, encoder: Encoder) -> tuple[float, int, int]:
    """(agreement left when one is read backwards, as a share; paragraphs that agree in order; of how many)."""
    fewer = min(len(a.alive), len(b.alive))
    if fewer < FEW:
        return 1.0, 0, fewer
    vectors_a, vectors_b = _paragraphs(a, encoder), _paragraphs(b, encoder)
    space = Space.fitted(vectors_a, vectors_b)
    mine, theirs = space.a(vectors_a), space.b(vectors_b)
    group_size = int(np.ceil(np.sqrt(len(mine) * len(theirs) / CELLS)))
    if group_size > 1:
        mine, theirs = (composed(v, np.ones(len(v)), group_size)[group_size::group_size] for v in (mine, theirs))
    background = middle(mine[spread_out(len(mine))] @ theirs[spread_out(len(theirs))].T, 0.03)

    def agreement(other: Floats) -> tuple[float, int]:
        links = path(mine, other, background)
        near = [(float(mine[i] @ other[j]) - background.mean) / background.spread - CLEAR for i, j in links]
        return sum(near), len(links)

    forward, linked = agreement(theirs)
    backward, _ = agreement(theirs[::-1])
    return min(1.0, backward / forward if forward > 0 else 1.0), linked, min(len(mine), len(theirs))


def _paragraphs(version: Version, encoder: Encoder) -> Floats:
    return joined(
        encoder.encode(version.sentences),
        [len(s) for s in version.sentences],
        [version.own[i] for i in version.alive],
    )


def _agree(a: Sequence[str], b: Sequence[str]) -> bool:
    """Whether the parties may be the same: one reading may have missed some."""
    return not a or not b or set(a) <= set(b) or set(b) <= set(a)


def _between(a: str | None, b: str | None) -> int | None:
    """Days between two ISO dates; None where one is not known to the day."""
    try:
        return abs((date.fromisoformat(a or "") - date.fromisoformat(b or "")).days)
    except ValueError:
        return None


def _names(parties: Sequence[str]) -> str:
    return " and ".join([", ".join(parties[:-1]), parties[-1]] if len(parties) > 1 else parties)


def _sentence(told: Sequence[str]) -> str:
    text = ", ".join(told)
    return text[:1].upper() + text[1:]
