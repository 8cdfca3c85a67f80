-- What this service says and hears. Every service has these tables; see package dev.lifeboat.platform.events.

-- Events that are committed and that Kafka has not confirmed yet. A row is deleted when it is confirmed: nobody keeps a
-- "read up to here" mark, so a row that becomes visible late (its position was drawn before others that committed
-- earlier) is not passed over.
create table outbox (
    position bigint generated always as identity primary key,
    topic text not null,
    record_key text not null,
    subject text not null,
    event_id uuid not null,
    headers text,
    event bytea not null,
    created_at timestamptz not null default clock_timestamp()
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

-- Which instance carries the outbox to Kafka. The backend is that of a connection which lives as long as the holder: when
-- it is gone, nobody needs to wait for the lease's end.
create table outbox_relay (
    only_row boolean primary key default true check (only_row),
    holder uuid,
    epoch bigint not null default 0,
    backend_pid integer,
    backend_start timestamptz,
    lease_until timestamptz not null default '-infinity'
);
insert into outbox_relay default values;

-- Events that were taken, per consumer; written in the commit of their effect.
create table inbox (
    consumer text not null,
    source text not null,
    event_id uuid not null,
    taken_at timestamptz not null default now(),
    primary key (consumer, source, event_id)
);
create index inbox_by_age on inbox using brin (taken_at);

-- The newest version of each aggregate that a consumer has applied.
create table seen_version (
    consumer text not null,
    subject text not null,
    version bigint not null,
    primary key (consumer, subject)
);

-- Events that wait for something that must come first. Later events of the same subject wait behind them.
create table parked_event (
    position bigint generated always as identity primary key,
    consumer text not null,
    source text not null,
    event_id uuid not null,
    subject text not null,
    topic text not null,
    partition_number integer not null,
    record_offset bigint not null,
    record_key text not null,
    event bytea not null,
    reason text not null,
    parked_at timestamptz not null,
    deadline timestamptz not null,
    unique (consumer, source, event_id)
);
create index parked_event_by_subject on parked_event (consumer, subject, position);

-- Events of types that this version does not know; taken when an upgrade knows them.
create table unknown_event (
    position bigint generated always as identity primary key,
    type text not null,
    topic text not null,
    partition_number integer not null,
    record_offset bigint not null,
    record_key text,
    event bytea not null,
    kept_at timestamptz not null
);
create unique index unknown_event_once on unknown_event (topic, partition_number, record_offset, sha256(event));

-- What could not be taken. Without a consumer, nobody could read it; with one, that consumer failed on it.
create table dead_letter (
    id uuid primary key,
    consumer text,
    code text not null,
    reason text not null,
    type text,
    source text,
    event_id uuid,
    topic text not null,
    partition_number integer not null,
    record_offset bigint not null,
    record_key text,
    event bytea not null,
    recorded_at timestamptz not null,
    closed_as text check (closed_as in ('replayed', 'dismissed')),
    closed_at timestamptz,
    closed_by text,
    closing_reason text
);
create unique index dead_letter_once
    on dead_letter (topic, partition_number, record_offset, coalesce(consumer, ''), sha256(event));

-- What this service knows from events, and must not trust while a dead letter about it is open.
create table suspect_read_model (
    read_model text not null,
    record_key text not null,
    dead_letter_id uuid not null references dead_letter,
    since timestamptz not null,
    primary key (read_model, record_key, dead_letter_id)
);
create index suspect_read_model_by_letter on suspect_read_model (dead_letter_id);

-- How far each consumer has read, in the same database as what it made of it: if this database is restored to an earlier
-- state, or a consumer is new, reading begins where the database stands and not where Kafka believes it does.
create table read_position (
    consumer text not null,
    topic text not null,
    partition_number integer not null,
    next_offset bigint not null,
    primary key (consumer, topic, partition_number)
);
