"""What every indicator is computed from: a period, a rule set and the processed tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tthc_analysis.config import Config, find_root, load_config
from tthc_analysis.periods import Period, previous_period, same_period_last_year
from tthc_analysis.rules import CountingRules, load_counting_rules
from tthc_analysis.rules.bodies import Body, load_body
from tthc_analysis.rules.laws import Laws, laws, project_laws
from tthc_analysis.store import Store, united
from tthc_analysis.store.sql import SqlName

if TYPE_CHECKING:
    from tthc_analysis.workdays import Calendar


@dataclass(frozen=True)
class OpenReport:
    """A period under a rule set over one store; `at()` gives the same for another period.

    `laws` resolves the legal texts that indicators cite ("{ND-63-2010}") for the last day of the period; `root` is the project, whose own calendar counts;
    `body` is the kind of body that reports, `left_out` are the numbers of sections that its report does not have.
    """

    period: Period
    rules: CountingRules
    store: Store
    custom_periods: Mapping[str, Period] = field(default_factory=dict)
    laws: Laws = field(default_factory=laws)
    root: Path | None = None
    body: Body = field(default_factory=load_body)
    left_out: frozenset[str] = frozenset()

    def said(self, text: str) -> str:
        """A label with the words of the reporting body."""
        return self.body.said(text)

    @property
    def is_united(self) -> bool:
        """Whether the data are those of many agencies, united (`preparation.unite`)."""
        return united.MEMBERS in self.store.index

    def at(self, period: Period) -> OpenReport:
        """The same data and rules for another period."""
        return replace(self, period=period)

    @cached_property
    def calendar(self) -> Calendar:
        """The working days: the shipped calendar with the project's own years and days."""
        from tthc_analysis.workdays import load_calendar, project_calendar  # pandas: not where nothing is counted

        return project_calendar(self.root) if self.root else load_calendar()

    @property
    def previous(self) -> OpenReport:
        """The period before this one."""
        return self.at(previous_period(self.period, self.custom_periods))

    @property
    def last_year(self) -> OpenReport:
        """The same period one year before."""
        return self.at(same_period_last_year(self.period, self.custom_periods))


def open_report(period: str | int, rule_set: str = "", data: str = "") -> OpenReport:
    """Open processed data for a period: what the first code cell of every notebook does.

    `data` is the processed folder relative to the project's root (default: the one of `config.toml`).
    A year may come as a number, as papermill hands it over.
    Raises UnknownPeriod, UnknownRule, ConfigError, NotPrepared.
    """
    config = load_config(find_root())
    agency = Path(data).name
    own = config.for_agency(agency) if agency in {a.id for a in config.agencies} else config
    return open_report_in(own, str(period), rule_set, data)


def open_report_in(
    config: Config, period: str, rule_set: str = "", data: str = "", counted_by: SqlName | None = None
) -> OpenReport:
    """The same for a given configuration; `counted_by` counts the dossiers (default: see Store)."""
    rules = load_counting_rules(rule_set or config.rule_set)
    name = data or config.processed_name
    far = f"{config.data.spark.rstrip('/')}/{Path(name).name}" if config.data.spark else ""
    store = Store(config.root / name, far, counted_by)
    laws, body = project_laws(config.root), config.agency.body
    left_out = frozenset({*config.without, *body.without})
    return OpenReport(config.period(period), rules, store, config.custom_periods, laws, config.root, body, left_out)
