-- statement: create
create table chain (
  chain_id bigint not null constraint pk_chain primary key,
  kind smallint not null,
  key text collate "C" not null,
  head_index integer not null,
  head_hash bytea not null,
  head_time bigint not null,
  constraint uq_chain_kind_key unique (kind, key)
) with (fillfactor = 70);

-- Raises where not every head was as expected, so that a pipelined transaction cannot commit.
create function move_heads(
  ids bigint[], old_indexes integer[], old_hashes bytea[], new_indexes integer[], new_hashes bytea[],
  new_times bigint[])
returns bigint language plpgsql as $function$
declare
  moved bigint;
begin
  update chain c
  set head_index = n.new_index, head_hash = n.new_hash, head_time = n.new_time
  from unnest(ids, old_indexes, old_hashes, new_indexes, new_hashes, new_times)
    as n(chain_id, old_index, old_hash, new_index, new_hash, new_time)
  where c.chain_id = n.chain_id and c.head_index = n.old_index and c.head_hash = n.old_hash;
  get diagnostics moved = row_count;
  perform check_moved(moved, cardinality(ids));
  return pg_current_xact_id()::text::bigint;
end
$function$;

create function check_moved(moved bigint, expected integer) returns void language plpgsql as $function$
begin
  if moved <> expected then
    raise exception 'a head moved' using errcode = 'EX001';
  end if;
end
$function$;

-- statement: fill
insert into chain (chain_id, kind, key, head_index, head_hash, head_time)
select n.chain_id, 3, n.key, -1, '\x00', 0
from unnest($1::bigint[], $2::text[]) as n(chain_id, key);

-- statement: move
select move_heads($1, $2, $3, $4, $5, $6);
