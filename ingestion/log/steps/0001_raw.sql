-- Every offset below next_offset stands in exactly one of events, duplicates, dead_letters or gaps.
create table raw.events (
  topic varchar not null,
  generation integer not null,
  partition integer not null,
  "offset" bigint not null,
  batch_id bigint not null,
  event_id varchar not null,
  source varchar not null,
  type varchar not null,
  subject varchar,
  occurred_at timestamptz not null,
  kafka_at timestamptz,
  landed_at timestamptz not null,
  extensions json,
  data json using compression zstd,
  content_hash ubigint
);
create table raw.duplicates (
  topic varchar not null,
  generation integer not null,
  partition integer not null,
  "offset" bigint not null,
  batch_id bigint not null,
  source varchar not null,
  event_id varchar not null,
  pulled_at timestamptz
);
create table raw.dead_letters (
  topic varchar not null,
  generation integer not null,
  partition integer not null,
  "offset" bigint not null,
  batch_id bigint not null,
  landed_at timestamptz not null,
  reason varchar not null,
  detail varchar not null,
  value blob,
  resolved_at timestamptz
);
create table raw.gaps (
  topic varchar not null,
  generation integer not null,
  partition integer not null,
  from_offset bigint not null,
  to_offset bigint not null,
  batch_id bigint not null,
  cause varchar not null
);
create table raw.offsets (
  topic varchar not null,
  generation integer not null,
  partition integer not null,
  next_offset bigint not null,
  primary key (topic, generation, partition)
);
create table raw.generations (
  topic varchar not null,
  generation integer not null,
  cluster_id varchar not null,
  topic_id varchar not null,
  first_seen_at timestamptz not null,
  primary key (topic, generation)
);
create table raw.batches (
  batch_id bigint primary key,
  landed_at timestamptz not null,
  received bigint not null,
  events bigint not null,
  duplicates bigint not null,
  dead bigint not null
);
comment on table raw.events is 'One row per accepted event, once per (source, event_id); personal values are tokens';
comment on column raw.events.content_hash is 'Keyed 64-bit hash of the bytes of data as sent; null once the person was erased';
comment on table raw.duplicates is 'The same (source, id) with the same data again: where it stood and when it was pulled';
comment on table raw.dead_letters is 'What was refused, with its reason and the sealed bytes';
comment on table raw.gaps is 'Offsets from from_offset to before to_offset that Kafka no longer had or never filled';
comment on table raw.offsets is 'Where landing goes on; the truth, unlike the offsets committed to Kafka';
comment on table raw.generations is 'Each creation of a topic: offsets of another generation are other coordinates';
comment on table raw.batches is 'One row per transaction: received = events + duplicates + dead';
