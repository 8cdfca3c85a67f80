-- What retention did and why. Kept for good: an auditor asks years later why a backup is not there.

create table retention_run (
    id           uuid primary key,
    cluster_id   uuid        not null,
    cluster      text        not null,
    requested_at timestamptz not null,
    requested_by text        not null,
    -- what it was begun by: schedule, request, or backup/<id>
    trigger      text        not null,
    state        text        not null check (state in ('requested', 'running', 'completed', 'incomplete', 'failed')),
    started_at   timestamptz,
    ended_at     timestamptz,
    failure      jsonb,
    -- the rules that it went by, and why what stays stays; the latter of the newest runs only
    rules        jsonb,
    staying      jsonb,
    check (state not in ('incomplete', 'failed') or failure is not null)
);

-- one at a time, so that who wants another joins the one that has not ended
create unique index retention_run_active on retention_run (cluster_id) where state in ('requested', 'running');
create index retention_run_newest on retention_run (cluster, requested_at desc, id desc);

create table retention_removal (
    run_id    uuid        not null references retention_run,
    backup_id uuid        not null references backup,
    code      text        not null,
    reason    text        not null,
    rule      jsonb,
    because   uuid[]      not null,
    state     text        not null check (state in ('expiring', 'expired', 'failed')),
    begun_at  timestamptz not null,
    ended_at  timestamptz,
    failure   jsonb,
    primary key (run_id, backup_id),
    check ((state = 'failed') = (failure is not null))
);

create index retention_removal_backup on retention_removal (backup_id, begun_at desc);
