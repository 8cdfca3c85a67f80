-- What the tests' consumers write.
create table applied (
    position bigint generated always as identity primary key,
    consumer text not null,
    event_id uuid not null,
    subject text not null,
    version bigint not null,
    correlation_id text,
    causation_id text,
    applied_at timestamptz not null default clock_timestamp()
);
create table known_cluster (name text primary key);
create table aggregate (subject text primary key, version bigint not null);
