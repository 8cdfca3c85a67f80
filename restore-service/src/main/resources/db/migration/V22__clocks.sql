-- How the clocks stood to each other that the moments of a recovery were read from.
alter table recovery add column clocks jsonb;
