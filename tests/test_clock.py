"""A day is that of Việt Nam, whatever the machine's own clock shows."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest

from tthc_analysis import clock


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2025, 12, 31, 16, 59, tzinfo=UTC), date(2025, 12, 31)),
        (datetime(2025, 12, 31, 17, 0, tzinfo=UTC), date(2026, 1, 1)),
    ],
)
def test_the_day_begins_at_midnight_in_vietnam(moment, day, monkeypatch):
    class Clock:
        @staticmethod
        def now(zone):
            return moment.astimezone(zone)

    monkeypatch.setattr(clock, "datetime", Clock)
    assert clock.today() == day


def test_the_zone_of_the_machine_changes_nothing():
    days = {
        subprocess.run(
            [sys.executable, "-c", "from tthc_analysis.clock import today; print(today())"],
            env={**os.environ, "TZ": zone}, check=True, capture_output=True, text=True,
        ).stdout
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago")  # never the same day
    }  # fmt: skip
    assert len(days) == 1
