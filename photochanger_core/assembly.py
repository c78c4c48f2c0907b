"""The use cases over a set of ports: the same in production, in tests and in other services."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from attrs import frozen

from .domain.ids import JobId
from .ports.clock import ClockPort
from .ports.events import EventsPort
from .ports.health import HealthPort
from .ports.images import ImagesPort
from .ports.job_repo import JobRepoPort
from .ports.media_store import MediaStorePort
from .ports.passwords import PasswordsPort
from .ports.provider import ProviderPort
from .ports.runs import RunsPort
from .ports.settings_repo import SettingsRepoPort
from .ports.slot_repo import SlotRepoPort
from .use_cases.accept_upload import AcceptUpload
from .use_cases.ask_provider import AskProvider
from .use_cases.check_health import CheckHealth
from .use_cases.check_password import CheckPassword
from .use_cases.close_job import CloseJob
from .use_cases.configure_settings import ConfigureSettings
from .use_cases.configure_slot import ConfigureSlot
from .use_cases.ingest_photo import IngestPhoto
from .use_cases.purge_results import PurgeResults
from .use_cases.read_job import ReadJob
from .use_cases.read_result import ReadResult
from .use_cases.receive_upload import ReceiveUpload
from .use_cases.renew_leases import RenewLeases
from .use_cases.run_job import RunJob
from .use_cases.sweep_jobs import SweepJobs


@frozen(kw_only=True)
class Ports:
    """Everything the core needs from outside.

    Attributes:
        providers: By the name that slots give.
        health: Parts without which no photo can be processed.
        new_job_id: Returns a UUIDv4 never returned before.
        owner: The stable name of this server; no two running servers share it.
    """

    slots: SlotRepoPort
    settings: SettingsRepoPort
    jobs: JobRepoPort
    media: MediaStorePort
    images: ImagesPort
    providers: Mapping[str, ProviderPort]
    passwords: PasswordsPort
    clock: ClockPort
    runs: RunsPort
    events: EventsPort
    health: Sequence[HealthPort]
    new_job_id: Callable[[], JobId]
    owner: str


@frozen(kw_only=True)
class UseCases:
    """Everything the outside may ask of the core."""

    accept_upload: AcceptUpload
    ingest_photo: IngestPhoto
    read_job: ReadJob
    read_result: ReadResult
    configure_slot: ConfigureSlot
    configure_settings: ConfigureSettings
    check_health: CheckHealth
    renew_leases: RenewLeases
    sweep_jobs: SweepJobs
    purge_results: PurgeResults

    @classmethod
    def over(cls, ports: Ports) -> UseCases:
        """Return the use cases over *ports*."""
        check_password = CheckPassword(passwords=ports.passwords, events=ports.events)
        purge_results = PurgeResults(
            jobs=ports.jobs, media=ports.media, clock=ports.clock, events=ports.events
        )
        return cls(
            accept_upload=AcceptUpload(
                slots=ports.slots,
                settings=ports.settings,
                clock=ports.clock,
                check_password=check_password,
            ),
            ingest_photo=_ingest_photo(ports, check_password),
            read_job=ReadJob(jobs=ports.jobs, clock=ports.clock),
            read_result=ReadResult(
                jobs=ports.jobs,
                media=ports.media,
                clock=ports.clock,
                events=ports.events,
                purge_results=purge_results,
            ),
            configure_slot=ConfigureSlot(
                slots=ports.slots,
                providers=ports.providers,
                passwords=ports.passwords,
                clock=ports.clock,
            ),
            configure_settings=ConfigureSettings(
                settings=ports.settings, passwords=ports.passwords, clock=ports.clock
            ),
            check_health=CheckHealth(parts=ports.health, clock=ports.clock),
            renew_leases=RenewLeases(jobs=ports.jobs, runs=ports.runs, clock=ports.clock),
            sweep_jobs=SweepJobs(
                jobs=ports.jobs,
                media=ports.media,
                runs=ports.runs,
                clock=ports.clock,
                events=ports.events,
                owner=ports.owner,
            ),
            purge_results=purge_results,
        )


def _ingest_photo(ports: Ports, check_password: CheckPassword) -> IngestPhoto:
    return IngestPhoto(
        media=ports.media,
        runs=ports.runs,
        clock=ports.clock,
        check_password=check_password,
        receive_upload=ReceiveUpload(media=ports.media),
        run_job=_run_job(ports),
        new_job_id=ports.new_job_id,
        owner=ports.owner,
    )


def _run_job(ports: Ports) -> RunJob:
    return RunJob(
        jobs=ports.jobs,
        media=ports.media,
        images=ports.images,
        clock=ports.clock,
        events=ports.events,
        ask_provider=AskProvider(providers=ports.providers, clock=ports.clock, events=ports.events),
        close_job=CloseJob(
            jobs=ports.jobs, media=ports.media, clock=ports.clock, events=ports.events
        ),
    )
