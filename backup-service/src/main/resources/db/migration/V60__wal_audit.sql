-- What a listing of a store cannot show: since when WAL is missing, how far it once reached, and what was told about it.

create table wal_audit (
    cluster_id        uuid        not null,
    repository        text        not null,
    method            text        not null,
    -- folder of a database system in pgBackRest's archive; empty for streamed WAL
    archive           text        not null default '',
    cluster           text        not null,
    audited_at        timestamptz not null,
    -- why the store could not be listed; what is below is from the last time that it could
    failure           jsonb,
    newest_at         timestamptz,
    newest_approximate boolean,
    newest_lsn        pg_lsn,
    newest_timeline   integer,
    open_gaps         integer     not null default 0,
    -- what the server has written beyond what the store has
    lag_bytes         bigint,
    primary key (cluster_id, repository, method, archive)
);

create table wal_reach (
    cluster_id  uuid    not null,
    repository  text    not null,
    method      text    not null,
    archive     text    not null default '',
    timeline    integer not null,
    end_lsn     pg_lsn  not null,
    primary key (cluster_id, repository, method, archive, timeline)
);

create table wal_gap (
    id          uuid primary key,
    cluster_id  uuid        not null,
    cluster     text        not null,
    repository  text        not null,
    method      text        not null,
    archive     text        not null default '',
    timeline    integer     not null,
    from_lsn    pg_lsn      not null,
    to_lsn      pg_lsn      not null,
    reason      text        not null,
    first_seen  timestamptz not null,
    -- a segment that is a little late is no gap yet: told when it is still missing
    told_at     timestamptz,
    closed_at   timestamptz,
    version     bigint      not null default 0
);
create index wal_gap_open on wal_gap (cluster_id, repository) where closed_at is null;

-- archiving by the server's own command: one row for each repository that it goes to
create table wal_archiving (
    cluster_id  uuid   not null,
    repository  text   not null,
    cluster     text   not null,
    stalled_at  timestamptz,
    failure     jsonb,
    version     bigint not null default 0,
    primary key (cluster_id, repository)
);
