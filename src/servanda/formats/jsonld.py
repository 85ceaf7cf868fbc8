"""Linked data: who said what, in which text, by which reading.

PROV-O for where the results come from, the European Legislation Identifier's terms for work and expression, Web
Annotation selectors for the places in the text (their offsets count code points, as ours do).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from servanda.formats import Screen
from servanda.records import Commitment, Instrument, Statement

CONTEXT: dict[str, Any] = {
    "prov": "http://www.w3.org/ns/prov#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "oa": "http://www.w3.org/ns/oa#",
    "dcterms": "http://purl.org/dc/terms/",
    "schema": "https://schema.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "sv": "urn:servanda:term:",
    "adopted": {"@id": "eli:date_document", "@type": "xsd:date"},
    "title": "dcterms:title",
    "language": "dcterms:language",
    "commitments": {"@id": "sv:commitment", "@container": "@list"},
}


def render(statements: Sequence[Statement], screen: Screen) -> str:
    """One JSON-LD document with a graph of all statements."""
    graph = [node for s in statements for node in nodes(s)]
    return json.dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False, indent=1) + "\n"


def work_id(statement: Statement) -> str:
    """The statement's id, the same for every expression of it; by the text's hash where parties or date are unknown."""
    if statement.parties and statement.adopted:
        parties = "-".join(code.lower() for code in statement.parties)
        return f"urn:servanda:work:{statement.type or 'statement'}:{statement.adopted}:{parties}"
    return f"urn:servanda:work:sha256:{statement.source.sha256}"


def nodes(statement: Statement) -> list[dict[str, Any]]:
    """The nodes of one statement: work, expression, source, reading, commitments."""
    work = work_id(statement)
    e = statement.expression
    source = f"urn:sha256:{statement.source.sha256}"
    expression = f"{source}:expression"
    versions = dict(statement.versions)
    reading = f"{source}:reading:" + "+".join(f"{k}-{v}" for k, v in statement.versions)
    rows: list[dict[str, Any]] = [
        _with(
            {"@id": work, "@type": ["eli:LegalResource", "prov:Entity"]},
            title=statement.title, adopted=statement.adopted,
            **{
                "eli:type_document": statement.type,
                "sv:party": list(statement.parties),
                "sv:relationship": statement.relationship,
                "schema:locationCreated": statement.place,
                "sv:originalLanguage": list(statement.original_languages),
                "sv:equallyAuthentic": statement.equally_authentic,
                "eli:is_realized_by": {"@id": expression},
            },
        ),
        _with(
            {"@id": expression, "@type": ["eli:LegalExpression", "prov:Entity"]},
            language=e.language,
            **{
                "eli:realizes": {"@id": work},
                "eli:publisher": e.publisher,
                "sv:expressionKind": e.kind,
                "sv:reason": e.reason,
                "prov:wasDerivedFrom": {"@id": source},
                "commitments": [{"@id": _id(reading, c.id)} for c in statement.commitments],
            },
        ),
        _with(
            {"@id": source, "@type": ["eli:Format", "prov:Entity"], "eli:embodies": {"@id": expression}},
            **{
                "dcterms:identifier": statement.source.name,
                "dcterms:format": statement.source.media_type,
                "sv:sha256": statement.source.sha256,
                "schema:url": e.source_url or statement.source.url,
            },
        ),
        {
            "@id": reading,
            "@type": "prov:Activity",
            "prov:used": {"@id": source},
            "prov:wasAssociatedWith": {
                "@id": f"urn:servanda:engine:{versions.get('servanda', '')}",
                "@type": "prov:SoftwareAgent",
                "sv:version": [f"{name} {version}" for name, version in statement.versions],
            },
            "sv:note": list(statement.notes),
        },
    ]  # fmt: skip
    rows.extend(_commitment(c, statement, source, reading) for c in statement.commitments)
    return rows


def _id(reading: str, commitment: str) -> str:
    return f"{reading}#{commitment}"


def _with(node: dict[str, Any], **values: Any) -> dict[str, Any]:
    node.update({key: value for key, value in values.items() if value not in (None, [], "")})
    return node


def _commitment(c: Commitment, statement: Statement, source: str, reading: str) -> dict[str, Any]:
    return _with(
        {"@id": _id(reading, c.id), "@type": ["sv:Commitment", "prov:Entity"]},
        **{
            "prov:wasGeneratedBy": {"@id": reading},
            "prov:wasQuotedFrom": {"@id": source},
            "prov:value": c.quote,
            "oa:hasTarget": {
                "oa:hasSource": {"@id": source},
                "oa:hasSelector": [
                    {"@type": "oa:TextPositionSelector", "oa:start": c.start, "oa:end": c.end},
                    {"@type": "oa:TextQuoteSelector", "oa:exact": c.quote},
                ],
            },
            "sv:modality": c.modality,
            "sv:strength": c.strength,
            "sv:action": c.action,
            "sv:actor": list(c.actors),
            "sv:area": {"@list": list(c.areas)},
            "sv:mechanism": list(c.mechanisms),
            "sv:forum": list(c.forums),
            "eli:cites": [_instrument(i) for i in c.instruments],
            "sv:deadline": c.deadline,
            "sv:partOf": {"@id": _id(reading, c.parent)} if c.parent else None,
            "sv:confidence": c.confidence,
            "sv:pattern": {"@list": list(c.patterns)},
        },
    )


def _instrument(i: Instrument) -> dict[str, Any]:
    return _with({"title": i.title}, **{"schema:dateCreated": i.year, "sv:status": i.status})
