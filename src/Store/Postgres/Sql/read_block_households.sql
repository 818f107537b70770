select u.place, h.body
from unnest($1::text[]) with ordinality as u (key, place)
cross join lateral (
  select r.body from household as r where r.kind = $2 and r.key = u.key and r.item = '' offset 0) as h;
