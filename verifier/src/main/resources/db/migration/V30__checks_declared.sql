-- The owner's checks as they were ever declared here: a run is judged by those that it began with.
create table known_checks (
    cluster_id uuid not null,
    digest     text not null,
    checks     jsonb not null,
    primary key (cluster_id, digest)
);
