-- What is declared. A row is one life of a name: declared again after removal it is another row with another id, whose
-- versions go on from the old one's, so that nobody who remembers versions by name takes new ones for old.

create table declared_repository (
    id          uuid primary key,
    name        text        not null,
    version     bigint      not null,
    spec        jsonb       not null,
    digest      text        not null,
    declared_by text        not null,
    declared_at timestamptz not null,
    changed_at  timestamptz not null,
    removed_by  text,
    removed_at  timestamptz
);

create unique index declared_repository_name on declared_repository (name) where removed_at is null;
create index declared_repository_history on declared_repository (name, version);

create table declared_cluster (
    id                uuid primary key,
    name              text        not null,
    version           bigint      not null,
    spec              jsonb       not null,
    digest            text        not null,
    -- what the server said of itself when the connection was last tested; null before
    system_identifier text,
    declared_by       text        not null,
    declared_at       timestamptz not null,
    changed_at        timestamptz not null,
    removed_by        text,
    removed_at        timestamptz
);

create unique index declared_cluster_name on declared_cluster (name) where removed_at is null;
create index declared_cluster_history on declared_cluster (name, version);
