-- statement: create_function
create function append(
  ids bigint[], old_indexes integer[], old_hashes bytea[], new_indexes integer[], new_hashes bytea[],
  new_times bigint[], chain_ids bigint[], indexes integer[], names uuid[], bodies bytea[],
  keys text[], items text[], datasets text[], recipients text[], statuses bigint[], row_bodies bytea[])
returns bigint language plpgsql as $function$
declare
  transaction_id bigint := move_heads(ids, old_indexes, old_hashes, new_indexes, new_hashes, new_times);
begin
  insert into entry (chain_id, position, idx, command_name, body)
  select n.chain_id, (transaction_id << 13) + n.ordinal - 1, n.idx, n.command_name, n.body
  from unnest(chain_ids, indexes, names, bodies) with ordinality as n(chain_id, idx, command_name, body, ordinal);
  insert into consent as c (kind, key, item, dataset, recipient, status, body)
  select 3, n.key, n.item, n.dataset, n.recipient, n.status, n.body
  from unnest(keys, items, datasets, recipients, statuses, row_bodies)
    as n(key, item, dataset, recipient, status, body)
  on conflict on constraint pk_consent do update set
    dataset = excluded.dataset, recipient = excluded.recipient, status = excluded.status, body = excluded.body;
  return transaction_id;
end
$function$;

-- statement: function
select append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

-- statement: together
with moved as (
  update chain c
  set head_index = n.new_index, head_hash = n.new_hash, head_time = n.new_time
  from unnest($1::bigint[], $2::integer[], $3::bytea[], $4::integer[], $5::bytea[], $6::bigint[])
    as n(chain_id, old_index, old_hash, new_index, new_hash, new_time)
  where c.chain_id = n.chain_id and c.head_index = n.old_index and c.head_hash = n.old_hash
  returning 1),
entries as (
  insert into entry (chain_id, position, idx, command_name, body)
  select n.chain_id, (pg_current_xact_id()::text::bigint << 13) + n.ordinal - 1, n.idx, n.command_name, n.body
  from unnest($7::bigint[], $8::integer[], $9::uuid[], $10::bytea[]) with ordinality
    as n(chain_id, idx, command_name, body, ordinal)),
consents as (
  insert into consent as c (kind, key, item, dataset, recipient, status, body)
  select 3, n.key, n.item, n.dataset, n.recipient, n.status, n.body
  from unnest($11::text[], $12::text[], $13::text[], $14::text[], $15::bigint[], $16::bytea[])
    as n(key, item, dataset, recipient, status, body)
  on conflict (kind, key, item) do update set
    dataset = excluded.dataset, recipient = excluded.recipient, status = excluded.status, body = excluded.body)
select check_moved((select count(*) from moved), cardinality($1::bigint[]));
