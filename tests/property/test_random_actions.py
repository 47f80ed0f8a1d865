"""Any actions in any order, kills among them, leave what a plain account says (tests/random_actions.py)."""

from __future__ import annotations

import os
from collections import Counter

import hypothesis
import pytest
from hypothesis import HealthCheck
from hypothesis.stateful import run_state_machine_as_test

from tests.random_actions import EVERY, ON_THE_LOG, Actions, ActionsOnTheLog
from tests.visit_model import BROKEN, sent


def _run(machine: type[Actions], seed: int, examples: int, steps: int) -> Counter[str]:
    """How often each action was carried out."""
    machine.did.clear()
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        hypothesis.seed(seed)(machine),
        settings=hypothesis.settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"seed {seed}: {examples} examples of {steps} steps: {dict(machine.did)}")
    return machine.did


@pytest.mark.slow_start
def test_actions_in_any_order_leave_what_the_account_says() -> None:
    _run(ActionsOnTheLog, 20261124, 6, 16)


@pytest.mark.slow_start
def test_each_action_in_one_order_leaves_what_the_account_says() -> None:
    """Every action at least once, whatever hypothesis draws elsewhere."""
    machine = Actions()
    machine.did.clear()
    old, new = [sent(0), sent(1), sent(0), sent(1, other=True), BROKEN], [sent(1, 1), sent(2), sent(3)]
    others, after = [sent(4), sent(5, 1)], [sent(6)]
    try:
        machine.start()
        for act in (
            lambda: machine.give(old),
            lambda: machine.land(knows=True, killed=("land.after_commit", 1)),
            lambda: machine.land(knows=True, killed=None),
            machine.archive,
            machine.build,
            machine.publish,
            lambda: machine.give(new),
            lambda: machine.land(knows=False, killed=None),
            lambda: machine.replay(knows=False, dry_first=True, killed=None),
            lambda: machine.replay(knows=True, dry_first=True, killed=("replay.before_commit", 1)),
            lambda: machine.replay(knows=True, dry_first=True, killed=None),
            machine.build,
            machine.publish,
            machine.roll_back,
            machine.lose_the_log_and_restore,
            lambda: machine.land(knows=True, killed=None),
            # others under the numbers of the batches that were built, and more after them: no increment is safe
            lambda: machine.give(others),
            lambda: machine.land(knows=True, killed=None),
            lambda: machine.give(after),
            lambda: machine.land(knows=True, killed=None),
            machine.build,
        ):
            act()
            machine.log_says_what_the_account_says()
            machine.published_is_whole()
        newest = {"V0": "S1E0", "V1": "S2E1", "V2": "S3E0", "V3": "S1E0", "V4": "S2E0", "V5": "S3E1", "V6": "S1E0"}
        assert machine.built == newest
    finally:
        machine.teardown()
    assert {name for name, count in machine.did.items() if count} >= EVERY


@pytest.mark.long
@pytest.mark.slow_start
@pytest.mark.parametrize(
    ("machine", "examples", "steps", "each"),
    [
        pytest.param(ActionsOnTheLog, 60, 40, dict.fromkeys(ON_THE_LOG, 50), id="on the log"),
        pytest.param(Actions, 20, 40, dict.fromkeys(EVERY, 3), id="with a warehouse"),
    ],
)
def test_actions_in_any_order_at_length_leave_what_the_account_says(
    machine: type[Actions], examples: int, steps: int, each: dict[str, int]
) -> None:
    """TEST_SEED, else the process id, makes the seed; it is printed and repeats the run."""
    did = _run(machine, int(os.environ.get("TEST_SEED", os.getpid())), examples, steps)
    assert {name: did[name] for name, least in each.items() if did[name] < least} == {}
