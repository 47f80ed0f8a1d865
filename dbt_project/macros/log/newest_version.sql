{# The newest version of each record of a staging model: by the vendor's clock where there is one, else by the
   last time it was pulled (also as a duplicate), never by arrival; ties by landing order. Versions are sorted by what
   orders them, and not with all they hold, and found again by the pair that no other event has: a topic that was made again
   fills the same offsets with other records. #}
{% macro newest_version(relation, key='record_key') %}
select s.*, newest.newest_at
from {{ relation }} s
join (
  select *
  from (
    select
      v.{{ key }}, v.event_source, v.event_id, v.batch_id, v.topic, v.topic_partition, v.topic_offset,
      case when a.pulled_at > v.version_at then a.pulled_at else v.version_at end as newest_at
    from {{ relation }} v
    left join {{ ref('int_seen_again') }} a
      on a.source = v.event_source and a.event_id = case when v.has_vendor_clock then null else v.event_id end
  ) versions
  qualify row_number() over (
    partition by {{ key }}
    order by newest_at desc, batch_id desc, topic desc, topic_partition desc, topic_offset desc
  ) = 1
) newest
  on newest.event_id = s.event_id and newest.event_source = s.event_source
{% endmacro %}
