"""What the template tells the code, read once from the environment."""

import os
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Settings:
    """Names and limits of one deployment.

    ``default_tenant`` owns every job while API keys are off. ``cors_origins`` are those whose pages may call the
    API. ``max_concurrency`` is the number of slots, and ``scheduler_started`` the scheduler's state, until either is
    changed at run time. ``secrets_key_id`` is the KMS key of webhooks' secrets; ``allow_local_targets`` lets webhooks
    be sent by http and to this machine; ``webhook_retry_scale`` shortens the waits between their attempts.
    While ``job_state_listener`` is off, no job goes on by itself after a step that was finished elsewhere;
    ``listener_mapping_id`` is of the event source mapping that hands the table's changes to the listener.
    ``longest_seconds`` is the most that a job may ask for as ``timeout_seconds``.
    ``default_model`` is asked, and ``default_image_model`` draws, for jobs that name none; ``embedding_model`` judges
    what is new, beside the fingerprints, by ``embedding_cutoffs``; ``providers_secret`` names the secret of
    providers' keys.
    """

    table_name: str
    bucket_name: str
    event_bus_name: str
    dispatch_queue_url: str
    dispatch_queue_arn: str
    scheduler_role_arn: str
    schedule_group: str
    state_machine_prefix: str
    default_tenant: str
    require_api_keys: bool
    cors_origins: tuple[str, ...]
    max_concurrency: int
    scheduler_started: bool
    poison_queue_url: str
    retention_days: int
    longest_seconds: int
    secrets_key_id: str
    allow_local_targets: bool
    webhook_queue_url: str
    webhook_retry_scale: float
    default_model: str
    default_image_model: str
    embedding_model: str
    embedding_cutoffs: str
    providers_secret: str
    job_state_listener: bool
    listener_mapping_id: str


@cache
def settings() -> Settings:
    """The deployment's settings. A function is given only the names it may use; the others are empty."""
    env = os.environ.get
    return Settings(
        table_name=env("TABLE_NAME", ""),
        bucket_name=env("BUCKET_NAME", ""),
        event_bus_name=env("EVENT_BUS_NAME", ""),
        dispatch_queue_url=env("DISPATCH_QUEUE_URL", ""),
        dispatch_queue_arn=env("DISPATCH_QUEUE_ARN", ""),
        scheduler_role_arn=env("SCHEDULER_ROLE_ARN", ""),
        schedule_group=env("SCHEDULE_GROUP", "default"),
        state_machine_prefix=env("STATE_MACHINE_PREFIX", ""),
        default_tenant=env("DEFAULT_TENANT", "default"),
        require_api_keys=env("REQUIRE_API_KEYS", "false") == "true",
        cors_origins=tuple(origin.strip() for origin in env("CORS_ORIGINS", "").split(",") if origin.strip()),
        max_concurrency=int(env("MAX_CONCURRENCY", "4")),
        scheduler_started=env("SCHEDULER_STARTED", "true") == "true",
        poison_queue_url=env("POISON_QUEUE_URL", ""),
        retention_days=int(env("RETENTION_DAYS", "90")),
        longest_seconds=int(env("LONGEST_SECONDS", "840")),
        secrets_key_id=env("SECRETS_KEY_ID", ""),
        allow_local_targets=env("ALLOW_LOCAL_TARGETS", "false") == "true",
        webhook_queue_url=env("WEBHOOK_QUEUE_URL", ""),
        webhook_retry_scale=float(env("WEBHOOK_RETRY_SCALE", "1")),
        default_model=env("DEFAULT_MODEL", "offline"),
        default_image_model=env("DEFAULT_IMAGE_MODEL", "procedural"),
        embedding_model=env("EMBEDDING_MODEL", "lexical"),
        embedding_cutoffs=env("EMBEDDING_CUTOFFS", "0.70,0.85"),
        providers_secret=env("PROVIDERS_SECRET", ""),
        job_state_listener=env("ENABLE_JOB_STATE_LISTENER", "true") == "true",
        listener_mapping_id=env("LISTENER_MAPPING_ID", ""),
    )
