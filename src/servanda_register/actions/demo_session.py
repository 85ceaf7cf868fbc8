"""The demonstration of sessions and visits. The state visits of May 2025 are facts; all from 2026 on is invented.

People who lead the sides in the demonstration are named Example in their own language, so that nobody takes them for
someone who holds such an office.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import translation

from servanda_register.actions import record
from servanda_register.actions.exchange import hold_exchange, plan_exchange
from servanda_register.actions.session import decide, hold, plan_session, put_on_agenda
from servanda_register.models import Account, Body, Commitment, Mechanism, Partnership, Party, Person, Role
from servanda_register.queries.rights import rights_of
from servanda_register.queries.session_agenda import propose

REASON = "Demonstration, invented"
Facts = dict[str, Any]
CHAIR = {"en": "Chair of the side (demonstration)", "vi": "Trưởng phía (minh họa)", "ru": "Сопредседатель (пример)"}

SESSIONS: tuple[Facts, ...] = (
    {
        "partnership": "vietnam-belarus", "kind": "committee", "chairs": {"VN": "Nguyễn Ví Dụ", "BY": "Ірына Прыклад"},
        "number": 16, "on": (date(2026, 3, 19), date(2026, 3, 20)), "place": "Minsk", "host": "BY",
        "next": (date(2027, 3, 18), "Hà Nội", "VN"), "visibility": "public",
        "minutes": "Both sides went through trade in the year past and through the joint works.\n"
                   "Three decisions were taken; the next session is to be in Hanoi in spring 2027.",
        "decisions": (
            ({"en": "Draw up a list of goods to which both sides open their markets first",
              "vi": "Lập danh mục hàng hóa được hai bên ưu tiên mở cửa thị trường",
              "ru": "Составить перечень товаров для первоочередного открытия рынков"},
             "trade", date(2026, 10, 31)),
            ({"en": "Compare what a direct flight would cost with what it would earn",
              "vi": "So sánh chi phí và doanh thu của đường bay thẳng",
              "ru": "Сопоставить затраты и доходы прямого рейса"}, "transport", date(2027, 2, 26)),
            ({"en": "Name a person in each ministry whom the other side can call",
              "vi": "Mỗi bộ cử một đầu mối liên lạc", "ru": "Назначить в каждом ведомстве контактное лицо"}, "", None),
        ),
    },
    {
        "partnership": "vietnam-kazakhstan", "kind": "consultations", "number": 4, "visibility": "internal",
        "chairs": {"VN": "Trần Ví Dụ", "KZ": "Айгүл Мысал"}, "on": (date(2026, 4, 15), None), "place": "Astana",
        "host": "KZ", "next": (date(2027, 4, 14), "Hà Nội", "VN"),
        "minutes": "The deputy ministers agreed on the order in which agreements are to be made ready.",
        "decisions": (
            ({"en": "Make the programme of the anniversary year 2027 ready",
              "vi": "Chuẩn bị chương trình kỷ niệm năm 2027", "ru": "Подготовить программу юбилейного 2027 года"},
             "political-dialogue", date(2026, 11, 2)),
            ({"en": "Exchange lists of candidatures for the next two years",
              "vi": "Trao đổi danh sách ứng cử cho hai năm tới", "ru": "Обменяться списками кандидатур на два года"},
             "multilateral", date(2027, 1, 29)),
        ),
    },
    {
        "partnership": "vietnam-azerbaijan", "kind": "committee", "number": 3, "visibility": "public",
        "chairs": {"VN": "Lê Ví Dụ", "AZ": "Aysel Nümunə"}, "on": (date(2026, 5, 21), None), "place": "Bakı",
        "host": "AZ", "next": (date(2027, 5, 20), "Hà Nội", "VN"),
        "minutes": "The committee looked at energy and at the routes over the Caspian.",
        "decisions": (
            ({"en": "Ask carriers which ports of the Caspian route hold them up",
              "vi": "Khảo sát các hãng vận tải về những cảng gây chậm trễ trên tuyến Caspi",
              "ru": "Опросить перевозчиков о портах, где теряется время на Каспийском маршруте"},
             "transport", date(2026, 9, 30)),
        ),
    },
)  # fmt: skip

VISITS: tuple[Facts, ...] = (
    {"partnership": "vietnam-kazakhstan", "channel": "state", "level": "highest", "guest": "VN", "place": "Astana",
     "on": (date(2025, 5, 5), date(2025, 5, 7)), "visibility": "internal",
     "names": {"en": "State visit of General Secretary To Lam", "vi": "Chuyến thăm cấp Nhà nước của Tổng Bí thư Tô Lâm",
               "ru": "Государственный визит Генерального секретаря То Лама"},
     "result": "The joint statement that makes the two countries strategic partners."},
    {"partnership": "vietnam-azerbaijan", "channel": "state", "level": "highest", "guest": "VN", "place": "Bakı",
     "on": (date(2025, 5, 7), date(2025, 5, 8)), "visibility": "public",
     "names": {"en": "State visit of General Secretary To Lam", "vi": "Chuyến thăm cấp Nhà nước của Tổng Bí thư Tô Lâm",
               "ru": "Государственный визит Генерального секретаря То Лама"},
     "result": "The joint statement that makes the two countries strategic partners."},
    {"partnership": "vietnam-belarus", "channel": "state", "level": "highest", "guest": "VN", "place": "Minsk",
     "on": (date(2025, 5, 11), date(2025, 5, 12)), "visibility": "public",
     "names": {"en": "State visit of General Secretary To Lam", "vi": "Chuyến thăm cấp Nhà nước của Tổng Bí thư Tô Lâm",
               "ru": "Государственный визит Генерального секретаря То Лама"},
     "result": "The joint statement that makes the two countries strategic partners."},
    {"partnership": "vietnam-belarus", "channel": "parliament", "level": "high", "guest": "BY", "place": "Hà Nội",
     "planned": (date(2027, 1, 18), date(2027, 1, 21)), "visibility": "public", "area": "parliament",
     "names": {"en": "Delegation of the friendship group", "vi": "Đoàn Nhóm nghị sĩ hữu nghị",
               "ru": "Делегация группы дружбы"},
     "aim": "Invented: agree on a joint meeting of the specialised committees."},
    {"partnership": "vietnam-belarus", "channel": "party", "level": "high", "guest": "VN", "place": "Minsk",
     "on": (date(2026, 6, 9), date(2026, 6, 11)), "visibility": "internal", "area": "party-relations",
     "names": {"en": "Party delegation", "vi": "Đoàn đại biểu Đảng", "ru": "Партийная делегация"},
     "aim": "Invented: compare how officials are trained.",
     "result": "Invented: a course for ten officials each year."},
    {"partnership": "vietnam-kazakhstan", "channel": "government", "level": "minister", "guest": "KZ",
     "place": "Hà Nội", "planned": (date(2027, 2, 10), date(2027, 2, 12)), "visibility": "internal",
     "area": "transport",
     "names": {"en": "Visit of the Minister of Transport", "vi": "Chuyến thăm của Bộ trưởng Giao thông vận tải",
               "ru": "Визит министра транспорта"},
     "aim": "Invented: settle how often aircraft fly and by which railways containers go."},
    {"partnership": "vietnam-kazakhstan", "channel": "people", "level": "local", "guest": "VN", "place": "Ақтау",
     "planned": (date(2027, 5, 17), None), "visibility": "internal", "area": "local",
     "names": {"en": "Delegation of the city of Da Nang", "vi": "Đoàn thành phố Đà Nẵng",
               "ru": "Делегация города Дананг"},
     "aim": "Invented: a plan of the twinned cities for two years."},
    {"partnership": "vietnam-azerbaijan", "channel": "government", "level": "deputy", "guest": "AZ",
     "place": "Hà Nội", "planned": (date(2027, 3, 3), date(2027, 3, 4)), "visibility": "public", "area": "energy",
     "names": {"en": "Visit of the Deputy Minister of Energy", "vi": "Chuyến thăm của Thứ trưởng Bộ Năng lượng",
               "ru": "Визит заместителя министра энергетики"},
     "aim": "Invented: choose two fields to look at together."},
)  # fmt: skip


def load(by: Account, partnerships: dict[str, Partnership]) -> None:
    """Writes sessions and visits; of partnerships that are not there, none."""
    with translation.override("en"):
        for told in SESSIONS:
            if told["partnership"] in partnerships:
                _sessions(told, partnerships[told["partnership"]], by)
        for told in VISITS:
            if told["partnership"] in partnerships:
                _visit(told, partnerships[told["partnership"]], by)


def _sessions(told: Facts, partnership: Partnership, by: Account) -> None:
    mechanism = Mechanism.objects.filter(partnership=partnership, kind=told["kind"], status="standing").first()
    if mechanism is None:
        return
    record.change(mechanism, by=by, reason=REASON, period="every year")
    chairs = [_chair(name, party, mechanism, told["visibility"], by) for party, name in told["chairs"].items()]
    starts, ends = told["on"]
    shared: Facts = {"by": by, "mechanism": mechanism, "chairs": chairs, "visibility": told["visibility"],
                     "reason": REASON}  # fmt: skip
    held = plan_session(
        number=told["number"], starts=starts, ends=ends, place=told["place"],
        host=Party.objects.get(pk=told["host"]), **shared,
    )  # fmt: skip
    hold(held, by=by, today=ends or starts, starts=starts, ends=ends, minutes=told["minutes"], reason=REASON)
    for names, area, due in told["decisions"]:
        (item,) = put_on_agenda(
            held, [{"names": names, "commitments": _commitments(partnership, area)}], by=by, reason=REASON
        )
        leads = [
            body
            for party in sorted(told["chairs"])
            for body in Body.objects.filter(party=party, areas=area).order_by("pk")[:1]
        ]
        decide(held, by=by, names=names, item=item, becomes_action=due is not None, leads=leads if due else [], due=due)
    day, place, host = told["next"]
    coming = plan_session(
        number=told["number"] + 1, starts=day, place=place, host=Party.objects.get(pk=host), **shared
    )  # fmt: skip
    taken = propose(coming, rights_of(by), LOOKED_AT)[:AGENDA]
    put_on_agenda(coming, [{"names": c.names, "why": c.why, **c.links} for c in taken], by=by, reason=REASON)


LOOKED_AT = date(2026, 11, 16)
"""The day on which the agendas are proposed, whenever the demonstration is loaded."""
AGENDA = 3
"""Of what is proposed the demonstration takes so many; the rest can be proposed by whoever tries it."""


def _chair(name: str, party: str, mechanism: Mechanism, visibility: str, by: Account) -> Person:
    person = record.create(Person, by=by, reason=REASON, full_name=name, party_id=party, visibility=visibility)
    record.create(Role, by=by, reason=REASON, person=person, mechanism=mechanism, names=CHAIR)
    return person


def _commitments(partnership: Partnership, area: str) -> list[Commitment]:
    """Two of an area, the first in the statement."""
    rows = Commitment.objects.filter(instrument__partnership=partnership, ranked_areas__area=area, state="confirmed")
    return list(rows.order_by("instrument", "number")[:2]) if area else []


def _visit(told: Facts, partnership: Partnership, by: Account) -> None:
    happened = "on" in told
    starts, ends = told["on"] if happened else told["planned"]
    guest = Party.objects.get(pk=told["guest"])
    visit = plan_exchange(
        by=by, partnership=partnership, names=told["names"], channel=told["channel"], level=told["level"], guest=guest,
        place=told["place"], starts=starts, ends=ends, aim=told.get("aim", ""), visibility=told["visibility"],
        commitments=_commitments(partnership, told.get("area", "")),
        reason=REASON if starts.year > 2025 else "Demonstration",
    )  # fmt: skip
    if happened:
        hold_exchange(visit, by=by, today=ends, starts=starts, ends=ends, result=told["result"])
