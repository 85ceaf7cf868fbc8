"""How much is read right: every coded document against what Servanda reads, and the floors that may only rise.

    python -m bench.scoreboard                      all figures; exit 1 where a mean lies below its floor
    python -m bench.scoreboard --raise              lift the floors to what is measured
    python -m bench.scoreboard --lower REASON       set the floors that are missed to what is measured, saying why
    python -m bench.scoreboard --encoder            read with the bundled encoder; it has floors of its own

The rules of scoring stand in docs/coding.md. Figures are shares of one; the table prints them in hundredths.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

import servanda
from bench.coded import GROUPS, Coded, Row, corpus, documents, match, overlap
from servanda.records import Commitment, Instrument, Statement

FLOORS = Path(__file__).with_name("floors.json")
FIGURES = {
    "gold": "n", "predicted": "read", "precision": "P", "recall": "R", "f1": "F1", "iou": "IoU", "strength": "str",
    "action": "act", "actors": "who", "areas": "area", "forums": "for", "instruments": "ins", "classes": "cls",
    "noise": "noise", "heading": "head", "parties": "part", "adopted": "date", "language": "lang",
    "expression": "expr", "place": "place",
}  # fmt: skip
"""Figure to its heading in the table."""
COUNTS = ("gold", "predicted")
"""Figures that are numbers of commitments: they have no floor."""
Figures = dict[str, float | None]
"""None where a figure has no meaning for a document: nothing of it is coded."""


def f1(right: int, said: int, there: int) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean. Saying nothing where nothing is counts as right."""
    precision = right / said if said else float(there == 0)
    recall = right / there if there else 1.0
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0


def score(coded: Coded, read: Statement) -> Figures:
    """All figures of one document."""
    pairs = match(coded.commitments, read.commitments)
    out: Figures = {"gold": len(coded.commitments), "predicted": len(read.commitments)}
    out["precision"], out["recall"], out["f1"] = f1(len(pairs), len(read.commitments), len(coded.commitments))
    out["iou"] = _mean([overlap(a, b) for a, b in pairs])
    out["strength"] = _mean([float(a.fields["strength"] == b.strength) for a, b in pairs])
    out["action"] = _mean([float(a.fields["action"] == b.action) for a, b in pairs])
    out["actors"] = _mean([float(_sides(a.fields["actors"]) == _sides(b.actors)) for a, b in pairs])
    out["areas"] = _sets([(set(a.fields["areas"]), set(b.areas)) for a, b in pairs]) if pairs else None
    out["forums"] = _sets([(_forums_coded(coded.commitments), _forums_read(read.commitments))])
    out["instruments"] = _sets([(_years_coded(coded.commitments), _years(read.instruments))])
    out.update(_classes(coded, read))
    out.update(_identity(coded.meta, read))
    return out


