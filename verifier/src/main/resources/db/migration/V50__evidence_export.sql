-- How far the ledger is exported to the evidence bucket, and whether it may grow at all.
create table evidence_export (
    only_one boolean primary key default true check (only_one),
    exported bigint not null
);
insert into evidence_export (exported) values (0);

-- There while the ledger contradicts what it has published: nothing is appended then.
create table ledger_halt (
    only_one boolean primary key default true check (only_one),
    code     text not null,
    failure  jsonb not null,
    at       timestamptz not null
);
