-- What a batch says it received is what became of its messages.
select
  (select coalesce(sum(received), 0) from {{ ref('stg_log__batches') }}) as received_by_batches,
  (select coalesce(sum(received), 0) from {{ ref('mart_data_quality') }}) as received_by_topics
where (select coalesce(sum(received), 0) from {{ ref('stg_log__batches') }})
  <> (select coalesce(sum(received), 0) from {{ ref('mart_data_quality') }})
