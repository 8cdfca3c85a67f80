-- Objects of WAL that were read back and compared with their digest: the newest of each repository. A listing shows when one
-- was changed since (another size or another etag): it is read again.
create table wal_scrub (
    cluster_id uuid        not null,
    repository text        not null,
    key        text        not null,
    etag       text        not null,
    verdict    text        not null check (verdict in ('whole', 'damaged', 'not-checkable')),
    checked_at timestamptz not null,
    primary key (cluster_id, repository, key)
);
create index wal_scrub_newest on wal_scrub (cluster_id, repository, checked_at desc);
create index wal_scrub_damaged on wal_scrub (cluster_id) where verdict = 'damaged';
