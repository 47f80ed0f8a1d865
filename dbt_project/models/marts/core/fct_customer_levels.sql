with statements as (
  select * from {{ ref('int_level_statements') }} where customer_id <> 'unknown'
),

stays as (
  select * from {{ ref('int_key_stays') }} where customer_id <> 'unknown'
),

changes as (
  select customer_id, store_id, set_at as changed_at, rank, told_at, record_key, level, set_by, suggested_level, 0 as step
  from statements
  union all
  select customer_id, store_id, flagged_at, 3, null, record_key, null, null, null, 1 from stays
  union all
  select customer_id, store_id, lifted_at, 3, null, record_key, null, null, null, -1
  from stays
  where lifted_at < {{ forever() }}
),

numbered as (
  select
    *,
    count(level) over in_order as statement_no,
    sum(step) over in_order > 0 as is_key_customer,
    row_number() over (
      partition by customer_id, store_id, changed_at order by rank desc, told_at desc, record_key desc, step
    ) as from_last
  from changes
  window in_order as (
    partition by customer_id, store_id order by changed_at, rank, told_at, record_key, step desc
    rows between unbounded preceding and current row
  )
),

told as (
  select
    customer_id,
    store_id,
    changed_at,
    is_key_customer,
    from_last,
    coalesce(max(level) over of_statement, 'N') as level,
    coalesce(max(set_by) over of_statement, 'system') as set_by,
    max(suggested_level) over of_statement as suggested_level
  from numbered
  window of_statement as (partition by customer_id, store_id, statement_no)
),

compared as (
  select
    *,
    lag(level) over in_order as level_before,
    lag(is_key_customer) over in_order as was_key_customer
  from told
  where from_last = 1
  window in_order as (partition by customer_id, store_id order by changed_at)
),

periods as (
  select
    *,
    lead(changed_at) over (partition by customer_id, store_id order by changed_at) as next_at
  from compared
  where level_before is null or level_before <> level or was_key_customer <> is_key_customer
)

select
  customer_id,
  store_id,
  level,
  suggested_level,
  set_by,
  is_key_customer,
  {{ local_day('changed_at') }} as valid_from,
  {{ local_day('next_at') }} as valid_to,
  changed_at as valid_from_at,
  next_at as valid_to_at
from periods
