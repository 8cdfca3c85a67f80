-- Restores of dumps go into databases of a server instead of a directory.
alter table kept_restore alter column directory drop not null;
-- Complete under names of their own, about to get those that were asked for.
alter table kept_restore add column delivering jsonb;
alter table kept_restore add column delivered jsonb;
