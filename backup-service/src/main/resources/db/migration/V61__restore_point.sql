-- Named moments in a cluster's WAL. A name is there once and for good: recovery stops at the first that it meets.
create table restore_point (
    id           uuid primary key,
    cluster_id   uuid        not null,
    cluster      text        not null,
    name         text        not null,
    requested_at timestamptz not null,
    requested_by text        not null,
    state        text        not null check (state in ('requested', 'creating', 'created', 'durable', 'failed')),
    -- behind its record; time by the server's clock
    lsn          pg_lsn,
    timeline     integer,
    created_at   timestamptz,
    durable_at   timestamptz,
    durable_in   text[]      not null default '{}',
    failure      jsonb,
    check (state not in ('created', 'durable') or (lsn is not null and timeline is not null and created_at is not null)),
    check (state <> 'failed' or failure is not null)
);

-- one that failed before anything was written to WAL leaves its name to others
create unique index restore_point_name on restore_point (cluster_id, name)
    where state <> 'failed' or failure ->> 'code' = 'restore-point.uncertain' or lsn is not null;
create index restore_point_newest on restore_point (cluster, requested_at desc, id desc);
