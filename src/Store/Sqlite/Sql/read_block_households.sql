select key, body from household
where kind = ?1 and key between ?2 and ?3
order by key;
