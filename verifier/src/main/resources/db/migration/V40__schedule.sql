-- What was declared to be due, what was heard of it, and what was missed. All learned from events.

-- One row per policy that ever had a schedule. Locked by whoever decides about one of its runs.
create table policy_watch (
    cluster_id    uuid not null,
    kind          text not null check (kind in ('backup', 'drill')),
    policy        text not null,
    cluster       text not null,
    -- Up to here each moment that was due is decided.
    settled_until timestamptz not null,
    primary key (cluster_id, kind, policy)
);

-- The schedule as it was declared through time.
create table policy_span (
    cluster_id  uuid not null,
    kind        text not null,
    policy      text not null,
    valid_from  timestamptz not null,
    valid_until timestamptz,
    cron        text not null,
    zone        text not null,
    jitter_ms   bigint not null,
    primary key (cluster_id, kind, policy, valid_from),
    foreign key (cluster_id, kind, policy) references policy_watch
);
create unique index policy_span_open on policy_span (cluster_id, kind, policy) where valid_until is null;

-- What was said of a run that a schedule asked for.
create table heard_run (
    cluster_id uuid not null,
    kind       text not null,
    policy     text not null,
    due_at     timestamptz not null,
    run_id     uuid not null,
    -- null while it runs
    ending     text,
    primary key (cluster_id, kind, policy, due_at)
);

-- Runs of which nothing was heard in time. What comes later changes nothing here.
create table missed_run (
    cluster_id      uuid not null,
    kind            text not null,
    policy          text not null,
    due_at          timestamptz not null,
    found_at        timestamptz not null,
    ledger_sequence bigint not null,
    primary key (cluster_id, kind, policy, due_at)
);

create table finding (
    finding_id uuid primary key,
    -- What it is about: at most one is open for it.
    about      text not null,
    version    bigint not null,
    code       text not null,
    severity   text not null,
    cluster_id uuid,
    cluster    text,
    repository text,
    policy     text,
    due_at     timestamptz,
    times      int not null default 1,
    message    text not null,
    hint       text,
    raised_at  timestamptz not null,
    changed_at timestamptz not null,
    closed_at  timestamptz,
    closed_why text
);
create unique index finding_open on finding (about) where closed_at is null;
create index finding_raised on finding (raised_at desc);
