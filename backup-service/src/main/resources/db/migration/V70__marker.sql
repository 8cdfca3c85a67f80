-- Which operation writes a cluster's markers, none when they are not wanted any more, and how that goes.
create table marker_writer (
    cluster_id    uuid primary key,
    cluster       text not null,
    operation     uuid,
    newest        timestamptz,
    trouble       jsonb,
    trouble_since timestamptz
);

-- What was committed, and when: what a recovered copy is held against. All of the last day, then one a minute.
create table marker (
    cluster_id   uuid not null,
    written_at   timestamptz not null,
    returned_at  timestamptz not null,
    written_lsn  pg_lsn not null,
    returned_lsn pg_lsn not null,
    timeline     int not null,
    primary key (cluster_id, written_at)
);
create index marker_by_position on marker (cluster_id, timeline, written_lsn);
