select u.place, c.head_index, c.head_hash
from unnest($1::smallint[], $2::text[]) with ordinality as u (kind, key, place)
cross join lateral (
  select r.head_index, r.head_hash from chain as r where r.kind = u.kind and r.key = u.key offset 0) as c;
