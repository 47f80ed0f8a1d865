"""The topics, a closed list: families of records, and `control` for tombstones and token aliases.

They are made before anything reads or writes: the embedded broker invents an unknown topic with partitions
of its own at a client's first request.
"""

from __future__ import annotations

from typing import Any

from ingestion import kafka_client
from ingestion.errors import UplogError
from ingestion.settings import Settings

CONTROL = "control"
TOPICS = (
    "checkins",
    "leads.autohome",
    "leads.dongchedi",
    "leads.yiche",
    "leads.other",
    "live",
    "content",
    "calls",
    "meetings",
    "training",
    "crm",
    "care",
    "notices",
    "hr",
    CONTROL,
)
MAX_EVENT_BYTES = 1_048_576
_MAX_MESSAGE_BYTES = 2 * MAX_EVENT_BYTES  # Kafka's default is too small for an event of 1 MiB with key and headers
_DAY_MS = 86_400_000


def ensure_topics(settings: Settings) -> tuple[str, ...]:
    """Make the topics that are missing, with the settings' partitions, replication and retention; those made.

    Topics that exist stay as they are.

    Raises:
        BrokerUnavailable: no broker answers.
        UplogError: the cluster refuses; names its error.
    """
    from kafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError, TopicAlreadyExistsError

    wanted: dict[str, Any] = {
        "num_partitions": settings.kafka_partitions,
        "replication_factor": 1 if kafka_client.is_embedded(settings) else settings.kafka_replication_factor,
        "configs": {
            "retention.ms": str(settings.kafka_retention_days * _DAY_MS),
            "max.message.bytes": str(_MAX_MESSAGE_BYTES),
        },
    }
    with kafka_client.admin(settings) as admin:
        present = set(admin.list_topics())
        missing = tuple(topic for topic in TOPICS if topic not in present)
        try:
            if missing:
                admin.create_topics(dict.fromkeys(missing, wanted), wait_for_metadata=True)
        except TopicAlreadyExistsError:  # another process was quicker
            return ensure_topics(settings)
        except (KafkaConnectionError, KafkaTimeoutError):
            raise
        except KafkaError as refused:
            raise UplogError(
                f"the cluster did not make topics: {type(refused).__name__}",
                "check the account's rights, or make the topics by hand",
            ) from None
    return missing


def topic_ids(settings: Settings) -> dict[str, tuple[str, str]]:
    """`(cluster id, topic id)` of each of our topics that exists: what tells a recreated topic from the old one.

    Raises:
        BrokerUnavailable: no broker answers.
    """
    with kafka_client.admin(settings) as admin:
        cluster = str(admin.describe_cluster()["cluster_id"])
        return {
            topic["name"]: (cluster, str(topic["topic_id"]))
            for topic in admin.describe_topics()
            if topic["name"] in TOPICS
        }
