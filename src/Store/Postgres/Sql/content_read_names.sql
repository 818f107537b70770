select kind, digest from content
where (kind, digest) > ($1, $2) and kept_at <= now() - $3
order by kind, digest limit $4;
