"""The demonstration of agreements, difficulties, forums and indicators: invented, and said to be so.

The commitments that entries rest on are facts of May 2025; who raised what, what was measured and what is planned is
made up. Plans lie in 2026 and 2027.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from servanda_register.actions.agreement import assess, move
from servanda_register.actions.difficulty import answer, close, raise_difficulty
from servanda_register.actions.indicator import add_indicator, measure, set_target
from servanda_register.actions.measurements import Line
from servanda_register.actions.support import add_support
from servanda_register.models import Account, Agreement, Body, Commitment, Forum, Partnership, Party, Visibility

REASON = "Demonstration"
INVENTED = "Demonstration, invented"
"""Source of what was made up."""

Facts = dict[str, Any]

ASSESSED: tuple[Facts, ...] = (
    {"partnership": "vietnam-belarus", "year": 2015, "area": "trade", "on": date(2026, 3, 12), "finding": "partly",
     "reason": "The lower tariffs are used for machinery and dairy goods; for textiles few firms ask for them.",
     "measures": "A seminar for exporters in Minsk and Hanoi before the next session.",
     "next_review": date(2027, 3, 1)},
    {"partnership": "vietnam-belarus", "year": 2007, "area": "transport", "on": date(2026, 3, 12), "finding": "not",
     "reason": "The agreement stands, yet no airline flies the route.",
     "measures": "Ask both civil aviation authorities for a joint study of demand.", "next_review": date(2026, 9, 15)},
    {"partnership": "vietnam-belarus", "year": 2023, "area": "education", "on": date(2026, 3, 13),
     "finding": "carried-out", "reason": "The scholarships of the first two years were all taken up.", "measures": "",
     "next_review": date(2027, 9, 1)},
    {"partnership": "vietnam-kazakhstan", "year": 2010, "area": "labour", "on": date(2026, 4, 20),
     "finding": "unknown", "reason": "Neither side has figures of workers sent under it.",
     "measures": "Exchange figures by the end of the summer.", "next_review": date(2026, 10, 1)},
    {"partnership": "vietnam-azerbaijan", "year": 2016, "area": "justice", "on": date(2026, 5, 6), "finding": "partly",
     "reason": "Delegations met once; the yearly programme was not drawn up.",
     "measures": "Draw the programme up for two years at once.", "next_review": date(2027, 5, 1)},
)  # fmt: skip

STAGES: tuple[tuple[str, str, str], ...] = (
    ("vietnam-kazakhstan", "agriculture", "agreed"),
    ("vietnam-kazakhstan", "investment", "negotiated"),
    ("vietnam-kazakhstan", "parliament", "proposed"),
    ("vietnam-kazakhstan", "science-technology", "proposed"),
    ("vietnam-belarus", "local", "negotiated"),
    ("vietnam-azerbaijan", "local", "proposed"),
)
"""Partnership, area of the agreement that is to be signed, and how far it has come."""

DIFFICULTIES: tuple[Facts, ...] = (
    {"partnership": "vietnam-belarus", "commitment": 34, "area": "trade", "raised_by": "BY", "on": date(2026, 2, 10),
     "names": {"en": "Permits for dairy products take eight months", "vi": "Cấp phép cho sản phẩm sữa mất tám tháng",
               "ru": "Разрешения на молочную продукцию оформляются восемь месяцев"},
     "description": "Each plant is looked at on its own; exporters ask for a list that holds for all of them.",
     "answers": [("VN", date(2026, 3, 20), "A list of the papers that are asked for was handed over."),
                 ("BY", date(2026, 5, 4), "The list helps; the wait for an inspection is what is left.")],
     "owed_by": "VN", "due": date(2026, 9, 30), "visibility": "public"},
    {"partnership": "vietnam-belarus", "commitment": 32, "area": "finance", "raised_by": "VN", "on": date(2026, 4, 2),
     "names": {"en": "Payments between banks come back", "vi": "Các khoản thanh toán giữa ngân hàng bị trả lại",
               "ru": "Платежи между банками возвращаются"},
     "description": "Small exporters wait for weeks because correspondent banks refuse transfers.",
     "answers": [], "owed_by": "BY", "due": date(2026, 12, 15), "visibility": "restricted"},
    {"partnership": "vietnam-kazakhstan", "commitment": 38, "area": "agriculture", "raised_by": "VN",
     "on": date(2026, 1, 22),
     "names": {"en": "No quarantine rules for fresh fruit", "vi": "Chưa có quy định kiểm dịch cho trái cây tươi",
               "ru": "Нет карантинных правил для свежих фруктов"},
     "description": "Without them each load is decided upon at the border.",
     "answers": [("KZ", date(2026, 3, 3), "A draft is with the ministry of agriculture.")],
     "owed_by": "KZ", "due": date(2027, 1, 31), "visibility": "internal"},
    {"partnership": "vietnam-azerbaijan", "commitment": 22, "area": "transport", "raised_by": "AZ",
     "on": date(2025, 11, 5),
     "names": {"en": "No single consignment note for the corridor", "vi": "Chưa có vận đơn thống nhất cho hành lang",
               "ru": "Нет единой накладной для коридора"},
     "description": "Containers are declared anew at each port.",
     "answers": [("VN", date(2026, 1, 14), "Forwarders were asked; two of them will try a joint form.")],
     "closed": "The joint form was accepted at all ports of the route.", "visibility": "public"},
)  # fmt: skip

SUPPORT: tuple[Facts, ...] = (
    {"partnership": "vietnam-belarus", "forum": "ASEAN", "kind": "other", "asked_by": "BY", "state": "promised",
     "on": date(2027, 7, 6), "commitment": 77,
     "names": {"en": "Farm machinery fair beside a ministers' meeting",
               "vi": "Triển lãm máy nông nghiệp bên lề hội nghị bộ trưởng",
               "ru": "Выставка сельхозтехники рядом со встречей министров"}},
    {"partnership": "vietnam-belarus", "forum": "UN", "kind": "candidature", "asked_by": "VN", "state": "given",
     "on": date(2026, 6, 9), "commitment": 77,
     "names": {"en": "Seat in a commission of the General Assembly",
               "vi": "Ghế trong một ủy ban của Đại hội đồng", "ru": "Место в комиссии Генеральной Ассамблеи"}},
    {"partnership": "vietnam-belarus", "forum": "NAM", "kind": "position", "asked_by": "", "state": "given",
     "on": date(2026, 10, 14), "commitment": 76,
     "names": {"en": "Joint text on grain and fertiliser", "vi": "Văn bản chung về ngũ cốc và phân bón",
               "ru": "Совместный текст о зерне и удобрениях"}},
    {"partnership": "vietnam-kazakhstan", "forum": "ASEAN", "kind": "other", "asked_by": "KZ", "state": "asked",
     "on": date(2027, 5, 20), "commitment": 64,
     "names": {"en": "Sectoral dialogue of Kazakhstan with ASEAN",
               "vi": "Đối thoại theo ngành của Kazakhstan với ASEAN",
               "ru": "Отраслевой диалог Казахстана с АСЕАН"}},
    {"partnership": "vietnam-kazakhstan", "forum": "CICA", "kind": "position", "asked_by": "", "state": "promised",
     "on": date(2026, 12, 3), "commitment": 62,
     "names": {"en": "Joint text on water and climate", "vi": "Văn bản chung về nước và khí hậu",
               "ru": "Совместный текст о воде и климате"}},
    {"partnership": "vietnam-azerbaijan", "forum": "ASEAN", "kind": "other", "asked_by": "AZ", "state": "promised",
     "on": date(2027, 4, 12), "commitment": 41,
     "names": {"en": "Guest of the chair at a ministers' meeting",
               "vi": "Khách mời của nước chủ tịch tại hội nghị bộ trưởng",
               "ru": "Гость председателя на встрече министров"}},
)  # fmt: skip

INDICATORS: tuple[Facts, ...] = (
    {"partnership": "vietnam-belarus", "commitment": 23, "unit": "million USD", "decimals": 1,
     "names": {"en": "Trade turnover", "vi": "Kim ngạch thương mại", "ru": "Товарооборот"},
     "definition": "Exports and imports of goods together, at the prices of the year.",
     "values": {2020: "178.2", 2021: "190.6", 2022: "112.4", 2023: "131.9", 2024: "159.3", 2025: "184.7"},
     "targets": {2027: "300", 2030: "500"}},
    {"partnership": "vietnam-belarus", "commitment": 49, "unit": "persons", "decimals": 0,
     "names": {"en": "Scholarships taken up", "vi": "Học bổng đã nhận", "ru": "Использованные стипендии"},
     "definition": "Students of one side who study in the other with its scholarship, at the end of the year.",
     "values": {2023: "12", 2024: "18", 2025: "23"}, "targets": {2027: "40"}},
    {"partnership": "vietnam-kazakhstan", "commitment": 22, "unit": "million USD", "decimals": 0,
     "names": {"en": "Trade turnover", "vi": "Kim ngạch thương mại", "ru": "Товарооборот"},
     "definition": "Exports and imports of goods together, at the prices of the year.",
     "values": {2020: "438", 2021: "502", 2022: "611", 2023: "845", 2024: "907", 2025: "1034"},
     "targets": {2027: "1500"}},
    {"partnership": "vietnam-kazakhstan", "commitment": 44, "unit": "flights a week", "decimals": 0,
     "names": {"en": "Direct flights", "vi": "Đường bay thẳng", "ru": "Прямые рейсы"},
     "definition": "Regular flights in the busiest month of the year, both ways counted once.",
     "values": {2022: "2", 2023: "9", 2024: "15", 2025: "18"}, "targets": {2027: "28"}},
    {"partnership": "vietnam-azerbaijan", "commitment": 11, "unit": "million USD", "decimals": 1,
     "names": {"en": "Trade turnover", "vi": "Kim ngạch thương mại", "ru": "Товарооборот"},
     "definition": "Exports and imports of goods together, at the prices of the year.",
     "values": {2021: "31.5", 2022: "34.8", 2023: "29.1", 2024: "41.2", 2025: "46.9"}, "targets": {2027: "100"}},
    {"partnership": "vietnam-azerbaijan", "commitment": 33, "unit": "persons", "decimals": 0,
     "names": {"en": "Visitors", "vi": "Lượt khách du lịch", "ru": "Туристы"},
     "definition": "Arrivals of citizens of one side in the other, both ways together.",
     "values": {2022: "3100", 2023: "6450", 2024: "9800", 2025: "12300"}, "targets": {2027: "25000"}},
)  # fmt: skip


def load(*, by: Account | None, partnerships: dict[str, Partnership]) -> None:
    """Puts the records into the partnerships, by slug; each is as visible as its partnership unless it says less.

    Days that are still to come where the demonstration is begun early become the day on which it is begun.
    """
    today = timezone.localdate()
    for told in ASSESSED:
        _assess(by, partnerships[told["partnership"]], told, today)
    for slug, area, stage in STAGES:
        agreement = Agreement.objects.filter(partnership=partnerships[slug], status="to-sign", areas=area).first()
        if agreement:
            move(agreement, by=by, status=agreement.status, stage=stage, reason=REASON)
    for told in DIFFICULTIES:
        _difficulty(by, partnerships[told["partnership"]], told, today)
    for told in SUPPORT:
        here = partnerships[told["partnership"]]
        add_support(
            by=by, reason=REASON, partnership=here, names=told["names"], forum=Forum.objects.get(pk=told["forum"]),
            kind=told["kind"], asked_by=Party.objects.filter(pk=told["asked_by"]).first(), state=told["state"],
            on=told["on"], commitment=_commitment(here, told["commitment"]), note=INVENTED, visibility=here.visibility,
        )  # fmt: skip
    for told in INDICATORS:
        _indicator(by, partnerships[told["partnership"]], told, today)


def _commitment(partnership: Partnership, number: int) -> Commitment:
    return Commitment.objects.get(instrument__partnership=partnership, number=number)


def _assess(by: Account | None, here: Partnership, told: Facts, today: date) -> None:
    agreement = Agreement.objects.filter(
        partnership=here, year=told["year"], areas=told["area"], status="in-force"
    ).first()  # fmt: skip
    if agreement:
        assess(agreement, by=by, on=min(told["on"], today), finding=told["finding"], reason=told["reason"],
               measures=told["measures"], source=INVENTED, next_review=told["next_review"])  # fmt: skip


def _difficulty(by: Account | None, here: Partnership, told: Facts, today: date) -> None:
    levels = list(Visibility.values)
    answers: list[tuple[str, date, str]] = told["answers"]
    owed = _owed(told) if "owed_by" in told else {}
    made = raise_difficulty(
        by=by, reason=REASON, partnership=here, names=told["names"], raised_by=Party.objects.get(pk=told["raised_by"]),
        raised_on=min(told["on"], today), description=told["description"], areas=[told["area"]],
        commitments=[_commitment(here, told["commitment"])],
        visibility=max(told["visibility"], here.visibility, key=levels.index), **({} if answers else owed),
    )  # fmt: skip
    for number, (party, on, text) in enumerate(answers, start=1):
        last = owed if number == len(answers) else {}
        answer(made, by=by, party=Party.objects.get(pk=party), on=min(on, today), text=text, **last)
    if "closed" in told:
        close(made, by=by, reason=told["closed"], resolved=True)


def _owed(told: Facts) -> Facts:
    party = told["owed_by"]
    body = Body.objects.filter(party=party, areas=told["area"]).first()
    return {"owed_by": Party.objects.get(pk=party), "body": body, "answer_due": told["due"]}


def _indicator(by: Account | None, here: Partnership, told: Facts, today: date) -> None:
    founding = _commitment(here, told["commitment"])
    made = add_indicator(
        by=by, reason=REASON, partnership=here, names=told["names"], definition=told["definition"], unit=told["unit"],
        decimals=told["decimals"], source=INVENTED, commitments=[founding], visibility=here.visibility,
    )  # fmt: skip
    lines = [
        Line(number, date(year, 12, 31), Decimal(value))
        for number, (year, value) in enumerate(told["values"].items(), start=1)
        if date(year, 12, 31) <= today
    ]
    measure(made, by=by, lines=lines, source=INVENTED, reason=REASON)
    for year, value in told["targets"].items():
        set_target(made, by=by, by_date=date(year, 12, 31), value=Decimal(value), commitment=founding, reason=REASON)
