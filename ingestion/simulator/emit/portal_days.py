"""What the portals export besides leads: hotline calls, scores with the portal's own counts, articles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from ingestion.simulator.feed import by_store, index_by_day, nightly, page
from ingestion.simulator.files import Cell, Delivery, csv_file, xlsx_file
from ingestion.simulator.instants import MINUTE, text
from ingestion.simulator.objects import Call
from ingestion.simulator.people import PORTALS
from ingestion.simulator.portal_objects import Article, PortalDay
from ingestion.simulator.vendor_counts import portal_counts
from ingestion.simulator.world import Group

_CALL = {
    "autohome": ["通话编号", "经销商编号", "400号码", "呼入时间", "主叫号码", "接通时间", "挂断时间", "来电城市"],
    "dongchedi": ["通话ID", "门店ID", "虚拟400号码", "来电时间", "来电号码", "接听时间", "挂机时间", "来电归属地"],
    "yiche": ["电话编号", "经销商ID", "转接号码", "来电时间", "客户电话", "接听时间", "结束时间", "归属地"],
}
_SCORE = {
    "autohome": ["经销商编号", "日期", "响应得分", "满分", "城市排名", "参与排名商家数", "线索量", "来电量", "接通量"],
    "dongchedi": ["门店ID", "日期", "响应服务分", "服务分满分", "同城排名", "同城门店数", "线索数", "来电数", "接听数"],
    "yiche": ["经销商ID", "日期", "响应指数", "指数上限", "区域排名", "区域经销商数", "询价单数", "来电数", "接听数"],
}
_ARTICLE = {
    "autohome": ["文章编号", "经销商编号", "统计日期", "发布时间", "标题", "累计浏览量", "累计新增粉丝"],
    "dongchedi": ["内容ID", "门店ID", "数据日期", "发布时间", "内容标题", "总阅读数", "总涨粉数"],
    "yiche": ["文章ID", "经销商ID", "统计日期", "发布时间", "文章标题", "累计点击", "累计关注"],
}
_ENCODINGS = {"autohome": "gb18030", "dongchedi": "utf-8-sig"}


class PortalDayExports:
    """Every night: the day's calls, the day's score and the corrected one of the day before, article counts."""

    def __init__(self, group: Group) -> None:
        self.group = group
        journal = group.journal
        self.counts = portal_counts(journal)
        calls = [call for call in journal.calls if call.portal_id is not None]
        self.calls = index_by_day(group, calls, lambda call: (call.began, call.began + 30 * MINUTE))
        self.standings = {(day.platform, day.store_id, day.day): day for day in journal.portal_days}
        self.articles: dict[tuple[str, date], list[Article]] = {}
        for article in journal.articles:
            for told in article.told if article.platform in PORTALS else ():
                self.articles.setdefault((article.platform, told), []).append(article)

    def pages(self, day: date) -> Iterator[Delivery]:
        pulled = nightly(day, 45)
        for portal in PORTALS:
            calls = [call for call in self.calls.get(day, ()) if call.line == portal and call.ended <= pulled]
            for store, own in by_store(self.group.stores, calls, lambda call: call.store_id):
                dealer = store.accounts[portal]
                rows = [_call(call, dealer, store.city) for call in own]
                yield _file(portal, "call", dealer, day, _CALL[portal], rows, pulled)
            for store in self.group.stores:
                dealer = store.accounts[portal]
                standings = [self.standings.get((portal, store.store_id, one)) for one in (day, _before(day))]
                rows = [self._score(found, dealer, final=found.day < day) for found in standings if found]
                if rows:
                    yield _file(portal, "score", dealer, day, _SCORE[portal], rows, pulled + MINUTE)
            told = self.articles.get((portal, day), [])
            for store, articles in by_store(self.group.stores, told, lambda article: article.store_id):
                dealer = store.accounts[portal]
                rows = [_article(article, dealer, day) for article in articles]
                yield _file(portal, "article", dealer, day, _ARTICLE[portal], rows, pulled + 2 * MINUTE)

    def _score(self, standing: PortalDay, dealer: str, *, final: bool) -> list[Cell]:
        """Until the day has closed, its first score and one lead fewer than it will have had."""
        counts = self.counts[standing.platform, standing.store_id, standing.day]
        score = standing.score if final else standing.first_score
        return [
            dealer,
            standing.day.isoformat(),
            _points(score) if score is not None else "--",
            _points(standing.score_max),
            standing.rank,
            standing.rank_of,
            counts["leads"] if final else max(0, counts["leads"] - 1),
            counts["calls"],
            counts["answered_calls"],
        ]


def _points(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}"


def _before(day: date) -> date:
    return day - timedelta(days=1)


def _call(call: Call, dealer: str, city: str) -> list[Cell]:
    """The number withheld or masked for some of those calls that the call centre has too."""
    number: str | None = call.caller
    kind = call.customer.number % 7 if call.system is not None else 6
    if kind == 0:
        number = None
    elif kind == 1:
        number = f"{call.caller[:3]}****{call.caller[-4:]}"
    answered = text(call.answered) if call.answered is not None else None
    return [call.portal_id, dealer, call.callee, text(call.began), number, answered, text(call.ended), city]


def _article(article: Article, dealer: str, day: date) -> list[Cell]:
    """Cumulative counts up to the end of a day."""
    so_far = [(views, followers) for one, views, followers in article.daily if one <= day]
    return [
        article.content_id,
        dealer,
        day.isoformat(),
        text(article.published_at),
        article.title,
        sum(views for views, _ in so_far),
        sum(followers for _, followers in so_far),
    ]


def _file(
    portal: str, record: str, dealer: str, day: date, headers: list[str], rows: Sequence[Sequence[Cell]], pulled: int
) -> Delivery:
    """One dealer's export: CSV in the portal's encoding, or a workbook with a title."""
    name = f"{portal}.{record}"
    if portal in _ENCODINGS:
        return page(name, dealer, f"{name}-{dealer}-{day}.csv", csv_file(headers, rows, _ENCODINGS[portal]), pulled)
    content = xlsx_file(headers, rows, f"{record} {day}")
    return page(name, dealer, f"{name}-{dealer}-{day}.xlsx", content, pulled)
