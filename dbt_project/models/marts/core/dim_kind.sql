select domain, code, name_zh, name_en, minutes_estimate, valid_from
from {{ ref('kinds') }}
