-- The catalogue of backups: what was wanted, and how it stands. States and moves: BackupState.
create table backup (
    id            uuid primary key,
    cluster_id    uuid        not null,
    cluster       text        not null,
    policy_name   text,
    policy        jsonb       not null,
    repository    text        not null,
    due_at        timestamptz,
    requested_at  timestamptz not null,
    requested_by  text        not null,
    state         text        not null check (state in
                      ('requested', 'running', 'completed', 'failed', 'skipped', 'expiring', 'expired')),
    version       bigint      not null,
    attempt       int         not null default 0,
    started_at    timestamptz,
    ended_at      timestamptz,
    outcome       jsonb,
    failure       jsonb,
    reason        text,
    reason_at     timestamptz,
    label         text generated always as (outcome ->> 'label') stored,
    cleanup_id    uuid unique,
    check (state not in ('completed', 'expiring', 'expired') or outcome is not null),
    check (state <> 'failed' or failure is not null)
);

-- a run that was due exists once, however many instances noticed that it was due
create unique index backup_run on backup (cluster_id, policy_name, due_at) where due_at is not null;
-- one active backup per policy decides that the next run is skipped
create unique index backup_active on backup (cluster_id, policy_name)
    where policy_name is not null and state in ('requested', 'running');
create index backup_newest on backup (cluster, requested_at desc, id desc);

-- what a recovery reads must not expire under it; a pin that nobody renews ends by itself
create table backup_pin (
    backup_id   uuid        not null references backup,
    recovery_id uuid        not null,
    expires_at  timestamptz not null,
    primary key (backup_id, recovery_id)
);
