-- In the order in which sessions that append take them.
select from chain as c
where c.chain_id = any (array(
  select f.chain_id
  from unnest($1::smallint[], $2::text[]) as u (kind, key)
  cross join lateral (
    select k.chain_id from chain as k where k.kind = u.kind and k.key = u.key limit 1) as f))
order by c.chain_id
for no key update;
