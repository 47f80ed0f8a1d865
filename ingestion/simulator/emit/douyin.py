"""Douyin's local push, a body with each change of a lead in no order, and its videos by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from ingestion.simulator.feed import index_by_day, nightly, page, series_of, typed_phone
from ingestion.simulator.files import Delivery, json_answer, json_lines
from ingestion.simulator.instants import MINUTE, text
from ingestion.simulator.objects import Submission
from ingestion.simulator.portal_objects import Article
from ingestion.simulator.world import Group


class LocalPushes:
    """The bodies a day received, shuffled; a change of yesterday may stand behind one of today."""

    def __init__(self, group: Group) -> None:
        self.stores = {store.store_id: store for store in group.stores}
        leads = [lead for lead in group.journal.submissions if lead.via == "local_push"]
        changes = [(lead, moment) for lead in leads for moment in _moments(lead)]
        self.changes = index_by_day(group, changes, lambda change: (change[1],))
        self.rng = Random(f"{group.seed}:pushes")

    def pages(self, day: date) -> Iterator[Delivery]:
        changes = list(self.changes.get(day, ()))
        self.rng.shuffle(changes)
        if changes:
            bodies = json_lines(self._body(lead, moment) for lead, moment in changes)
            yield page("douyin.local_lead", None, f"life-{day}.jsonl", bodies, nightly(day, 2))

    def _body(self, lead: Submission, moment: int) -> dict[str, Any]:
        store = self.stores[lead.store_id]
        invalid = lead.marked_at is not None and lead.marked_at <= moment
        called = lead.status is not None and lead.status[0] <= moment
        body: dict[str, Any] = {
            "clue_id": lead.platform_lead_id,
            "local_account_id": store.accounts["douyin"],
            "create_time_detail": text(lead.submitted_at),
            "modify_time": text(moment),
            "name": lead.name,
            "telephone": typed_phone(lead.customer) or "",
            "flow_type": "NATURE" if lead.customer.number % 2 else "AD",
            "action_type": "LIVE_VIDEO" if lead.room_id else "SHORT_VIDEO",
            "effective_state": 3 if invalid else 1 if called else 0,
            "follow_state_name": "ANSWERED" if called else "NOT_CALLED",
            "series_id": series_of(store, lead.series)[0],
        }
        if lead.room_id:
            body["room_id"] = lead.room_id
        return body


def _moments(lead: Submission) -> list[int]:
    later = [lead.status[0] if lead.status else None, lead.marked_at]
    return [lead.submitted_at, *(moment for moment in later if moment is not None)]


class Videos:
    """Each video's day as counted that night, and settled, higher, the night after."""

    def __init__(self, group: Group) -> None:
        self.accounts = {store.store_id: store.accounts["douyin"] for store in group.stores}
        self.days: dict[date, list[tuple[Article, int, int]]] = {}
        for video in group.journal.articles:
            for day, views, followers in video.daily if video.platform == "douyin" else ():
                self.days.setdefault(day, []).append((video, views, followers))

    def pages(self, day: date) -> Iterator[Delivery]:
        before = day - timedelta(days=1)
        items = [self._item(day, *entry, settled=False) for entry in self.days.get(day, ())]
        items += [self._item(before, *entry, settled=True) for entry in self.days.get(before, ())]
        if items:
            answer = {"code": 0, "message": "OK", "data": {"list": items}}
            yield page("douyin.video", None, f"videos-{day}.json", json_answer(answer), nightly(day, 65) + MINUTE)

    def _item(self, day: date, video: Article, views: int, followers: int, *, settled: bool) -> dict[str, str]:
        return {
            "item_id": video.content_id,
            "account_id": self.accounts[video.store_id],
            "date": day.isoformat(),
            "create_time": str(video.published_at),
            "title": video.title,
            "play_count": str(views if settled else views * 9 // 10),
            "digg_count": str(views // 20),
            "comment_count": str(views // 60),
            "share_count": str(views // 90),
            "new_follow_count": str(followers),
        }
