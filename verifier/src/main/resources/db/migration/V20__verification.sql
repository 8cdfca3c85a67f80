-- What the verifier knows of the fleet, from events.
create table known_cluster (
    name       text primary key,
    cluster_id uuid not null,
    version    bigint not null,
    spec       jsonb not null,
    removed    boolean not null default false
);
create table known_repository (
    name    text primary key,
    version bigint not null,
    spec    jsonb not null,
    removed boolean not null default false
);

-- One row per recovery; a later attempt takes the place of an earlier one.
create table verification (
    recovery_id     uuid primary key,
    attempt         int not null,
    operation_id    uuid unique,
    cluster         text not null,
    cluster_id      uuid,
    version         bigint not null default 0,
    sandbox         jsonb,
    checks_state    text not null check (checks_state in ('none', 'running', 'completed', 'abandoned')),
    checks          jsonb not null default '[]',
    clock_offset    text,
    started_at      timestamptz,
    completed_at    timestamptz,
    verdict         text,
    reason          text,
    ending          text,
    ledger_sequence bigint,
    ledger_digest   text
);
create index verification_cluster on verification (cluster, started_at desc);
