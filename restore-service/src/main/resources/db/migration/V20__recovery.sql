-- Recoveries: the row is the truth about each. Facts are documents, each written by the step that found it out.

create table recovery (
    id                    uuid        primary key,
    cluster               text        not null,
    cluster_id            uuid        not null,
    kind                  text        not null,
    method                text        not null,
    policy                text,
    due_at                timestamptz,
    requested_at          timestamptz not null,
    wanted                jsonb       not null,
    state                 text        not null check (state in
        ('requested', 'planning', 'provisioning', 'restoring', 'replaying', 'verifying', 'held', 'tearing-down',
         'completed', 'failed', 'cancelled')),
    -- Of the aggregate: one more for each change that is told to others.
    version               bigint      not null,
    attempt               integer     not null default 0,
    held_until            timestamptz,
    outcome               jsonb,
    ended_at              timestamptz,
    backup                jsonb,
    plan                  jsonb,
    sandbox               jsonb,
    reached               jsonb,
    first_write_at        timestamptz,
    rto                   jsonb,
    rpo                   jsonb,
    inspection            jsonb,
    isolation             jsonb,
    torn_down             jsonb,
    -- Of which attempt the one-time password was fetched; the password itself is in no row.
    credentials_attempt   integer,
    checks                jsonb,
    verdict               jsonb,
    check ((state in ('tearing-down', 'completed', 'failed', 'cancelled')) = (outcome is not null)),
    check ((state in ('completed', 'failed', 'cancelled')) = (ended_at is not null))
);

-- A policy's run is there once, and not twice at the same time.
create unique index recovery_run on recovery (cluster_id, policy, due_at) where due_at is not null;
create unique index recovery_active on recovery (cluster_id, policy)
    where policy is not null and state not in ('completed', 'failed', 'cancelled');
create index recovery_listed on recovery (cluster, id desc);
create index recovery_history on recovery (cluster_id, method, ended_at desc) where state = 'completed';

create table recovery_phase (
    recovery_id uuid        not null references recovery,
    position    integer     not null,
    attempt     integer     not null,
    name        text        not null,
    started_at  timestamptz not null,
    ended_at    timestamptz,
    bytes       bigint,
    primary key (recovery_id, position)
);

-- Runs that were due and left out; the evidence is the verifier's, this keeps a fire from being told twice.
create table recovery_skipped (
    id         uuid        primary key,
    cluster_id uuid        not null,
    policy     text        not null,
    due_at     timestamptz not null,
    reason     text        not null,
    skipped_at timestamptz not null,
    unique (cluster_id, policy, due_at)
);
