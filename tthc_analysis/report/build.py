"""One report from processed data: run the sections that something changed for, have the files assembled, publish."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tthc_analysis.clock import today
from tthc_analysis.columns import DOSSIERS
from tthc_analysis.config import Config
from tthc_analysis.documents.content import ReportContent, Revision
from tthc_analysis.errors import (
    BadParameter,
    PeriodNotCovered,
    PublishError,
    SectionsFailed,
    TthcError,
    ValidationFailed,
)
from tthc_analysis.execution.cache import run_cached
from tthc_analysis.execution.helper import Helper
from tthc_analysis.execution.run import Engine, Outcome
from tthc_analysis.folders import scratch
from tthc_analysis.indicators import Indicator, OpenReport, open_report_in
from tthc_analysis.preparation.current import critical_findings, require_valid
from tthc_analysis.preparation.later import Later
from tthc_analysis.report import content, current, hands, jobs, manifest, publish
from tthc_analysis.report.draft import NOT_VALID, without_end
from tthc_analysis.report.published import PublishedReport
from tthc_analysis.sections import Section, sections_of, select
from tthc_analysis.store.sql import SqlName

NOTEBOOKS = "so-tay"
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """How to make a report: rule set ("" is the configuration's), drafts allowed, which sections, how many processes.

    `force` runs what has not changed too; `engine` "papermill" runs each notebook in a kernel of its own; `counted_by` is what
    counts dossiers; `compiled` is the day that the report bears (None: that of the report in place when it was made of the very
    same things, else today), `reason` why it takes the place of a former one, `revisions` the notes on its versions (None: made against the report in place). Raises BadParameter for Spark with kernels, which cannot be told of it.
    """

    rule_set: str = ""
    draft: bool = False
    only: tuple[str, ...] = ()
    workers: int = 0
    force: bool = False
    engine: Engine = "tthc"
    counted_by: SqlName = "duckdb"
    compiled: date | None = None
    reason: str = ""
    revisions: tuple[Revision, ...] | None = None

    def __post_init__(self) -> None:
        if self.engine == "papermill" and self.counted_by == "spark":
            raise BadParameter(
                "Chạy bằng papermill thì không đếm bằng Spark được: nhân Jupyter riêng không biết lựa chọn này.",
                "--engine, --sql",
                "Bỏ một trong hai tùy chọn.",
            )


@dataclass(frozen=True)
class Report:
    """A published report: its folder, its figures, the outcome of each section, and whether it bears a draft stamp.

    `trial` marks one of some sections, which is not published. `made` is false when nothing had changed and the report in place was left as it is; `partial` says why a new report tells of
    its period only in part, `draft_reason` why it is a draft.
    """

    folder: Path
    indicators: tuple[Indicator, ...]
    outcomes: tuple[Outcome, ...]
    draft: bool
    made: bool = True
    partial: str = ""
    draft_reason: str = ""
    trial: bool = False


def make_report(
    config: Config,
    period_id: str,
    options: Options,
    listen: Callable[[str, str, Outcome | None], None],
    tell: Tell,
    later: Later | None = None,
) -> Report:
    """Make and publish `reports/<period_id>` from processed data; a part of the sections is a trial, in the folder of trials.

    What is left for `later` of the data's preparation is done while the sections run, and before anything is made of them.
    Raises ValidationFailed (critical findings), PeriodNotCovered (no draft asked for in either case), SectionsFailed, PublishError, BadParameter.
    """
    publish.tidy_if_free(config.reports)
    opened = open_report_in(config, period_id, options.rule_set, counted_by=options.counted_by)
    period_id = opened.period.id
    state = opened.store.state()
    sections = select(sections_of(config, opened.period), options.only)
    values = jobs.parameters(opened, config.processed_name)
    planned = jobs.jobs(values, sections, config.root, config.reports, options.engine)
    validity = _Validity(opened, options, later or Later())
    if validity.pending and not options.force and current.may_be_current(config, planned):
        validity.finish()
    draft = validity.is_draft
    if not (options.force or options.only) and (known := current.outcomes_if_current(config, opened, planned, draft)):
        for outcome in known:
            listen(outcome.slug, "done", outcome)
        return _left_as_it_is(config.reports / period_id, known, draft)
    with validity.first():
        draft = (
            draft
            or _is_trial_of_an_uncovered_period(opened, options, config.raw)
            or _is_trial_without_ends(opened, options)
        )
    with (
        publish.reports_lock(config.reports),
        publish.staging(config.reports, period_id) as folder,
        ExitStack() as helping,
    ):
        started = datetime.now(UTC)
        helpers: list[Helper] = []

        def look() -> None:
            validity.look()
            hands.get_ready()  # the sections have begun
            if not (helpers or options.only):
                helpers.extend(helping.enter_context(closing(one)) for one in hands.helpers())

        outcomes = _run(config, opened, sections, folder, options, listen, validity, look)
        draft = draft or validity.is_draft
        _refuse_changed_data(opened, state)
        tell("Dựng trang, phụ lục và bảng số liệu")
        said = _assembled(
            config, opened, list(zip(sections, outcomes, strict=True)), folder, draft, values, options, helpers
        )
        manifest.write_json(folder / manifest.RUN_LOG, _log(started, outcomes))
        if options.only:
            target = publish.put_trial(folder, config.trials, period_id, f"{started:%Y%m%dT%H%M%S}")
        else:
            made_of = manifest.build(config, opened, said, values, folder)
            manifest.write_json(folder / manifest.MANIFEST, made_of)
            target = publish.publish(folder, config.reports, period_id, f"{started:%Y%m%dT%H%M%S}")
            from tthc_analysis.report import overview  # only here: when nothing changed, none of it is needed

            overview.write(config)
            current.remember(config, opened, planned, draft)
    return Report(
        target,
        said.figures,
        tuple(outcomes),
        draft,
        partial=said.about.partial,
        draft_reason=said.about.draft_reason,
        trial=bool(options.only),
    )


def _left_as_it_is(folder: Path, known: Sequence[Outcome], draft: bool) -> Report:
    """The report in place, which a run would only make again."""
    figures = tuple(current.indicators(folder))
    return Report(folder, figures, tuple(known), draft, made=False, draft_reason=NOT_VALID if draft else "")


def _assembled(
    config: Config,
    opened: OpenReport,
    ran: Sequence[tuple[Section, Outcome]],
    folder: Path,
    draft: bool,
    values: Mapping[str, Any],
    options: Options,
    helpers: Sequence[Helper],
) -> ReportContent:
    """What the report says, written to `folder` as all its files but log and manifest."""
    # only here: when nothing changed, none of it is needed
    from tthc_analysis.documents.word import template_of
    from tthc_analysis.report import assemble, revision

    said = _content(config, opened, ran, folder, draft, options.compiled or today())
    if options.only:
        said = _marked(said, [section for section, _ in ran])
    else:
        former = revision.report_in_place(config.reports / opened.period.id)
        said = _versioned(said, former, manifest.stated(config, opened, said, values), options)
    template = template_of(config.template, config.rolls_up)
    assemble.write(said, template, config.prose, folder, config.publish.least, config.document.annex_from, helpers)
    return said


class _Validity:
    """Whether the data are fit for a report: known from the start, or as soon as what is left `later` has been done."""

    def __init__(self, opened: OpenReport, options: Options, later: Later) -> None:
        self._opened, self._options, self._later = opened, options, later
        self.is_draft = False
        if not later.pending:
            self._judge()

    @property
    def pending(self) -> bool:
        """Whether it is not known yet."""
        return self._later.pending

    def _judge(self) -> None:
        """Raise ValidationFailed for data that are not valid, unless a draft was asked for."""
        if not self._options.draft:
            require_valid(self._opened.store)
        self.is_draft = self._options.draft and bool(critical_findings(self._opened.store))

    def look(self) -> None:
        """Judge the data if that can be done now."""
        if self._later.step():
            self._judge()

    def finish(self) -> None:
        """Judge the data, waiting for what that takes."""
        if self.pending:
            self._later.finish()
            self._judge()

    @contextmanager
    def first(self) -> Iterator[None]:
        """What else there is against the report is told only of data that are valid."""
        try:
            yield
        except TthcError:
            self.finish()
            raise


def _is_trial_without_ends(opened: OpenReport, options: Options) -> bool:
    """Whether a draft was asked for of dossiers that have ended nobody knows when; else ValidationFailed.

    A roll-up leaves an agency with such dossiers out of its total instead.
    """
    missing = 0 if opened.is_united else without_end(opened)
    if missing and not options.draft:
        read = " hoặc ".join(DOSSIERS.column(name).label.lower() for name in opened.rules.end_date)
        raise ValidationFailed(
            [
                f"{missing} hồ sơ đã xử lý xong không ghi {read}, là ngày mà {opened.rules.label.lower()} dùng: không biết "
                "đã xong trong kỳ nào (xuất thêm cột đó, hoặc chọn bộ quy tắc khác)"
            ],
            str(opened.store.folder),
        )
    return missing > 0


def _marked(said: ReportContent, sections: Sequence[Section]) -> ReportContent:
    """`said` as a trial of these sections: marked so in all its files, and without a Word document."""
    named = ", ".join(s.number or s.title for s in sections)
    return replace(said, about=replace(said.about, trial=f"chỉ gồm mục {named}"), whole=False)


def _versioned(
    said: ReportContent, former: PublishedReport | None, stated: Mapping[str, Any], options: Options
) -> ReportContent:
    """`said` as a version of the `former` report in place: its day where nothing changed, notes on what did."""
    from tthc_analysis.report import revision

    day = options.compiled or revision.kept_day(former, stated) or said.about.compiled
    about = replace(said.about, compiled=day)
    notes = options.revisions
    if notes is None:
        notes = revision.revisions(former, about, said.figures, stated, options.reason)
    return replace(said, about=replace(about, revisions=notes))


def _is_trial_of_an_uncovered_period(opened: OpenReport, options: Options, raw: Path) -> bool:
    """Whether a draft was asked for of a period that no export covers; raises PeriodNotCovered when none was."""
    if options.only or (opened.is_united and _somebody_is_counted(opened)):
        return False
    from tthc_analysis.indicators import _registers  # only here: pandas

    period, is_ahead = opened.period, opened.period.start > today()
    if not is_ahead and _registers.covers(opened, DOSSIERS.name):
        return False
    if not options.draft:
        where = str(raw / DOSSIERS.name)
        raise PeriodNotCovered(
            period.label, (period.start, period.end), where, "" if is_ahead else _registers.partial(opened)
        )
    return True


def _somebody_is_counted(opened: OpenReport) -> bool:
    """Whether a roll-up has figures of at least one agency."""
    from tthc_analysis.indicators import rollup  # only here: pandas

    return not rollup.by_body(opened).empty


def _content(
    config: Config,
    opened: OpenReport,
    ran: Sequence[tuple[Section, Outcome]],
    folder: Path,
    draft: bool,
    compiled: date,
) -> ReportContent:
    """What the executed notebooks in `folder` say, read once; a trial of some sections is not whole.

    A section that is there only if there is anything to say, and has nothing, leaves no trace.
    """
    found = [content.read_executed(s, folder / NOTEBOOKS / f"{s.slug}.ipynb", o.fragment) for s, o in ran]
    said = content.about(config, opened, draft, compiled)
    raw = "" if opened.is_united else config.data.raw
    executed = [content.in_one_line(one, said.unfilled, raw) for one in found if content.says_something(one)]
    for section in {one.section.slug for one in found} - {one.section.slug for one in executed}:
        (folder / NOTEBOOKS / f"{section}.ipynb").unlink()
    whole = {s.slug for s in sections_of(config, opened.period)} <= {s.slug for s, _ in ran}
    exports = manifest.exports(opened.store.quality()["datasets"])
    return content.report_content(said, content.consecutive(executed) if whole else executed, exports, whole)


def _refuse_changed_data(opened: OpenReport, state: str) -> None:
    """Sections read the processed folder one after the other: nothing is published when it was replaced meanwhile."""
    if opened.store.state() != state:
        raise PublishError(
            "Dữ liệu đã xử lý bị thay trong lúc lập báo cáo.",
            str(opened.store.folder),
            "Chờ lệnh kia xong rồi chạy lại.",
        )


def _run(
    config: Config,
    opened: OpenReport,
    sections: Sequence[Section],
    folder: Path,
    options: Options,
    listen: Any,
    validity: _Validity,
    look: Callable[[], None],
) -> list[Outcome]:
    (folder / NOTEBOOKS).mkdir()
    values = jobs.parameters(opened, config.processed_name)
    awaited = config.processed if validity.pending else None
    cache, target = jobs.cache_of(config), folder / NOTEBOOKS
    with scratch("answers") as answers:
        wanted = jobs.jobs(values, sections, config.root, target, options.engine, options.counted_by, awaited, answers)
        outcomes = run_cached(cache, wanted, listen, options.workers, options.force, jobs.WARM, look)
    validity.finish()
    failed = [o for o in outcomes if not o.ok]
    if failed:
        _keep_failed(folder, config.reports / f".loi-{opened.period.id}", failed)
        raise SectionsFailed(
            "\n".join(f"Mục “{o.heading}” lỗi{f' ở ô mã {o.cell}' if o.cell else ''}: {o.error}" for o in failed),
            f"{len(failed)}/{len(outcomes)} mục; sổ tay dừng ở lỗi được giữ tại {config.data.reports}/.loi-{opened.period.id}",
            f"{failed[0].advice} Báo cáo đã công bố trước đó giữ nguyên.",
        )
    return outcomes


def _keep_failed(folder: Path, place: Path, failed: Sequence[Outcome]) -> None:
    """Keep the executed copies of failing notebooks, with the traceback inside, for the analyst to look at."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for outcome in failed:
        source = folder / NOTEBOOKS / f"{outcome.slug}.ipynb"
        if source.is_file():
            shutil.copyfile(source, place / source.name)


def _log(started: datetime, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    return {
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "sections": [o.to_dict() for o in outcomes],
    }
