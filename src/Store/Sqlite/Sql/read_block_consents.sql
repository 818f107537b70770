select key, body from consent
where kind = ?1 and key between ?2 and ?3 and dataset = ?4 and recipient = ?5 and status in (1, 2)
order by key, item;
