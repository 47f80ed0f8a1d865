{# The events of one record type that have landed and may be known, in every version of its contract; `data` is a struct
   of its declared fields, their tokens under the latest secret. In an incremental model only those of batches it has not
   read. `source_name` is the event type without its version: raw_events('autohome.lead'). #}
{% macro raw_events(source_name) %}
{%- set shape = payload_shape(source_name) %}
{%- set tokens = token_paths(shape) %}
select
  sent.event_id,
  sent.source,
  split_part(sent.source, '/', 3) as account,
  sent.batch_id,
  sent.topic,
  sent.topic_partition,
  sent.topic_offset,
  sent.occurred_at,
  sent.landed_at,
  try_cast({{ json_text('sent.extensions', 'pulledat') }} as {{ t('instant') }}) as pulled_at,
  cast(substr(sent.type, {{ source_name | length + 3 }}) as {{ t('int') }}) as type_version,
  {{ resolved(shape, tokens) if tokens else 'sent.data' }} as data
from (
  select
    e.event_id,
    e.source,
    e.type,
    e.batch_id,
    e.topic,
    e.occurred_at,
    e.landed_at,
    e.extensions,
    e.partition as topic_partition,
    e.offset as topic_offset,
    {{ payload('e.data', shape) }} as data
  from {{ source('raw', 'events') }} e
  where e.type like '{{ source_name }}.v%'
    and e.batch_id <= {{ known_batch() }}
    {% if is_incremental() %}
    and e.batch_id > (select coalesce(max(seen.batch_id), -1) from {{ this }} seen)
    {% endif %}
) sent
{%- for path in tokens %}
left join {{ ref('stg_uplog__alias') }} alias_{{ loop.index }} on alias_{{ loop.index }}.token = sent.data.{{ path }}
{%- endfor %}
{% endmacro %}

{# The dotted paths of a shape's tokens. #}
{% macro token_paths(shape, inside='') %}
  {%- set found = [] %}
  {%- for name, of in shape.items() %}
    {%- if of is mapping %}
      {%- do found.extend(token_paths(of, inside ~ name ~ '.')) %}
    {%- elif of == 'token' %}
      {%- do found.append(inside ~ name) %}
    {%- endif %}
  {%- endfor %}
  {{- return(found) }}
{% endmacro %}

{# The payload with every token as its alias has it, where it has one. #}
{% macro resolved(shape, tokens, inside='') -%}
  {%- set values = {} %}
  {%- for name, of in shape.items() %}
    {%- set path = inside ~ name %}
    {%- if of is mapping %}
      {%- do values.update({name: resolved(of, tokens, path ~ '.')}) %}
    {%- elif of == 'token' %}
      {%- do values.update({name: 'coalesce(alias_%d.canonical_token, sent.data.%s)' % (tokens.index(path) + 1, path)}) %}
    {%- else %}
      {%- do values.update({name: 'sent.data.' ~ path}) %}
    {%- endif %}
  {%- endfor %}
  {{- struct_of(values) }}
{%- endmacro %}
