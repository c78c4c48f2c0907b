"""The use cases over a set of ports: the same in production, in tests and in other services."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from attrs import field, frozen

from .domain.ids import JobId, MediaId
from .ports.account_repo import AccountRepoPort
from .ports.audit import AuditPort
from .ports.clock import ClockPort
from .ports.events import EventsPort
from .ports.health import HealthPort
from .ports.images import ImagesPort
from .ports.job_list import JobListPort
from .ports.job_repo import JobRepoPort
from .ports.login_failures import LoginFailuresPort
from .ports.media_repo import MediaRepoPort
from .ports.media_store import MediaStorePort
from .ports.object_store import ObjectStorePort
from .ports.passwords import PasswordsPort
from .ports.provider import ProviderPort
from .ports.provider_health import ProviderHealthPort
from .ports.provider_keys import ProviderKeysPort
from .ports.result_repo import ResultRepoPort
from .ports.revoked_tokens import RevokedTokensPort
from .ports.runs import RunsPort
from .ports.seals import SealsPort
from .ports.settings_repo import SettingsRepoPort
from .ports.slot_repo import SlotRepoPort
from .ports.stats import StatsPort
from .ports.tokens import TokensPort
from .ports.turns import TurnsPort
from .use_cases.abandon_job import AbandonJob
from .use_cases.accept_upload import AcceptUpload
from .use_cases.ask_provider import AskProvider
from .use_cases.authorise import Authorise
from .use_cases.cancel_job import CancelJob
from .use_cases.check_hash import CheckHash
from .use_cases.check_health import CheckHealth
from .use_cases.check_password import CheckPassword
from .use_cases.check_provider import CheckProvider
from .use_cases.check_slot import CheckSlot
from .use_cases.clean_up import CleanUp
from .use_cases.close_job import CloseJob
from .use_cases.configure_settings import ConfigureSettings
from .use_cases.configure_slot import ConfigureSlot
from .use_cases.copy_slot import CopySlot
from .use_cases.delete_result import DeleteResult
from .use_cases.delete_template import DeleteTemplate
from .use_cases.describe_providers import DescribeProviders
from .use_cases.draw_picture import DrawPicture
from .use_cases.find_key import FindKey
from .use_cases.get_picture import GetPicture
from .use_cases.ingest_photo import IngestPhoto
from .use_cases.keep_picture import KeepPicture
from .use_cases.lend_media import LendMedia
from .use_cases.limit_requests import LimitRequests
from .use_cases.list_jobs import ListJobs
from .use_cases.list_templates import ListTemplates
from .use_cases.log_in import LogIn
from .use_cases.log_out import LogOut
from .use_cases.make_preview import MakePreview
from .use_cases.open_templates import OpenTemplates
from .use_cases.open_upload import OpenUpload
from .use_cases.ping_providers import PingProviders
from .use_cases.prepare_photo import PreparePhoto
from .use_cases.process_photo import ProcessPhoto
from .use_cases.purge_logins import PurgeLogins
from .use_cases.purge_media import PurgeMedia
from .use_cases.purge_results import PurgeResults
from .use_cases.read_accounts import ReadAccounts
from .use_cases.read_audit import ReadAudit
from .use_cases.read_job import ReadJob
from .use_cases.read_preview import ReadPreview
from .use_cases.read_provider_media import ReadProviderMedia
from .use_cases.read_result import ReadResult
from .use_cases.read_settings import ReadSettings
from .use_cases.read_slot_history import ReadSlotHistory
from .use_cases.read_slots import ReadSlots
from .use_cases.read_stats import ReadStats
from .use_cases.read_template import ReadTemplate
from .use_cases.receive_form import ReceiveForm
from .use_cases.receive_upload import ReceiveUpload
from .use_cases.receiving import Receiving
from .use_cases.register_template import RegisterTemplate
from .use_cases.register_upload import RegisterUpload
from .use_cases.renew_leases import RenewLeases
from .use_cases.reseal_keys import ResealKeys
from .use_cases.reset_slot import ResetSlot
from .use_cases.roll_back_slot import RollBackSlot
from .use_cases.run_job import RunJob
from .use_cases.save_slot import SaveSlot
from .use_cases.set_account_password import SetAccountPassword
from .use_cases.show_gallery import ShowGallery
from .use_cases.sweep_jobs import SweepJobs
from .use_cases.tell_when import TellWhen
from .use_cases.test_slot import TestSlot
from .use_cases.throttle_passwords import ThrottlePasswords
from .use_cases.unlock_login import UnlockLogin

_MOST_FORMS: Final = 8
"""Forms of administrators on their way at once: each is a file of 20 MiB at most."""


@frozen(kw_only=True)
class Ports:
    """Everything the core needs from outside.

    Attributes:
        providers: By the name that slots give.
        environment_keys: Keys by provider, used where the database has none.
        health: Parts without which no photo can be processed.
        new_job_id: Returns a UUIDv4 never returned before.
        new_media_id: Returns the id of a media object, which nobody can guess.
        provider_link: Returns where a provider fetches a media object; None: this server is not
            reached from outside.
        provider_link_life: How long such a link leads somewhere at most.
        new_key: Returns text for links that nobody can guess.
        new_token_id: Returns the id of a token, never returned before.
        owner: The stable name of this server; no two running servers share it.
    """

    slots: SlotRepoPort
    settings: SettingsRepoPort
    jobs: JobRepoPort
    results: ResultRepoPort
    job_list: JobListPort
    stats: StatsPort
    turns: TurnsPort
    media: MediaStorePort
    media_rows: MediaRepoPort
    media_objects: ObjectStorePort
    images: ImagesPort
    providers: Mapping[str, ProviderPort]
    provider_health: ProviderHealthPort
    provider_keys: ProviderKeysPort
    environment_keys: Mapping[str, str] = field(factory=dict, repr=False)
    seals: SealsPort
    passwords: PasswordsPort
    clock: ClockPort
    runs: RunsPort
    events: EventsPort
    audit: AuditPort
    accounts: AccountRepoPort
    tokens: TokensPort
    login_failures: LoginFailuresPort
    revoked_tokens: RevokedTokensPort
    health: Sequence[HealthPort]
    new_job_id: Callable[[], JobId]
    new_media_id: Callable[[], MediaId]
    new_key: Callable[[], str]
    new_token_id: Callable[[], str]
    provider_link: Callable[[MediaId], str] | None = None
    provider_link_life: timedelta = timedelta(hours=1)
    owner: str


@frozen(kw_only=True)
class UseCases:
    """Everything the outside may ask of the core."""

    limit_requests: LimitRequests
    authorise: Authorise
    log_in: LogIn
    log_out: LogOut
    read_accounts: ReadAccounts
    set_account_password: SetAccountPassword
    unlock_login: UnlockLogin
    accept_upload: AcceptUpload
    ingest_photo: IngestPhoto
    test_slot: TestSlot
    cancel_job: CancelJob
    read_job: ReadJob
    list_jobs: ListJobs
    read_result: ReadResult
    read_preview: ReadPreview
    read_provider_media: ReadProviderMedia
    show_gallery: ShowGallery
    receive_form: ReceiveForm
    read_stats: ReadStats
    register_template: RegisterTemplate
    list_templates: ListTemplates
    read_template: ReadTemplate
    delete_template: DeleteTemplate
    register_upload: RegisterUpload
    open_upload: OpenUpload
    describe_providers: DescribeProviders
    read_slots: ReadSlots
    read_slot_history: ReadSlotHistory
    configure_slot: ConfigureSlot
    reset_slot: ResetSlot
    copy_slot: CopySlot
    roll_back_slot: RollBackSlot
    configure_settings: ConfigureSettings
    read_settings: ReadSettings
    reseal_keys: ResealKeys
    check_provider: CheckProvider
    read_audit: ReadAudit
    check_health: CheckHealth
    renew_leases: RenewLeases
    sweep_jobs: SweepJobs
    purge_results: PurgeResults
    purge_media: PurgeMedia
    purge_logins: PurgeLogins
    clean_up: CleanUp
    delete_result: DeleteResult

    @classmethod
    def over(cls, ports: Ports) -> UseCases:
        """Return the use cases over *ports*."""
        draw_picture = DrawPicture(images=ports.images, media=ports.media)
        save_slot = _save_slot(ports)
        configure_slot = ConfigureSlot(
            slots=ports.slots,
            providers=ports.providers,
            passwords=ports.passwords,
            save_slot=save_slot,
        )
        keep_picture = _keep_picture(ports, draw_picture)
        read_template = ReadTemplate(
            rows=ports.media_rows, objects=ports.media_objects, draw_picture=draw_picture
        )
        make_preview = MakePreview(media=ports.media, draw_picture=draw_picture)
        process_photo = _process_photo(ports, draw_picture, make_preview)
        purge_results, purge_media = _purge_results(ports), _purge_media(ports)
        read_result = _read_result(ports, purge_results)
        limit_requests = LimitRequests(settings=ports.settings, clock=ports.clock)
        accept_upload, ingest_photo = _ingest(ports, limit_requests, process_photo)
        return cls(
            limit_requests=limit_requests,
            authorise=_authorise(ports),
            log_in=_log_in(ports),
            log_out=LogOut(
                revoked_tokens=ports.revoked_tokens, clock=ports.clock, audit=ports.audit
            ),
            read_accounts=ReadAccounts(accounts=ports.accounts),
            set_account_password=SetAccountPassword(
                accounts=ports.accounts,
                failures=ports.login_failures,
                passwords=ports.passwords,
                clock=ports.clock,
                audit=ports.audit,
            ),
            unlock_login=UnlockLogin(
                failures=ports.login_failures, clock=ports.clock, audit=ports.audit
            ),
            accept_upload=accept_upload,
            ingest_photo=ingest_photo,
            test_slot=TestSlot(
                settings=ports.settings,
                audit=ports.audit,
                clock=ports.clock,
                configure_slot=configure_slot,
                process_photo=process_photo,
            ),
            cancel_job=CancelJob(
                jobs=ports.jobs, runs=ports.runs, audit=ports.audit, clock=ports.clock
            ),
            read_job=ReadJob(jobs=ports.jobs, clock=ports.clock),
            list_jobs=ListJobs(job_list=ports.job_list),
            read_result=read_result,
            read_preview=ReadPreview(
                media=ports.media, read_result=read_result, make_preview=make_preview
            ),
            read_provider_media=ReadProviderMedia(
                rows=ports.media_rows,
                objects=ports.media_objects,
                clock=ports.clock,
                purge_media=purge_media,
            ),
            show_gallery=ShowGallery(
                slots=ports.slots,
                settings=ports.settings,
                results=ports.results,
                clock=ports.clock,
            ),
            receive_form=ReceiveForm(
                media=ports.media, clock=ports.clock, receiving=Receiving(most=_MOST_FORMS)
            ),
            read_stats=_read_stats(ports),
            register_template=RegisterTemplate(
                rows=ports.media_rows, audit=ports.audit, keep_picture=keep_picture
            ),
            list_templates=ListTemplates(rows=ports.media_rows, slots=ports.slots),
            read_template=read_template,
            delete_template=_delete_template(ports, read_template, save_slot),
            register_upload=RegisterUpload(keep_picture=keep_picture),
            open_upload=OpenUpload(
                rows=ports.media_rows, objects=ports.media_objects, clock=ports.clock
            ),
            describe_providers=DescribeProviders(
                providers=ports.providers, has_public_address=_has_public_address(ports)
            ),
            read_slots=ReadSlots(
                slots=ports.slots,
                results=ports.results,
                providers=ports.providers,
                clock=ports.clock,
            ),
            read_slot_history=ReadSlotHistory(slots=ports.slots),
            configure_slot=configure_slot,
            reset_slot=ResetSlot(slots=ports.slots, save_slot=save_slot),
            copy_slot=CopySlot(slots=ports.slots, save_slot=save_slot),
            roll_back_slot=RollBackSlot(slots=ports.slots, save_slot=save_slot),
            configure_settings=_configure_settings(ports),
            read_settings=_read_settings(ports),
            reseal_keys=ResealKeys(
                keys=ports.provider_keys,
                seals=ports.seals,
                audit=ports.audit,
                clock=ports.clock,
            ),
            check_provider=CheckProvider(
                slots=ports.slots, providers=ports.providers, clock=ports.clock, runs=ports.runs
            ),
            read_audit=ReadAudit(audit=ports.audit),
            check_health=_check_health(ports),
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
            purge_media=purge_media,
            purge_logins=PurgeLogins(
                failures=ports.login_failures,
                revoked_tokens=ports.revoked_tokens,
                clock=ports.clock,
            ),
            clean_up=CleanUp(
                purge_results=purge_results,
                purge_media=purge_media,
                audit=ports.audit,
                clock=ports.clock,
            ),
            delete_result=DeleteResult(
                jobs=ports.jobs,
                audit=ports.audit,
                clock=ports.clock,
                purge_results=purge_results,
            ),
        )


def _authorise(ports: Ports) -> Authorise:
    return Authorise(
        accounts=ports.accounts,
        tokens=ports.tokens,
        revoked_tokens=ports.revoked_tokens,
        clock=ports.clock,
    )


def _log_in(ports: Ports) -> LogIn:
    return LogIn(
        accounts=ports.accounts,
        passwords=ports.passwords,
        tokens=ports.tokens,
        failures=ports.login_failures,
        clock=ports.clock,
        events=ports.events,
        audit=ports.audit,
        new_key=ports.new_key,
        new_token_id=ports.new_token_id,
    )


def _ingest(
    ports: Ports, limit_requests: LimitRequests, process_photo: ProcessPhoto
) -> tuple[AcceptUpload, IngestPhoto]:
    """Return the two halves of an ingest, which share what they count."""
    throttle, receiving = ThrottlePasswords(clock=ports.clock), Receiving()
    check_password = CheckPassword(
        passwords=ports.passwords, events=ports.events, throttle=throttle
    )
    tell_when = _tell_when(ports)
    accept_upload = AcceptUpload(
        slots=ports.slots,
        settings=ports.settings,
        jobs=ports.jobs,
        runs=ports.runs,
        clock=ports.clock,
        receiving=receiving,
        limit_requests=limit_requests,
        throttle=throttle,
        check_password=check_password,
        tell_when=tell_when,
    )
    ingest_photo = IngestPhoto(
        clock=ports.clock,
        receiving=receiving,
        tell_when=tell_when,
        check_password=check_password,
        receive_upload=ReceiveUpload(media=ports.media),
        check_hash=CheckHash(events=ports.events),
        process_photo=process_photo,
    )
    return accept_upload, ingest_photo


def _process_photo(
    ports: Ports, draw_picture: DrawPicture, make_preview: MakePreview
) -> ProcessPhoto:
    prepare_photo = PreparePhoto(providers=ports.providers, draw_picture=draw_picture)
    abandon_job = AbandonJob(
        jobs=ports.jobs, runs=ports.runs, clock=ports.clock, events=ports.events
    )
    return ProcessPhoto(
        media=ports.media,
        runs=ports.runs,
        turns=ports.turns,
        clock=ports.clock,
        events=ports.events,
        prepare_photo=prepare_photo,
        run_job=RunJob(
            jobs=ports.jobs,
            media=ports.media,
            runs=ports.runs,
            clock=ports.clock,
            events=ports.events,
            open_templates=OpenTemplates(rows=ports.media_rows, objects=ports.media_objects),
            prepare_photo=prepare_photo,
            get_picture=_get_picture(ports, draw_picture),
            close_job=CloseJob(
                jobs=ports.jobs,
                media=ports.media,
                clock=ports.clock,
                events=ports.events,
                health=ports.provider_health,
            ),
            make_preview=make_preview,
            abandon_job=abandon_job,
        ),
        abandon_job=abandon_job,
        tell_when=_tell_when(ports),
        new_job_id=ports.new_job_id,
        owner=ports.owner,
    )


def _get_picture(ports: Ports, draw_picture: DrawPicture) -> GetPicture:
    return GetPicture(
        jobs=ports.jobs,
        turns=ports.turns,
        clock=ports.clock,
        health=ports.provider_health,
        ask_provider=AskProvider(
            providers=ports.providers,
            clock=ports.clock,
            events=ports.events,
            health=ports.provider_health,
            lend_media=LendMedia(
                rows=ports.media_rows,
                objects=ports.media_objects,
                clock=ports.clock,
                runs=ports.runs,
                link=ports.provider_link,
                longest=ports.provider_link_life,
                new_media_id=ports.new_media_id,
            ),
            draw_picture=draw_picture,
        ),
    )


def _save_slot(ports: Ports) -> SaveSlot:
    return SaveSlot(
        slots=ports.slots,
        audit=ports.audit,
        clock=ports.clock,
        check_slot=CheckSlot(
            media=ports.media_rows,
            providers=ports.providers,
            new_key=ports.new_key,
            has_public_address=_has_public_address(ports),
        ),
    )


def _has_public_address(ports: Ports) -> bool:
    return ports.provider_link is not None


def _keep_picture(ports: Ports, draw_picture: DrawPicture) -> KeepPicture:
    return KeepPicture(
        rows=ports.media_rows,
        objects=ports.media_objects,
        clock=ports.clock,
        draw_picture=draw_picture,
        new_media_id=ports.new_media_id,
    )


def _delete_template(
    ports: Ports, read_template: ReadTemplate, save_slot: SaveSlot
) -> DeleteTemplate:
    return DeleteTemplate(
        slots=ports.slots,
        rows=ports.media_rows,
        objects=ports.media_objects,
        audit=ports.audit,
        clock=ports.clock,
        read_template=read_template,
        save_slot=save_slot,
    )


def _configure_settings(ports: Ports) -> ConfigureSettings:
    return ConfigureSettings(
        settings=ports.settings,
        seals=ports.seals,
        passwords=ports.passwords,
        audit=ports.audit,
        clock=ports.clock,
        providers=ports.providers.keys(),
    )


def _read_settings(ports: Ports) -> ReadSettings:
    find_key = FindKey(
        keys=ports.provider_keys, seals=ports.seals, environment=ports.environment_keys
    )
    return ReadSettings(
        settings=ports.settings, find_key=find_key, providers=ports.providers.keys()
    )


def _read_stats(ports: Ports) -> ReadStats:
    return ReadStats(
        slots=ports.slots,
        stats=ports.stats,
        job_list=ports.job_list,
        providers=ports.providers,
        provider_health=ports.provider_health,
        clock=ports.clock,
    )


def _check_health(ports: Ports) -> CheckHealth:
    return CheckHealth(
        parts=ports.health,
        slots=ports.slots,
        providers=ports.providers,
        provider_health=ports.provider_health,
        clock=ports.clock,
        ping_providers=PingProviders(providers=ports.providers, clock=ports.clock, runs=ports.runs),
        has_public_address=ports.provider_link is not None,
    )


def _purge_results(ports: Ports) -> PurgeResults:
    return PurgeResults(
        jobs=ports.jobs,
        results=ports.results,
        media=ports.media,
        clock=ports.clock,
        events=ports.events,
    )


def _purge_media(ports: Ports) -> PurgeMedia:
    return PurgeMedia(
        jobs=ports.jobs,
        rows=ports.media_rows,
        objects=ports.media_objects,
        clock=ports.clock,
        events=ports.events,
    )


def _read_result(ports: Ports, purge_results: PurgeResults) -> ReadResult:
    return ReadResult(
        jobs=ports.jobs,
        media=ports.media,
        clock=ports.clock,
        events=ports.events,
        purge_results=purge_results,
    )


def _tell_when(ports: Ports) -> TellWhen:
    return TellWhen(health=ports.provider_health, clock=ports.clock, events=ports.events)
