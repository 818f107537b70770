-- The keys drive: each is looked up for itself, whatever is guessed about the sizes of the tables.
select u.place, c.item, c.body, t.digest
from unnest($1::bytea[]) with ordinality as u (key, place)
cross join lateral (
  select s.item, s.body, s.terms_id from consent as s
  where s.kind = $2 and s.key = u.key and s.status in (1, 2)
    and s.dataset_id = (select d.dataset_id from consent_dataset as d where d.dataset = $3)
  offset 0) as c
cross join lateral (
  select r.digest from consent_terms as r where r.terms_id = c.terms_id and r.recipient = $4 offset 0) as t
order by u.place, c.item;
