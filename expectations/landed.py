"""What must hold of what has landed: volume, freshness, value ranges, the share of dead letters per topic.

Shape is the contracts' business and keys are dbt's; here stand sums, shares and plausibility. Limits are assumed
where a sentence says so. `$last` is the last batch the build has read, `$now` the clock of the gate.
"""

from __future__ import annotations

from expectations.rules import Batch, Suite, at_least, between, some_rows

DEAD_WARNING, DEAD_CRITICAL = 0.01, 0.10
"""Share of dead letters in what a topic received (assumed), judged from 50 records on."""
FRESH_HOURS = 36
"""A nightly landing may come half a day late (assumed)."""
VOLUME_LOW, VOLUME_HIGH = 0.2, 5.0
"""The last 24 hours of a topic, back from the last landing, against its median day (assumed); from 7 days on."""

_BATCHES = Batch(
    table="raw.batches",
    keys=("batch_id",),
    query="""
        select
          batch_id,
          received - events - duplicates - dead as unaccounted,
          batch_id - lag(batch_id) over (order by batch_id) as step
        from raw.batches
        where batch_id <= $last
    """,
    rules=(
        some_rows(rule="something_landed", says="the log holds at least one batch"),
        between(
            "unaccounted",
            0,
            0,
            rule="landing_conserves",
            says="received = events + duplicates + dead letters, batch by batch",
        ),
        between("step", 1, 1, rule="batches_are_gapless", says="batch ids follow each other without a gap"),
    ),
)

_FRESHNESS = Batch(
    table="raw.batches",
    keys=("last_landed_at",),
    query="""
        select
          cast(max(landed_at) as varchar) as last_landed_at,
          round(date_diff('minute', max(landed_at), $now::timestamptz) / 60.0, 1) as hours_since
        from raw.batches
        where batch_id <= $last
        having count(*) > 0
    """,
    rules=(
        between(
            "hours_since",
            None,
            FRESH_HOURS,
            severity="warning",
            rule="landing_is_fresh",
            says=f"the last batch landed within {FRESH_HOURS} hours",
        ),
    ),
)

_TOPICS = Batch(
    table="raw.dead_letters",
    keys=("topic", "received", "dead"),
    query="""
        with seen as (
          select topic, 0 as is_dead from raw.events where batch_id <= $last
          union all select topic, 0 from raw.duplicates where batch_id <= $last
          union all select topic, 1 from raw.dead_letters where batch_id <= $last
            and (resolved_batch_id is null or resolved_batch_id > $last)
        )
        select
          topic,
          count(*) as received,
          cast(sum(is_dead) as bigint) as dead,
          case when count(*) >= 50 then avg(is_dead) end as dead_share
        from seen
        group by topic
    """,
    rules=(
        between(
            "dead_share",
            0,
            DEAD_WARNING,
            severity="warning",
            rule="dead_letters_are_rare",
            says=f"at most {DEAD_WARNING:.0%} of a topic's records are dead letters",
        ),
        between(
            "dead_share",
            0,
            DEAD_CRITICAL,
            rule="dead_letters_are_few",
            says=f"at most {DEAD_CRITICAL:.0%} of a topic's records are dead letters",
        ),
    ),
)

_VOLUME = Batch(
    table="raw.events",
    keys=("topic", "events", "usual"),
    query="""
        with landings as (
          select topic, landed_at, count(*) as events
          from raw.events
          where batch_id <= $last
          group by all
        ),
        days as (
          select
            l.topic,
            cast(floor((epoch(b.landed_at) - epoch(l.landed_at)) / 86400) as integer) as days_ago,
            cast(sum(l.events) as bigint) as events
          from landings l
          join raw.batches b on b.batch_id = (select max(batch_id) from raw.batches where batch_id <= $last)
          group by all
        ),
        usual as (
          select topic, median(events) as usual, count(*) as days
          from days
          where days_ago > 0
          group by topic
        )
        select u.topic, coalesce(d.events, 0) as events, u.usual, round(coalesce(d.events, 0) / u.usual, 3) as ratio
        from usual u
        left join days d on d.topic = u.topic and d.days_ago = 0
        where u.days >= 7 and u.usual >= 20
    """,
    rules=(
        between(
            "ratio",
            VOLUME_LOW,
            VOLUME_HIGH,
            severity="warning",
            rule="volume_is_usual",
            says=f"a topic's last 24 hours have {VOLUME_LOW} to {VOLUME_HIGH} times its median day",
        ),
    ),
)

_TIMES = Batch(
    table="raw.events",
    keys=("type",),
    query="""
        select
          type,
          epoch(min(occurred_at)) as first_occurred,
          epoch(max(occurred_at)) as last_occurred,
          epoch(max(landed_at)) + 86400 as day_after_landing,
          avg(case when epoch(landed_at) - epoch(occurred_at) > 45 * 86400 then 1 else 0 end) as late_share
        from raw.events
        where batch_id <= $last
        group by type
    """,
    rules=(
        between(
            "first_occurred",
            946684800,
            None,
            rule="times_are_after_2000",
            says="no event occurred before the year 2000",
        ),
        at_least(
            "day_after_landing",
            "last_occurred",
            rule="times_are_not_in_the_future",
            says="no event occurred more than a day after it landed",
        ),
        between(
            "late_share",
            0,
            0.5,
            severity="warning",
            rule="events_are_recent",
            says="at most half of a type's events landed more than 45 days after they occurred",
        ),
    ),
)

LANDED = Suite("landed", "What has landed", (_BATCHES, _FRESHNESS, _TOPICS, _VOLUME, _TIMES))
