-- Which backup a recovery restored, and what was recorded of it. The two come from different topics, in any order.
create table restore_proof (
    recovery_id uuid primary key,
    backup_id   uuid,
    verdict     text check (verdict in ('passed', 'failed')),
    recorded_at timestamptz,
    check ((verdict is null) = (recorded_at is null))
);

create index restore_proof_backup on restore_proof (backup_id, recorded_at desc)
    where backup_id is not null and verdict is not null;