def _mean(values: Iterable[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return sum(known) / len(known) if known else None


def _sets(pairs: Sequence[tuple[set[Any], set[Any]]]) -> float:
    """F1 over all pairs of (coded, read) sets together."""
    return f1(sum(len(a & b) for a, b in pairs), sum(len(b) for _, b in pairs), sum(len(a) for a, _ in pairs))[2]


def _sides(actors: Iterable[str]) -> set[str]:
    """Who acts without the bodies: their names differ from coder to coder."""
    return {actor.partition(":")[0] for actor in actors}


def _forums_coded(rows: Sequence[Row]) -> set[str]:
    return {name.upper() for row in rows for name in row.fields.get("forums", ())}


def _forums_read(rows: Sequence[Commitment]) -> set[str]:
    return {name.upper() for row in rows for name in row.forums}


def _years_coded(rows: Sequence[Row]) -> set[int]:
    """A year tells an agreement in every language; those cited without one are not scored."""
    return {i["year"] for row in rows for i in row.fields.get("instruments", ()) if i.get("year")}


def _years(instruments: Sequence[Instrument]) -> set[int]:
    return {i.year for i in instruments if i.year}


def _classes(coded: Coded, read: Statement) -> Figures:
    """By character: how much has the right class, and F1 of noise and headings."""
    truth = _by_character((s.start, s.end, s.fields["class"]) for s in coded.segments)
    if not truth:
        return {"classes": None, "noise": None, "heading": None}
    said = _by_character((s.start, s.end, s.kind) for s in read.segments)
    out: Figures = {"classes": sum(said.get(i) == kind for i, kind in truth.items()) / len(truth)}
    for kind in ("noise", "heading"):
        there = {i for i, k in truth.items() if k == kind}
        named = {i for i, k in said.items() if k == kind and i in truth}
        out[kind] = f1(len(there & named), len(named), len(there))[2]
    return out


def _by_character(segments: Iterable[tuple[int, int, str]]) -> dict[int, str]:
    return {i: kind for start, end, kind in segments for i in range(start, end)}


def _identity(meta: dict[str, Any], read: Statement) -> Figures:
    """Whether each fact of the statement is right; only facts that are coded count."""
    same = {
        "parties": (sorted(meta.get("parties") or ()), sorted(read.parties)),
        "adopted": (meta.get("adopted"), read.adopted),
        "language": (
            {"no": "nb"}.get(meta.get("text_language", ""), meta.get("text_language")),
            read.expression.language,
        ),
        "expression": (meta.get("expression"), read.expression.kind),
        "place": (_plain(meta.get("place")), _plain(read.place)),
    }
    return {name: float(a == b) if a else None for name, (a, b) in same.items()}


def _plain(name: str | None) -> str:
    """A name without case, accents and punctuation."""
    letters = unicodedata.normalize("NFKD", (name or "").casefold())
    return " ".join(re.sub(r"[^\w ]", " ", letters).split())


def means(rows: Sequence[Figures]) -> Figures:
    """The mean of each figure over the documents for which it has a meaning; counts are summed."""
    return {
        name: sum(r[name] or 0 for r in rows) if name in COUNTS else _mean([r[name] for r in rows]) for name in FIGURES
    }


# --- floors -----------------------------------------------------------------------------------------------------------


def below(floors: dict[str, Any], group: str, measured: Figures) -> list[tuple[str, float, float]]:
    """(figure, floor, measured) of what lies below its floor."""
    kept = floors.get(group, {}).get("floors", {})
    return [
        (name, floor, got) for name, floor in kept.items() if (got := measured.get(name)) is not None and got < floor
    ]


def lifted(old: dict[str, Any], measured: Figures, hash_: str) -> dict[str, Any]:
    """The group's entry with every floor at least at what is measured, in thousandths, rounded down."""
    kept = dict(old.get("floors", {}))
    for name, value in measured.items():
        if name not in COUNTS and value is not None:
            kept[name] = max(kept.get(name, 0.0), math.floor(value * 1000 + 1e-9) / 1000)
    return {**old, "corpus": hash_, "floors": kept}


def lowered(old: dict[str, Any], missed: Sequence[tuple[str, float, float]], reason: str, hash_: str) -> dict[str, Any]:
    """The group's entry with the missed floors set to what is measured; the reason is kept with them."""
    kept, history = dict(old.get("floors", {})), list(old.get("lowered", ()))
    for name, floor, got in missed:
        kept[name] = math.floor(got * 1000 + 1e-9) / 1000
        history.append({"figure": name, "from": floor, "to": kept[name], "reason": reason})
    return {**old, "corpus": hash_, "floors": kept, "lowered": history}


def _judge(found: dict[str, tuple[Figures, str]], args: argparse.Namespace, console: Console) -> int:
    """Compares the groups' means with the floors, or moves these. Returns the exit code."""
    floors: dict[str, Any] = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    code = 0
    for name, (measured, hash_) in found.items():
        group = f"{name}+encoder" if args.encoder else name
        old = floors.get(group, {})
        missed = below(floors, group, measured)
        if args.raise_:
            floors[group] = lifted(old, measured, hash_)
        elif args.lower:
            floors[group] = lowered(old, missed, args.lower, hash_)
            missed = []
        elif old and old["corpus"] != hash_:
            console.print(
                f"{group}: the documents are not those of the floors (--raise or --lower takes them as they are)"
            )
            code = 1
        for figure, floor, got in missed:
            console.print(f"{group}: {figure} is {got:.3f}, below its floor {floor:.3f}")
            code = 1
        if not old and not args.raise_:
            console.print(f"{group}: no floors yet (--raise sets them)")
    if args.raise_ or args.lower:
        FLOORS.write_text(json.dumps(floors, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    return code


# --- the table --------------------------------------------------------------------------------------------------------


def _cells(figures: Figures) -> list[str]:
    return [_cell(name, figures[name]) for name in FIGURES]


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    return str(int(value)) if name in COUNTS else f"{100 * value:.0f}" if value < 0.9995 else "100"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints, judges. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.scoreboard", description=__doc__.split("\n")[0] if __doc__ else ""
    )
    parser.add_argument("--encoder", action="store_true", help="read with the bundled encoder")
    parser.add_argument("--group", choices=GROUPS, action="append", help="this group alone; may be given again")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    change = parser.add_mutually_exclusive_group()
    change.add_argument("--raise", dest="raise_", action="store_true", help="lift the floors to what is measured")
    change.add_argument("--lower", metavar="REASON", help="set the missed floors to what is measured, saying why")
    args = parser.parse_args(arguments)
    encoder = None
    if args.encoder:
        from servanda.encoders import load

        encoder = load()
    console = Console(width=max(150, shutil.get_terminal_size().columns), stderr=args.json, highlight=False)
    rows = documents(args.group or GROUPS)
    figures = [(d, score(d, servanda.read(d.source, encoder=encoder))) for d in rows]
    table = Table("document", *FIGURES.values(), box=None, padding=(0, 1, 0, 0))
    for column in table.columns[1:]:
        column.justify, column.no_wrap = "right", True
    found: dict[str, tuple[Figures, str]] = {}
    for group in GROUPS:
        mine = [(d, f) for d, f in figures if d.group == group]
        if not mine:
            console.print(f"{group}: no documents at hand, left out") if not args.group else None
            continue
        for d, f in mine:
            table.add_row(d.name, *_cells(f))
        found[group] = (means([f for _, f in mine]), corpus([d for d, _ in mine]))
        table.add_row(f"mean of {group}", *_cells(found[group][0]), style="bold", end_section=True)
    if args.json:
        print(
            json.dumps({"documents": {d.name: f for d, f in figures}, "means": {g: m for g, (m, _) in found.items()}})
        )
    else:
        console.print(table)
    return _judge(found, args, console)


if __name__ == "__main__":
    sys.exit(main())
