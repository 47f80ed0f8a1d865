-- What a replay needs to judge a refused record as it was judged, and a build to know which batch has mended it.
alter table raw.dead_letters add column kafka_at timestamptz;
alter table raw.dead_letters add column resolved_batch_id bigint;
comment on column raw.dead_letters.kafka_at is 'When the broker got it; null before this step, or where Kafka had no time';
comment on column raw.dead_letters.resolved_at is 'When a replay made it an event or a duplicate at these coordinates; the landed_at of that batch';
comment on column raw.dead_letters.resolved_batch_id is 'The batch of that replay';
comment on table raw.batches is 'One row per transaction: received = events + duplicates + dead; a replay receives 0, its dead are negative';
