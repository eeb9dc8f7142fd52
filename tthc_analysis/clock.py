"""The clocks of Việt Nam (Asia/Ho_Chi_Minh, without summer time): days are theirs, wherever a machine stands."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

#: minutes by which they are ahead of UTC
AHEAD = 420
VIETNAM = timezone(timedelta(minutes=AHEAD))


def today() -> date:
    """The day that it is in Việt Nam."""
    return datetime.now(VIETNAM).date()
