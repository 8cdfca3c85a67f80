\set customer random(1, 20000)
\set cents random(100, 90000)
with o as (
    insert into orders (customer_id, ordered_at, note) values (:customer, clock_timestamp(), 'while you watch')
    returning order_id, ordered_at
)
insert into payments (order_id, ordered_at, cents, reference) select order_id, ordered_at, :cents, 'live' from o;
