-- Long work that survives its process. The row is the truth: Quartz only wakes it.

create table operation (
    id                  uuid        primary key,
    kind                text        not null,
    cluster             text        not null,
    state               text        not null check (state in ('waiting', 'running', 'ended')),
    outcome             text        check (outcome in ('done', 'failed', 'cancelled', 'deadline')),
    -- Who runs it. Each claim makes the epoch larger: what an older epoch writes is refused.
    owner               text,
    epoch               bigint      not null default 0,
    -- By the database's clock, which is the only one that all instances share.
    lease_until         timestamptz,
    attempt             integer     not null default 0,
    -- The next run goes on with the same attempt: something was only awaited, or the instance was stopped.
    resuming            boolean     not null default false,
    -- Somebody asked for it while it ran: whatever delay the run asks for, it begins again at once.
    wake                boolean     not null default false,
    not_before          timestamptz not null,
    deadline            timestamptz,
    cancel_requested_by text,
    progress            jsonb,
    progress_at         timestamptz,
    bytes_per_second    bigint      not null default 0,
    last_failure        jsonb,
    correlation         jsonb       not null,
    created_at          timestamptz not null,
    started_at          timestamptz,
    ended_at            timestamptz,
    check ((state = 'running') = (owner is not null)),
    check ((state = 'running') = (lease_until is not null)),
    check ((state = 'ended') = (ended_at is not null)),
    check ((state = 'ended') = (outcome is not null))
);

create index operation_waiting on operation (not_before, id) where state = 'waiting';
create index operation_running on operation (kind, cluster) where state = 'running';

-- When each policy was last dealt with, and when it is due next.
create table policy_timer (
    policy_key   text        primary key,
    owner        text        not null,
    cron         text        not null,
    zone         text        not null,
    offset_ms    bigint      not null,
    grace_ms     bigint      not null,
    misfire      text        not null check (misfire in ('run-once', 'skip')),
    last_handled timestamptz not null,
    next_due     timestamptz
);

create index policy_timer_next on policy_timer (next_due) where next_due is not null;

-- What a request with an Idempotency-Key was answered with.
create table idempotent_request (
    principal  text        not null,
    key        text        not null,
    request    text        not null,
    location   text,
    created_at timestamptz not null,
    primary key (principal, key)
);

create index idempotent_request_age on idempotent_request (created_at);
