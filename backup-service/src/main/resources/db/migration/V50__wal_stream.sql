-- WAL that is streamed into the object store: one stream for each cluster that is declared so. Where it is, the store knows;
-- this says whose it is, what it is like, and what was told about it.

create table wal_stream (
    cluster_id          uuid primary key,
    cluster             text        not null,
    repository          text        not null,
    durability          text        not null check (durability in ('segment', 'synchronous')),
    slot                text        not null,
    -- the standing work that follows it; another one when it is wanted again after it had ended
    operation_id        uuid        not null,
    -- of the aggregate wal/<cluster_id>, grows with each event
    version             bigint      not null default 0,
    state               text        not null
        check (state in ('starting', 'streaming', 'stalled', 'retrying', 'blocked', 'ending', 'ended')),
    -- somebody asked for a try although it is blocked; and whether WAL that is lost may be left out
    asked               boolean     not null default false,
    accept_gap          boolean     not null default false,
    system_identifier   text,
    changed_at          timestamptz not null,

    timeline            integer,
    server_lsn          pg_lsn,
    received_lsn        pg_lsn,
    acknowledged_lsn    pg_lsn,
    stored_lsn          pg_lsn,
    unstored_ms         bigint,
    positions_at        timestamptz,
    last_object         text,
    last_commit_at      timestamptz,
    spool_bytes         bigint      not null default 0,

    -- what the server keeps for the slot
    retained_bytes      bigint,
    limit_bytes         bigint,
    limited_by          text,
    guard_level         text        not null default 'ok' check (guard_level in ('ok', 'warning', 'critical', 'dropped')),
    guarded_at          timestamptz,

    -- since when the world knows that nothing gets into the store
    stalled_at          timestamptz,
    failure             jsonb,
    failures            integer     not null default 0,
    retry_at            timestamptz,
    -- up to where a batch of stored WAL was told
    told_lsn            pg_lsn,
    told_timeline       integer,
    told_at             timestamptz,

    check (state not in ('retrying', 'blocked') or failure is not null)
);

create unique index wal_stream_cluster on wal_stream (cluster) where state <> 'ended';
