{# The records the three lead portals export alike (ingestion/portals.py), typed; `portal` is the source's vendor. #}
{% macro staged_portal_call(portal) %}
with events as (
  {{ raw_events(portal ~ '.call') }}
),

typed as (
  select *, data.call_id as call_id
  from events
)

select
  call_id,
  data.dealer_id as dealer_id,
  {{ phone_columns('line') }},
  {{ phone_columns('caller') }},
  {{ local_text_to_utc('data.called_at') }} as called_at,
  {{ local_text_to_utc('data.answered_at') }} as answered_at,
  {{ local_text_to_utc('data.ended_at') }} as ended_at,
  {{ staged("account || ':' || call_id") }}
from typed
{% endmacro %}

{% macro staged_portal_score(portal) %}
with events as (
  {{ raw_events(portal ~ '.score') }}
),

typed as (
  select *, {{ day_of_text('data.day') }} as date_day
  from events
)

select
  data.dealer_id as dealer_id,
  try_cast(data.response_score as {{ t('double') }}) as response_score,
  try_cast(data.score_max as {{ t('double') }}) as score_max,
  try_cast(data.response_rank as {{ t('int') }}) as response_rank,
  try_cast(data.rank_of as {{ t('int') }}) as rank_of,
  try_cast(data.leads as {{ t('int') }}) as leads,
  try_cast(data.calls as {{ t('int') }}) as calls,
  try_cast(data.answered_calls as {{ t('int') }}) as answered_calls,
  date_day,
  {{ staged("account || ':' || " ~ key_of_day('date_day', 'data.day')) }}
from typed
{% endmacro %}

{% macro staged_portal_article(portal) %}
with events as (
  {{ raw_events(portal ~ '.article') }}
),

typed as (
  select
    *,
    data.article_id as article_id,
    {{ day_of_text('data.day') }} as date_day
  from events
)

select
  article_id,
  data.dealer_id as dealer_id,
  try_cast(data.views as {{ t('int') }}) as views,
  try_cast(data.new_followers as {{ t('int') }}) as new_followers,
  {{ local_text_to_utc('data.published_at') }} as published_at,
  date_day,
  {{ staged("account || ':' || article_id || ':' || " ~ key_of_day('date_day', 'data.day')) }}
from typed
{% endmacro %}

{# Leads, of the portals that export them alike; `tells_storing`: with the time the portal stored them. #}
{% macro staged_portal_lead(portal, tells_storing=false) %}
with events as (
  {{ raw_events(portal ~ '.lead') }}
),

typed as (
  select
    *,
    data.lead_id as lead_id,
    {{ local_text_to_utc('data.updated_at') }} as updated_at
  from events
)

select
  lead_id,
  data.dealer_id as dealer_id,
  {{ given('data.series_id') }} as series_id,
  {{ given('data.live_room_id') }} as live_room_id,
  data.series_name as series_name,
  data.lead_type as lead_type,
  data.city as city,
  data.status as status,
  data.invalid_reason as invalid_reason,
  {{ phone_columns('customer_phone') }},
  {{ name_columns('customer_name') }},
  {{ local_text_to_utc('data.submitted_at') }} as submitted_at,
  {%- if tells_storing %}
  {{ local_text_to_utc('data.stored_at') }} as stored_at,
  {%- endif %}
  {{ local_text_to_utc('data.dispatched_at') }} as dispatched_at,
  updated_at,
  {{ staged("account || ':' || lead_id", 'updated_at') }}
from typed
{% endmacro %}
