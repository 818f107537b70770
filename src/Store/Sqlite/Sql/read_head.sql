-- Integers sort before blobs: the greatest name below an empty blob is the greatest index.
select name, hash from entry_key
where chain_id = ?1 and name < x''
order by name desc limit 1;
