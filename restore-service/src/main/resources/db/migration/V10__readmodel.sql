-- What other services said, as far as recoveries need it. All of it can be read again from the topics.

create table declared_cluster (
    id         uuid        primary key,
    name       text        not null,
    version    bigint      not null,
    digest     text,
    spec       jsonb,
    removed_at timestamptz
);

create index declared_cluster_name on declared_cluster (name, id) where removed_at is null;

create table declared_repository (
    id         uuid        primary key,
    name       text        not null,
    version    bigint      not null,
    spec       jsonb,
    removed_at timestamptz
);

create index declared_repository_name on declared_repository (name, id) where removed_at is null;

-- Backups that were completed. Expired ones stay known, so that a late "completed" does not bring one back.
create table catalogued_backup (
    id           uuid        primary key,
    cluster      text        not null,
    cluster_id   uuid,
    method       text        not null,
    repository   text        not null,
    version      bigint      not null,
    completed_at timestamptz,
    expired_at   timestamptz,
    completed    jsonb
);

create index catalogued_backup_usable on catalogued_backup (cluster, method, completed_at desc)
    where expired_at is null and completed is not null;
