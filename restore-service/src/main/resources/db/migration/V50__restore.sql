-- Restores that keep. Until it is approved, where that is asked for, there is no recovery of this id.
create table kept_restore (
    id            uuid primary key,
    cluster       text not null,
    request       jsonb not null,
    directory     text not null,
    requested_by  text not null,
    requested_at  timestamptz not null,
    approval      boolean not null,
    approved_by   text,
    approved_at   timestamptz,
    handed_over   jsonb,
    check ((approved_by is null) = (approved_at is null)),
    check (approved_by is null or approved_by <> requested_by)
);
create index kept_restore_listed on kept_restore (cluster, id desc);
