-- The sample shop: what a small business has, with the things that restores tend to lose.
\set ON_ERROR_STOP on
select 'create role clerk login password ''clerk-of-the-sample-shop'''
where not exists (select from pg_roles where rolname = 'clerk') \gexec
create extension pg_trgm;
create extension pgcrypto;

create table customers (
    customer_id bigint generated always as identity primary key,
    name text not null,
    mail text not null unique,
    since timestamptz not null default now()
);
create table orders (
    order_id bigint generated always as identity,
    customer_id bigint not null references customers,
    ordered_at timestamptz not null,
    note text not null,
    primary key (order_id, ordered_at)
) partition by range (ordered_at);
create table orders_2025 partition of orders for values from ('2025-01-01') to ('2026-01-01');
create table orders_2026 partition of orders for values from ('2026-01-01') to ('2027-01-01');
create table orders_later partition of orders default;
create table payments (
    payment_id bigint generated always as identity primary key,
    order_id bigint not null,
    ordered_at timestamptz not null,
    cents bigint not null check (cents > 0),
    reference text not null,
    foreign key (order_id, ordered_at) references orders
);
create table "stock ""Käse"" / 100%" (
    sku text primary key,
    "how many?" integer not null
);

insert into customers (name, mail)
select 'Customer ' || n, 'customer' || n || '@shop.example' from generate_series(1, :customers) n;
insert into orders (customer_id, ordered_at, note)
select 1 + n % :customers, timestamptz '2025-03-01 00:00+00' + n * interval '320 seconds', repeat(md5(n::text), 8) || repeat(md5((n * 7)::text), 8)
from generate_series(1, :orders) n;
insert into payments (order_id, ordered_at, cents, reference)
select order_id, ordered_at, 100 + order_id % 90000, repeat(md5('p' || order_id), 8) || repeat(md5('q' || order_id), 8) from orders;
insert into "stock ""Käse"" / 100%" select 'sku-' || n, n % 50 from generate_series(1, 500) n;
create index on customers using gin (name gin_trgm_ops);
create index on payments (order_id, ordered_at);
create view turnover as select date_trunc('month', ordered_at) as month, sum(cents) as cents from payments group by 1;
select lo_from_bytea(0, convert_to(repeat('the shop''s logo, as a large object; ', 4000), 'UTF8')) as logo \gset
create table documents (name text primary key, content oid not null);
insert into documents values ('logo', :logo);

grant usage on schema public to clerk;
grant select, insert on customers, orders, payments to clerk;
analyze;
