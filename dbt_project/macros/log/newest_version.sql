{# The newest version of each record of a staging model: by the vendor's clock where there is one, else by the
   last time it was pulled (also as a duplicate), never by arrival; ties by landing order. #}
{% macro newest_version(relation, key='record_key') %}
select *
from (
  select
    s.*,
    case
      when s.has_vendor_clock or a.pulled_at is null or a.pulled_at < s.version_at then s.version_at
      else a.pulled_at
    end as newest_at
  from {{ relation }} s
  left join {{ ref('int_seen_again') }} a on a.source = s.event_source and a.event_id = s.event_id
) versions
qualify row_number() over (
  partition by {{ key }}
  order by newest_at desc, batch_id desc, topic desc, topic_partition desc, topic_offset desc
) = 1
{% endmacro %}
