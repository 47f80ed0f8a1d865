"""When things run: jobs, schedules in Asia/Shanghai, sensors for lag, dropped files and failed runs."""

import hashlib
import os
import time

from dagster import (
    AssetSelection,
    DagsterEvent,
    DefaultScheduleStatus,
    DefaultSensorStatus,
    OpExecutionContext,
    RunFailureSensorContext,
    RunRequest,
    RunsFilter,
    ScheduleDefinition,
    SensorEvaluationContext,
    SkipReason,
    define_asset_job,
    in_process_executor,
    job,
    op,
    run_failure_sensor,
    sensor,
)

from ingestion.errors import UplogError
from ingestion.settings import settings
from orchestration.assets import LOG_POOL, equals_rebuild

TIMEZONE = "Asia/Shanghai"
AGAIN_SECONDS = 600
"""How long after a run has ended another one is asked for, if what it was for still waits."""
_ASKED_FOR = "uplog/asked_for"

_PROOF = AssetSelection.checks(equals_rebuild)

whole_way = define_asset_job(
    "whole_way",
    selection=AssetSelection.all() - AssetSelection.groups("kafka") - _PROOF,
    executor_def=in_process_executor,
    description="Land, build, judge, publish, report.",
)
verify = define_asset_job(
    "verify",
    selection=_PROOF,
    executor_def=in_process_executor,
    description="Rebuild from the log and compare; fails nothing that is published.",
)
land = define_asset_job(
    "land",
    selection=AssetSelection.groups("log"),
    executor_def=in_process_executor,
    description="Kafka to the log.",
)


@op(pool=LOG_POOL)
def take_inbox(context: OpExecutionContext) -> None:
    """Import every file waiting in the drop folders. A file may be named after a customer: no name is logged."""
    from ingestion import inbox

    for one in inbox.take(settings()):
        where = one.moved_to.parent.name
        why = f" ({one.error.replace(one.file, 'the file')})" if one.error else ""
        context.log.info(f"{one.source}: {one.sent} sent, {one.rejected} refused{why}; file and report: {where}/")


@job(executor_def=in_process_executor, description="Files from the drop folders into Kafka.")
def import_inbox() -> None:
    take_inbox()


nightly = ScheduleDefinition(
    name="nightly",
    job=whole_way,
    cron_schedule="30 2 * * *",
    execution_timezone=TIMEZONE,
    default_status=DefaultScheduleStatus.RUNNING,
    description="Every night; on Mondays the report of the week that is over is new, on the first that of the month.",
)
nightly_proof = ScheduleDefinition(
    name="nightly_proof",
    job=verify,
    cron_schedule="30 3 * * *",
    execution_timezone=TIMEZONE,
    default_status=DefaultScheduleStatus.RUNNING,
    description="Every night, an hour after the build: is the warehouse what the log gives?",
)
weekly_rebuild = ScheduleDefinition(
    name="weekly_rebuild",
    job=whole_way,
    cron_schedule="0 4 * * 1",
    execution_timezone=TIMEZONE,
    default_status=DefaultScheduleStatus.RUNNING,
    tags={"uplog/full": "true"},
    description="Mondays: the warehouse anew from the log.",
)


def _ask(context: SensorEvaluationContext, waits: str) -> RunRequest | SkipReason:
    """A run for what `waits`, unless one is under way or has just ended.

    Dagster makes one run of a key, whatever becomes of it: what a failed one left would wait until more comes.
    """
    key = hashlib.blake2b(os.fsencode(waits), digest_size=16).hexdigest()
    records = context.instance.get_run_records(RunsFilter(tags={_ASKED_FOR: key}))
    for one in records:
        said = one.dagster_run.status.value.lower()
        if not one.dagster_run.is_finished or time.time() - one.update_timestamp.timestamp() < AGAIN_SECONDS:
            return SkipReason(f"asked for already: {said}")
    return RunRequest(run_key=f"{key}-{len(records)}", tags={_ASKED_FOR: key})


@sensor(job=land, minimum_interval_seconds=60, default_status=DefaultSensorStatus.RUNNING)
def lag(context: SensorEvaluationContext) -> RunRequest | SkipReason:
    """Lands when Kafka holds what the log has not."""
    from orchestration.status import ends_and_lag

    try:
        ends, behind = ends_and_lag(settings())
    except UplogError as fault:
        return SkipReason(str(fault))
    return _ask(context, f"lag:{ends}") if behind else SkipReason("the log is up to the present")


@sensor(job=import_inbox, minimum_interval_seconds=30, default_status=DefaultSensorStatus.RUNNING)
def dropped_files(context: SensorEvaluationContext) -> RunRequest | SkipReason:
    """Imports what lies in `$UPLOG_HOME/inbox/<source>/`."""
    from ingestion import inbox

    found = inbox.waiting(settings())
    names = ";".join(f"{one.source}/{one.path.name}@{one.changed_ns}" for one in found)
    return _ask(context, names) if found else SkipReason("nothing waits in the inbox")


_PROOF_FAILED = (
    "the warehouse is not what the log gives: the check's metadata names the rows; `uplog build --full` and publish, "
    "keep a copy of both files and report what differed"
)
_GATE_FAILED = (
    "read the gate's page in published/judged, mend the data or the rule, build and publish again; "
    "readers still see the last good build"
)
_CHECK_FAILED = "DagsterAssetCheckFailedError"
_ADVICE = {
    "GateFailed": _GATE_FAILED,
    _CHECK_FAILED: _GATE_FAILED,
    "InUse": "another process holds the file; it is named with its pid; the next run tries again",
    "Damaged": "run `uplog doctor`; the log can be consumed again from Kafka",
    "BrokerUnavailable": "check the cluster at UPLOG_KAFKA_BOOTSTRAP; landing resumes where it stopped",
}


def advice(error_class: str | None) -> str:
    """What to do about a run that failed with this class of error."""
    return _ADVICE.get(error_class or "", "open the run's log; `uplog status` and `uplog doctor` say what is wrong")


@run_failure_sensor(default_status=DefaultSensorStatus.RUNNING)
def failed_run(context: RunFailureSensorContext) -> None:
    """Says in the daemon's log what to do about a failed run, also one that failed before its first step."""
    job = context.dagster_run.job_name
    for class_name in [_error_class(event) for event in context.get_step_failure_events()] or [None]:
        is_proof = job == verify.name and class_name == _CHECK_FAILED
        context.log.error(f"{job}: {_PROOF_FAILED if is_proof else advice(class_name)}")


def _error_class(event: DagsterEvent) -> str | None:
    error = event.step_failure_data.error
    cause = (error.cause or error) if error else None
    return cause.cls_name if cause else None
