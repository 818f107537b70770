select u.place, i.body
from unnest($1::text[]) with ordinality as u (key, place)
cross join lateral (
  select r.body from identifier as r where r.kind = $2 and r.key = u.key and r.item = '' offset 0) as i;
