-- Two gigabytes of WAL as work writes it: small changes all over a table with two indexes.
\set ON_ERROR_STOP on
drop table if exists written;
create table written (id int primary key, changed int not null, filler text not null);
create index on written (changed);
insert into written select id, 0, repeat(md5(id::text), 4) from generate_series(1, 300000) id;
do $$
declare
    began pg_lsn := pg_current_wal_lsn();
    step int := 0;
begin
    while pg_current_wal_lsn() - began < 2e9 loop
        step := step + 1;
        update written set changed = step where id > step % 60 * 5000 and id <= (step % 60 + 1) * 5000;
        commit;
    end loop;
end $$;
