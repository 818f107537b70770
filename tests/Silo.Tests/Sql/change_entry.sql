-- One byte of one household's last entry.
update entry
set body = cast(substr(body, 1, length(body) - 1) || x'7e' as blob)
where position = (
  select max(position) from entry where chain_id in (select chain_id from chain where key = $key));
