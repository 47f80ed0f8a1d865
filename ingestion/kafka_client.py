"""How uplog reaches Kafka: the configured cluster, else the embedded broker of this home.

A broker that is away is said within seconds, not after a client's half minute of retries.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from ingestion import broker
from ingestion.errors import BrokerUnavailable, PassingFault, UplogError
from ingestion.settings import Settings

if TYPE_CHECKING:
    from kafka import KafkaConsumer, TopicPartition

BATCH_BYTES = 256 << 10
"""Of the records of one batch that is sent, before compression; a larger event has a batch of its own."""
_CONNECT_SECONDS = 2.0
_BOOTSTRAP_MS = 5_000
_ASKED = 10
"""How often a broker is asked where its partitions begin and end before that is a fault."""


def is_embedded(settings: Settings) -> bool:
    """Whether the development broker is meant: no cluster is configured."""
    return settings.kafka_bootstrap is None


def bootstrap(settings: Settings) -> str:
    """`host:port,…` of the configured cluster, else of the running embedded broker.

    Raises:
        BrokerUnavailable: neither is there.
    """
    if settings.kafka_bootstrap is not None:
        return settings.kafka_bootstrap
    address = broker.running(settings.home)
    if address is None:
        raise BrokerUnavailable(f"{settings.home}/broker.json (embedded, not started)")
    return address.bootstrap


def client_config(settings: Settings) -> dict[str, Any]:
    """What every kafka-python client gets: bootstrap servers and security, as configured.

    Raises:
        BrokerUnavailable: nothing listens at any of the addresses.
    """
    servers = [server.strip() for server in bootstrap(settings).split(",") if server.strip()]
    if not any(_listens(server) for server in servers):
        raise BrokerUnavailable(", ".join(servers) or "(UPLOG_KAFKA_BOOTSTRAP is blank)")
    config: dict[str, Any] = {
        "bootstrap_servers": servers,
        "security_protocol": settings.kafka_security_protocol,
        "bootstrap_timeout_ms": _BOOTSTRAP_MS,
        "client_id": "uplog",
    }
    password = settings.kafka_sasl_password
    optional = {
        "sasl_mechanism": settings.kafka_sasl_mechanism,
        "sasl_plain_username": settings.kafka_sasl_username,
        "sasl_plain_password": password.get_secret_value() if password else None,
        "ssl_cafile": settings.kafka_ssl_cafile,
        "ssl_certfile": settings.kafka_ssl_certfile,
        "ssl_keyfile": settings.kafka_ssl_keyfile,
    }
    return config | {name: str(value) for name, value in optional.items() if value is not None}


def consumer(settings: Settings, **overrides: Any) -> KafkaConsumer:
    """A consumer without a group: `assign` it, offsets are kept elsewhere.

    Raises:
        BrokerUnavailable: no broker answers.
    """
    from kafka import KafkaConsumer

    config = client_config(settings) | {
        "group_id": None,
        "enable_auto_commit": False,
        "auto_offset_reset": "none",
        "allow_auto_create_topics": False,
        "metrics_enabled": False,
    }
    with answering(config["bootstrap_servers"]):
        return KafkaConsumer(**(config | overrides))


@contextmanager
def admin(settings: Settings) -> Iterator[Any]:
    """A kafka-python admin client, closed at the end.

    Raises:
        BrokerUnavailable: no broker answers, or it stopped answering meanwhile.
    """
    from kafka.admin import KafkaAdminClient

    config = client_config(settings)
    with answering(config["bootstrap_servers"]):
        client = KafkaAdminClient(**config)
        try:
            yield client
        finally:
            with suppress(Exception):  # a broker that is gone is not news any more
                client.close()


@contextmanager
def answering(servers: Collection[str]) -> Iterator[None]:
    """Turn what kafka-python raises when nobody answers, refuses us, or knows no offset, into one line."""
    from kafka import TopicPartition
    from kafka.errors import KafkaConnectionError, KafkaTimeoutError, SaslAuthenticationFailedError

    try:
        yield
    except SaslAuthenticationFailedError:
        raise UplogError("the cluster refuses the account", "check UPLOG_KAFKA_SASL_USERNAME and _PASSWORD") from None
    except (KafkaTimeoutError, KafkaConnectionError):
        raise BrokerUnavailable(", ".join(servers)) from None
    except KeyError as wrong:
        (partition,) = wrong.args or (None,)
        if not isinstance(partition, TopicPartition):
            raise
        where = f"partition {partition.partition} of {partition.topic}"
        raise PassingFault(f"the broker does not say where {where} begins or ends", "try again") from None


def told(
    ask: Callable[[list[TopicPartition]], dict[TopicPartition, int]], partitions: Collection[TopicPartition]
) -> dict[TopicPartition, int]:
    """What `ask`, a consumer's `beginning_offsets` or `end_offsets`, says of each partition.

    kafka-python leaves out a partition whose leader it does not know yet, and asks for that: so it is asked again.

    Raises:
        KeyError: it does not say of one of them (`answering` names it).
    """
    from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_fixed

    asking = Retrying(
        retry=retry_if_exception_type(KeyError), stop=stop_after_attempt(_ASKED), wait=wait_fixed(0.2), reraise=True
    )
    return asking(ask, list(partitions))


def end_offsets(consumer: KafkaConsumer, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
    """The offset after the last record of each partition, true on the embedded broker as well.

    That broker answers an end-offset request with the last batch's base offset + 1, but reports the right
    high watermark beside fetched records: so the last known record is fetched and the watermark read.
    Apache Kafka passes through the same code. The consumer's assignment and positions are put back.

    Raises:
        BrokerUnavailable: the broker stopped answering.
    """
    assigned = {partition: consumer.position(partition) for partition in consumer.assignment()}
    with answering(consumer.config["bootstrap_servers"]):
        firsts = told(consumer.beginning_offsets, partitions)
        ends = told(consumer.end_offsets, partitions)
        unread = {partition for partition in partitions if ends[partition] > firsts[partition]}
        try:
            consumer.unsubscribe()  # forgets watermarks of earlier fetches
            consumer.assign(sorted(unread))
            for partition in unread:
                consumer.seek(partition, ends[partition] - 1)
            _read_watermarks(consumer, unread, ends)
        finally:
            consumer.unsubscribe()
            if assigned:
                consumer.assign(sorted(assigned))
                for partition, position in assigned.items():
                    consumer.seek(partition, position)
    return ends


def _read_watermarks(consumer: KafkaConsumer, unread: set[TopicPartition], ends: dict[TopicPartition, int]) -> None:
    silent_polls = 0
    while unread:
        fetched = consumer.poll(timeout_ms=500)
        known = {partition: consumer.highwater(partition) for partition in unread}
        for partition, watermark in known.items():
            if watermark is not None:
                ends[partition] = watermark
                unread = unread - {partition}
        silent_polls = 0 if fetched else silent_polls + 1
        if silent_polls > 20:
            raise BrokerUnavailable(", ".join(consumer.config["bootstrap_servers"]))


def _listens(server: str) -> bool:
    host, _, port = server.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=_CONNECT_SECONDS):
            return True
    except (OSError, ValueError, OverflowError):
        return False
