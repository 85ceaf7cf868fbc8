"""Akoma Ntoso 3.0 (OASIS LegalDocML): the statement as a ``statement`` document.

The instrument alone: what is noise is left out. Paragraphs and segments carry the eIds of the reading, commitments
that lie within one segment are inline elements; all of them, with their fields and offsets, are in ``proprietary``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from servanda.formats import Screen
from servanda.formats.labels import country, fold
from servanda.records import Commitment, Segment, Statement

if TYPE_CHECKING:
    from lxml.etree import _Element

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
OURS = "urn:servanda:akn:1"
UNKNOWN_DATE = "9999-01-01"
"""FRBRdate must be there; this is the standard's custom for a date that is not known."""
_BLOCKS = {"point": "point", "item": "indent", "para": "paragraph"}


def render(statements: Sequence[Statement], screen: Screen) -> str:
    """The XML of one statement, with its declaration."""
    from lxml import etree

    root = document(statements[0])
    return str(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=False).decode("utf-8")) + "\n"


def document(statement: Statement) -> _Element:
    """The ``akomaNtoso`` element of a statement."""
    from lxml import etree

    spaces: Any = {None: NAMESPACE, "sv": OURS}  # None stands for the space without a prefix
    root = etree.Element(_name("akomaNtoso"), nsmap=spaces)
    outer = _add(root, "statement", name=statement.type or "statement")
    meta = _add(outer, "meta")
    _identification(meta, statement)
    _references(meta, statement)
    _proprietary(meta, statement)
    _text(outer, statement)
    return root


def _name(tag: str) -> str:
    return f"{{{NAMESPACE}}}{tag}"


def _add(parent: _Element, tag: str, text: str | None = None, **attributes: str | None) -> _Element:
    from lxml import etree

    element = etree.SubElement(parent, _name(tag))
    for key, value in attributes.items():
        if value is not None:
            element.set(key.rstrip("_"), _sound(value))
    if text is not None:
        element.text = _sound(text)
    return element


