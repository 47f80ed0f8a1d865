"""WeChat steps 微信运动 (`wx.getWeRunData`): day and steps, over a window of 31 days."""

from __future__ import annotations

from ingestion.answers import Wrapper
from ingestion.contract import Account, At, Record, Source


class Steps(Record):
    """One day's steps so far; `timestamp` is the day's start in epoch seconds.

    The answer names nobody: `openid` is whose it is, given as the import's account. The same day comes again with
    a higher count until it is over.
    """

    openid: Account
    timestamp: int
    step: int


SOURCES = (
    Source(
        name="werun.steps",
        topic="checkins",
        contracts={1: Steps},
        key=("openid", "timestamp"),
        account="openid",
        occurred_at=At("s", ("timestamp",)),
        records=Wrapper("werun", marker="stepInfoList", items="stepInfoList", error="errcode"),
        vendor_page="developers.weixin.qq.com/miniprogram/dev/api/open-api/werun/wx.getWeRunData.html",
        fact="fct_steps",
        example="werun.steps.json",
        example_account="o-werun-E001",
    ),
)
