-- The evidence ledger: append-only, tamper-evident. The triggers stop mistakes; what an owner of the database
-- does on purpose is found by verifying, not prevented here.

create table ledger_entry (
    sequence     bigint primary key check (sequence >= 1),
    run_key      text not null unique check (run_key <> ''),
    envelope     bytea not null,
    entry_digest bytea not null check (octet_length(entry_digest) = 32),
    leaf_hash    bytea not null check (octet_length(leaf_hash) = 32),
    prev_hash    bytea not null check (octet_length(prev_hash) = 32),
    appended_at  timestamptz not null
);
comment on column ledger_entry.run_key is 'one run, one entry';
comment on column ledger_entry.envelope is 'DSSE envelope, byte by byte as it was signed';
comment on column ledger_entry.entry_digest is 'sha256 of the envelope';
comment on column ledger_entry.leaf_hash is 'sha256 of 0x00 and the envelope (RFC 6962)';
comment on column ledger_entry.prev_hash is 'entry_digest of the entry before, zeros for the first';

-- Complete subtrees of level 1 and higher; the leaves are the entries. (level, index) covers the 2^level entries
-- after index * 2^level.
create table ledger_node (
    level smallint not null check (level >= 1),
    index bigint not null check (index >= 0),
    hash  bytea not null check (octet_length(hash) = 32),
    primary key (level, index)
);

-- One row. Whoever appends locks it.
create table ledger_head (
    only_one    boolean primary key default true check (only_one),
    sequence    bigint not null,
    root        bytea not null check (octet_length(root) = 32),
    right_edge  bytea not null,
    last_digest bytea not null check (octet_length(last_digest) = 32),
    origin      text,
    key_id      text,
    updated_at  timestamptz,
    check (sequence = 0 or (origin is not null and key_id is not null))
);
insert into ledger_head (sequence, root, right_edge, last_digest)
values (0, sha256(''), '', decode(repeat('00', 32), 'hex'));

-- Who a pseudonym in the ledger stands for. Rows may be deleted; the ledger stays as it is.
create table principal_pseudonym (
    principal text primary key,
    pseudonym uuid not null unique
);

create function ledger_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the ledger is append-only: % on % is refused', tg_op, tg_table_name
        using errcode = 'integrity_constraint_violation';
end $$;

create function ledger_entry_follows_head() returns trigger language plpgsql as $$
declare
    head record;
begin
    select sequence, last_digest into strict head from ledger_head;
    if new.sequence <> head.sequence + 1 or new.prev_hash <> head.last_digest then
        raise exception 'ledger entry % does not follow the head, which is at %', new.sequence, head.sequence
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

create function ledger_head_moves_on() returns trigger language plpgsql as $$
begin
    if new.sequence <> old.sequence + 1 then
        raise exception 'the head of the ledger moves from % to % and not to %',
            old.sequence, old.sequence + 1, new.sequence
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

create trigger append_only before update or delete on ledger_entry
    for each row execute function ledger_is_append_only();
create trigger append_only_all before truncate on ledger_entry
    for each statement execute function ledger_is_append_only();
create trigger follows_head before insert on ledger_entry
    for each row execute function ledger_entry_follows_head();
create trigger append_only before update or delete on ledger_node
    for each row execute function ledger_is_append_only();
create trigger append_only_all before truncate on ledger_node
    for each statement execute function ledger_is_append_only();
create trigger moves_on before update on ledger_head
    for each row execute function ledger_head_moves_on();
create trigger not_removed before delete on ledger_head
    for each row execute function ledger_is_append_only();
create trigger not_removed_all before truncate on ledger_head
    for each statement execute function ledger_is_append_only();
