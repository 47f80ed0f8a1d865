"""The group's stores and staff: joiners and leavers, a transfer in mid-week, namesakes, a phone that changes hands.

Assumed, as all of the staff system is: one rest weekday or two, rosters by the week, office hours for a manager.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from ingestion.simulator.staff import Employment, Person, Store, WorkPhone

_CITIES = (
    ("华北", "北京市", "北京", "010", ("望京", "亦庄", "丰台")),
    ("华东", "上海市", "上海", "021", ("浦东", "嘉定", "闵行")),
    ("华东", "浙江省", "杭州", "0571", ("滨江", "拱墅", "余杭")),
    ("西南", "四川省", "成都", "028", ("高新", "武侯", "双流")),
)
BRANDS = (("启行", "启行汽车", "QX"), ("岚图山", "岚山集团", "LS"))
SERIES = (
    (("QX-M6", "启行M6", "bev"), ("QX-S5", "启行S5", "phev"), ("QX-C3", "启行C3", "ice")),
    (("LS-01", "岚山L1", "ice"), ("LS-09", "岚山L9", "erev"), ("LS-05", "岚山L5", "bev")),
)
PORTALS = ("autohome", "dongchedi", "yiche")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰飞鹏辉婷"


def full_name(rng: Random) -> str:
    """A Chinese name of two or three characters."""
    return rng.choice(_SURNAMES) + "".join(rng.choice(_GIVEN) for _ in range(rng.choice((1, 2, 2))))


def make_stores(count: int) -> list[Store]:
    """`count` stores of two brands over four cities; every third opens late, every second signs in by DingTalk."""
    stores = []
    for n in range(count):
        region, province, city, area, districts = _CITIES[n % len(_CITIES)]
        brand, oem, _ = BRANDS[n % 2]
        number = f"S{n + 1:03d}"
        late = n % 3 == 2
        lines = {portal: f"4008{10 + p:02d}{n:04d}" for p, portal in enumerate(PORTALS)}
        lines["other"] = f"{area}{61_000_000 + n if len(area) == 3 else 8_610_000 + n}"
        stores.append(
            Store(
                store_id=number,
                name=f"{city}{districts[n // len(_CITIES) % 3]}{brand}{n + 1}店",
                brand=brand,
                oem=oem,
                region=region,
                province=province,
                city=city,
                opens=600 if late else 540,
                closes=1260 if late else 1080,
                attendance="dingtalk" if n % 2 else "wecom",
                accounts={
                    "autohome": str(90_000 + n),
                    "yiche": f"YC{70_000 + n}",
                    "dongchedi": f"DC{60_000 + n}",
                    "feiyu": str(1_750_000_000_000_000 + n),
                    "wav": f"D{5_000 + n}",
                    "douyin": f"dy{8_800_000 + n}",
                    "channels": f"finder{4_400 + n}",
                    "tencent_ads": str(25_000_000 + n),
                    "tencent_dealer": str(330_000 + n),
                    "adf": f"V{1_000 + n}",
                },
                lines=lines,
                opened_on=date(2019, 3, 1),
            )
        )
    return stores


def make_people(rng: Random, stores: list[Store], per_store: int, start: date, days: int) -> list[Person]:
    """All staff of the period, leavers and joiners included."""
    people: list[Person] = []
    for store in stores:
        crew = [_member(rng, store, len(people) + n, n, start) for n in range(per_store)]
        people.extend(crew)
        if per_store >= 8 and days >= 14:
            people.extend(_turnover(rng, store, crew, len(people), start, days))
    if len(stores) > 1 and days >= 14 and per_store >= 8:
        _transfer(people, stores, start)
        namesake = [p for p in people if p.employments[0].store_id == stores[0].store_id][3]
        people[-2].name = namesake.name
    return people


def _member(rng: Random, store: Store, number: int, place: int, start: date) -> Person:
    role = ("store_manager", "sales_manager", "live_host")[place] if place < 3 else "sales_consultant"
    team = "管理" if place < 2 else ("A组", "B组")[place % 2]
    joined = start - timedelta(days=rng.randrange(200, 1500))
    starts = store.opens - (15 if place % 2 else 0)
    rest = (2,) if place % 4 == 1 else tuple(sorted(rng.sample((1, 2, 3, 4), rng.choice((1, 1, 2)))))
    return Person(
        employee_id=f"E{number + 1:05d}",
        name=full_name(rng),
        phone=f"199{10_000_000 + number * 7:08d}",
        employments=[Employment(store.store_id, role, team, joined, known_on=start)],
        phones=[WorkPhone(f"177{20_000_000 + number * 13:08d}", joined)],
        starts=starts,
        ends=min(starts + 555, store.closes + 15),
        rest=rest,
        office=place == 0,
        rostered=place != 4,
    )


def _turnover(rng: Random, store: Store, crew: list[Person], number: int, start: date, days: int) -> list[Person]:
    """One leaves in the period; two days later one joins and takes over the leaver's work phone."""
    leaver = crew[-1]
    last = start + timedelta(days=days // 2 + rng.randrange(-3, 4))
    leaver.employments[0].valid_to = last
    leaver.phones[0].valid_to = last
    begins = last + timedelta(days=2)
    joiner = _member(rng, store, number, 5, start)
    joiner.employments = [Employment(store.store_id, "sales_consultant", "B组", begins, known_on=begins)]
    joiner.phones = [WorkPhone(leaver.phones[0].number, begins)]
    joiner.rostered = False
    joiner.usual = store.store_id != "S001"
    return [joiner]


def _transfer(people: list[Person], stores: list[Store], start: date) -> None:
    """One consultant of the first store works at the second from a Wednesday in the second week on."""
    monday = start - timedelta(days=start.weekday())
    moves = monday + timedelta(days=9)
    mover = [p for p in people if p.employments[0].store_id == stores[0].store_id][5]
    first = mover.employments[0]
    first.valid_to = moves
    mover.employments.append(Employment(stores[1].store_id, "sales_consultant", "A组", moves, known_on=moves))
