select platform, platform_name_zh, channel_type, audience_basis
from {{ ref('platforms') }}