_UNSOUND = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _sound(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold."""
    return _UNSOUND.sub("", text)


def language_code(code: str | None) -> str:
    """The three-letter code (ISO 639-2/T) that Akoma Ntoso asks for; ``und`` where the language is not known."""
    import pycountry

    found: Any = pycountry.languages.get(alpha_2=code) if code else None
    return str(found.alpha_3) if found is not None else "und"


def uri(statement: Statement) -> str:
    """The IRI of the work: /akn/un/statement/joint-statement/2025-05-12/by-vn.

    A statement of several states has no country of its own; the standard leaves the place to a code of choice.
    """
    kind = statement.type or "statement"
    number = "-".join(code.lower() for code in statement.parties) or statement.source.sha256[:16]
    return f"/akn/un/statement/{kind}/{statement.adopted or UNKNOWN_DATE}/{number}"


def _identification(meta: _Element, statement: Statement) -> None:
    identification = _add(meta, "identification", source="#servanda")
    work = uri(statement)
    language = language_code(statement.expression.language)
    expression = f"{work}/{language}@"
    date = statement.adopted or UNKNOWN_DATE
    authors = [f"#party-{code.lower()}" for code in statement.parties] or ["#unknown"]
    published = (statement.source.published or date)[:10]
    levels = (
        ("FRBRWork", work, date, "adoption", authors),
        ("FRBRExpression", expression, published, "publication", ["#publisher"]),
        ("FRBRManifestation", f"{expression}.akn", published, "publication", ["#servanda"]),
    )
    for tag, iri, when, event, by in levels:
        level = _add(identification, tag)
        _add(level, "FRBRthis", value=f"{iri}/!main")
        _add(level, "FRBRuri", value=iri)
        if tag == "FRBRWork" and statement.title:
            _add(level, "FRBRalias", name="title", value=fold(statement.title))
        _add(level, "FRBRdate", date=when, name=event)
        for author in by:
            _add(level, "FRBRauthor", href=author)
        if tag == "FRBRWork":
            _add(level, "FRBRcountry", value="un")
        elif tag == "FRBRExpression":
            _add(level, "FRBRlanguage", language=language)
        else:
            _add(level, "FRBRformat", value="application/akn+xml")


def _references(meta: _Element, statement: Statement) -> None:
    references = _add(meta, "references", source="#servanda")
    _add(references, "TLCOrganization", eId="servanda", href="/ontology/organization/servanda", showAs="Servanda")
    publisher = statement.expression.publisher or "unknown publisher"
    _add(references, "TLCOrganization", eId="publisher", href="/ontology/organization/publisher", showAs=publisher)
    for code in statement.parties:
        low = code.lower()
        href = f"/ontology/organization/{low}"
        _add(references, "TLCOrganization", eId=f"party-{low}", href=href, showAs=country(code))
    if not statement.parties:
        _add(references, "TLCOrganization", eId="unknown", href="/ontology/organization/unknown", showAs="unknown")


def _proprietary(meta: _Element, statement: Statement) -> None:
    from lxml import etree

    box = _add(meta, "proprietary", source="#servanda")
    e = statement.expression

    def add(above: _Element, tag: str, **values: object) -> _Element:
        element = etree.SubElement(above, f"{{{OURS}}}{tag}")
        for key, value in values.items():
            if value not in (None, "", ()):
                joined = " ".join(value) if isinstance(value, tuple) else str(value)
                element.set(key.rstrip("_"), _sound(joined))
        return element

    add(
        box, "reading", sha256=statement.source.sha256, kind=e.kind, reason=e.reason,
        relationship=statement.relationship, place=statement.place, originals=statement.original_languages,
        versions=" ".join(f"{name}={version}" for name, version in statement.versions),
    )  # fmt: skip
    eids = [(s.start, s.end, s.eid) for s in statement.segments if s.eid]
    for c in statement.commitments:
        eid = next((eid for a, b, eid in eids if a <= c.start < b), None)
        row = add(
            box, "commitment", id=c.id, within=f"#{eid}" if eid else None, start=c.start, end=c.end,
            modality=c.modality, strength=c.strength, action=c.action, areas=c.areas, deadline=c.deadline,
            parent=c.parent, confidence=c.confidence,
        )  # fmt: skip
        row.text = _sound(c.quote)
        for actor in c.actors:
            add(row, "actor", value=actor)
        for i in c.instruments:
            add(row, "instrument", title=i.title, year=i.year, status=i.status)
        for name in c.mechanisms:
            add(row, "mechanism", title=name)
        for name in c.forums:
            add(row, "forum", title=name)
    for note in statement.notes:
        add(box, "note").text = _sound(note)


def _text(outer: _Element, statement: Statement) -> None:
    """Preface, preamble and main body from the segments that are not noise."""
    kept = [s for s in statement.segments if s.kind != "noise"]
    title = next((s for s in kept if s.eid == "preface__docTitle"), None)
    if title is not None:
        preface = _add(outer, "preface")
        line = _add(preface, "p", eId="preface__p_1")
        _add(line, "docTitle", fold(statement.source.text[title.start : title.end]), eId="preface__docTitle")
    lead = [s for s in kept if s.section is None and s is not title]
    rest = [s for s in kept if s.section is not None]
    if lead and rest:
        preamble = _add(outer, "preamble")
        for eid, parts in _paragraphs(lead):
            _fill(_add(preamble, "p", eId=eid), statement, parts)
    body = _add(outer, "mainBody")
    if not rest:
        for eid, parts in _paragraphs(lead):
            _fill(_add(body, "p", eId=eid), statement, parts)
        if not lead:
            _add(body, "p", "")
        return
    homes: dict[str, _Element] = {}
    numbers = {s.eid: s.number for s in rest if s.kind == "heading"}
    for section in statement.sections:
        above, _, _ = section.eid.rpartition("__")
        element = _add(homes.get(above, body), "section", eId=section.eid)
        if number := numbers.get(f"{section.eid}__heading"):
            _add(element, "num", number)
        _add(element, "heading", section.title, eId=f"{section.eid}__heading")
        homes[section.eid] = element
    for eid, parts in _paragraphs(s for s in rest if not (s.eid or "").endswith("__heading")):
        above, _, name = (eid or "").rpartition("__")
        block = _add(homes.get(above, body), _BLOCKS.get(name.split("_")[0], "paragraph"), eId=eid)
        content = _add(block, "content", eId=f"{eid}__content" if eid else None)
        _fill(_add(content, "p"), statement, parts)
    for element in homes.values():
        if len(element) and element[-1].tag == _name("heading"):  # a section must hold more than its heading
            _add(_add(element, "content"), "p", "")


def _paragraphs(segments: Any) -> list[tuple[str | None, list[Segment]]]:
    """Segments by the paragraph that they are cut from, which their eIds tell."""
    rows = groupby(segments, key=lambda s: s.eid.partition("__seg_")[0] if s.eid else None)
    return [(eid, list(parts)) for eid, parts in rows]


def _fill(element: _Element, statement: Statement, parts: Sequence[Segment]) -> None:
    for n, s in enumerate(parts):
        span = _add(element, "span", eId=s.eid if s.eid and "__seg_" in s.eid else None, class_=s.kind)
        inside = [c for c in statement.commitments if s.start <= c.start and c.end <= s.end]
        _inlines(span, statement.source.text, s.start, s.end, inside)
        if n + 1 < len(parts):
            span.tail = " "


def _inlines(element: _Element, text: str, start: int, end: int, commitments: Sequence[Commitment]) -> None:
    """Text with commitments as nested inline elements; one that crosses another is left to ``proprietary``."""
    at = start
    last: _Element | None = None
    todo = sorted(commitments, key=lambda c: (c.start, -c.end))
    while todo:
        c = todo.pop(0)
        if c.start < at:
            continue
        _append(element, last, text[at : c.start])
        inner = [k for k in todo if c.start <= k.start and k.end <= c.end]
        todo = [k for k in todo if k not in inner]
        last = _add(element, "inline", name="commitment", eId=c.id, class_=c.strength)
        _inlines(last, text, c.start, c.end, inner)
        at = c.end
    _append(element, last, text[at:end])


def _append(element: _Element, last: _Element | None, text: str) -> None:
    if last is None:
        element.text = (element.text or "") + _sound(text)
    else:
        last.tail = (last.tail or "") + _sound(text)
