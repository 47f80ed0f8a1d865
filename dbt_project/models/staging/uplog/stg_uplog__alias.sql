{{ config(materialized='table') }}

with events as (
  {{ raw_events('uplog.alias') }}
),

items as (
  select
    cast(data.version as {{ t('int') }}) as version,
    {{ json_items('data.aliases') }} as item
  from events
),

aliases as (
  select
    version,
    {{ json_text('item', 'old') }} as token,
    {{ json_text('item', 'new') }} as new_token
  from items
)

select
  token,
  max_by(new_token, version) as canonical_token
from aliases
group by token
