"""What is true of the platforms themselves: standings, readers, and what each vendor has counted."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ingestion.simulator.costs import cost_lines
from ingestion.simulator.crm_calls import create_calls
from ingestion.simulator.instants import day_of, days_between, moment
from ingestion.simulator.objects import Submission
from ingestion.simulator.people import PORTALS
from ingestion.simulator.profiles import PARTS, profile_versions
from ingestion.simulator.truth.leads import Lead
from ingestion.simulator.vendor_counts import WAV_MEASURES, portal_counts, tencent_counts, wav_counts
from ingestion.simulator.world import Group

Row = dict[str, Any]


def platform_tables(group: Group, leads: list[Lead]) -> dict[str, list[Row]]:
    """All tables of this page, by name."""
    return {
        "platform_scores": platform_scores(group),
        "content": content(group),
        "vendor_counts": vendor_counts(group),
        "platform_costs": platform_costs(group),
        "profiles": profiles(group),
        "dispatches": dispatches(group, leads),
    }


def platform_scores(group: Group) -> list[Row]:
    """The standing of each store and day once the day has closed."""
    return [
        {
            "platform": one.platform,
            "store_id": one.store_id,
            "date_day": one.day.isoformat(),
            "response_score": one.score / 10 if one.score is not None else None,
            "score_max": one.score_max / 10,
            "response_rank": one.rank,
            "rank_of": one.rank_of,
        }
        for one in group.journal.portal_days
        if one.score is not None
    ]


def content(group: Group) -> list[Row]:
    """New views and followers on the days that were counted; an uncounted day falls to the next counted one."""
    rows: list[Row] = []
    for article in group.journal.articles:
        views = followers = 0
        for day, new_views, new_followers in article.daily:
            views, followers = views + new_views, followers + new_followers
            if day in article.told:
                rows.append(
                    {
                        "content_id": article.content_id,
                        "platform": article.platform,
                        "store_id": article.store_id,
                        "date_day": day.isoformat(),
                        "views": views,
                        "new_followers": followers,
                    }
                )
                views = followers = 0
    return rows


def vendor_counts(group: Group) -> list[Row]:
    """What each vendor says of each of its days; a day without anything is told as 0."""
    journal = group.journal
    counts = portal_counts(journal) | tencent_counts(journal) | wav_counts(journal)
    measures = {
        **dict.fromkeys(("autohome", "dongchedi", "yiche"), ("leads", "calls", "answered_calls")),
        "channels": ("leads", "form_leads"),
        "wav": tuple(WAV_MEASURES),
    }
    return [
        {
            "vendor": vendor,
            "store_id": store.store_id,
            "date_day": day.isoformat(),
            "measure": measure,
            "value": counts[vendor, store.store_id, day][measure] if (vendor, store.store_id, day) in counts else 0,
        }
        for vendor in measures
        for store in group.stores
        for day in days_between(group.start, group.days)
        for measure in measures[vendor]
    ]


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def platform_costs(group: Group) -> list[Row]:
    """Net of tax, by month; the group's line by submissions, a fen at a time to whom the running share gives it."""
    months: dict[tuple[str, str, str], list[int | str]] = {}

    def add(month: str, store_id: str, platform: str, fen: int, source: str) -> None:
        cell = months.setdefault((month, store_id, platform), [0, source])
        cell[0] = int(cell[0]) + fen
        cell[1] = "allocated" if "allocated" in (source, cell[1]) else "invoice"

    submissions = Counter(
        (f"{day_of(lead.submitted_at):%Y-%m}-01", lead.store_id, lead.platform)
        for lead in group.journal.submissions
        if not lead.customer.is_test
    )
    for line in cost_lines(group.stores, group.start, group.days):
        month, net = line.month.isoformat(), line.amount - line.tax
        if line.store_id is not None:
            add(month, line.store_id, line.platform, net, "allocated" if line.allocation == "allocated" else "invoice")
            continue
        weights = [submissions[month, store.store_id, line.platform] for store in group.stores]
        weights = weights if any(weights) else [1] * len(weights)
        for place, store in enumerate(group.stores):
            share = [net * sum(weights[:upto]) // sum(weights) for upto in (place, place + 1)]
            if share[1] > share[0]:
                add(month, store.store_id, line.platform, share[1] - share[0], "allocated")
    booked = set(months)
    for session in group.journal.sessions:
        key = (f"{day_of(session.starts):%Y-%m}-01", session.store_id, session.platform)
        if session.cost is not None and key not in booked:
            add(*key, session.cost, "invoice")
    return [
        {
            "month_start_date": month,
            "store_id": store_id,
            "platform": platform,
            "amount": yuan(int(fen)),
            "cost_source": source,
        }
        for (month, store_id, platform), (fen, source) in sorted(months.items())
    ]


def dispatches(group: Group, leads: list[Lead]) -> list[Row]:
    """By the record that opened a lead: when its first record reached the store, by the portal or by the CRM."""
    sent: dict[str, list[int]] = {}
    for call in create_calls(group.journal, group.end):
        sent.setdefault(call.outer_id or "", []).append(call.at)
    rows = []
    for lead in leads:
        found = [crm.created_at for crm in lead.crm]
        for submission in lead.submissions:
            found += sent.get(submission.platform_lead_id, [])
            found += [submission.dispatched_at] if submission.via in PORTALS else []
        if isinstance(lead.opener, Submission):
            at = moment(min(found)).isoformat() if found else None
            rows.append({"platform_lead_id": lead.opener.platform_lead_id, "dispatched_at": at})
    return rows


def profiles(group: Group) -> list[Row]:
    """By the platform's id of each record of a customer who has a profile: how complete it is at last."""
    last = {one.customer.number: one for one in profile_versions(group.journal, group.end)}
    return [
        {
            "platform_lead_id": lead.platform_lead_id,
            "profile_completeness": len(last[lead.customer.number].filled) / PARTS,
        }
        for lead in group.journal.submissions
        if lead.customer.number in last
    ]
