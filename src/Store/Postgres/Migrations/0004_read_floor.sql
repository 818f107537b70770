-- One row: a moment that a delivery was judged by. No entry that is stored later, by whichever node, is from before it.
create table read_floor (
  floor_id smallint not null,
  time bigint not null,
  constraint pk_read_floor primary key (floor_id),
  constraint ck_read_floor_one check (floor_id = 1)
) with (fillfactor = 10);

insert into read_floor (floor_id, time) values (1, 0);

drop function append_parts(
  bigint[], bigint[], bytea[], bigint[], bytea[], bigint[], smallint[], text[], bigint[], bytea[],
  bigint[], bigint[], uuid[], bytea[], bigint);

-- Appends parts of several chains: all, or none with an error. Chains come in the order of their numbers, so that
-- sessions that meet wait for each other instead of locking each other out. Returns the position of the last entry.
create function append_parts(
  moved_ids bigint[], expected_indexes bigint[], expected_hashes bytea[], moved_indexes bigint[], moved_hashes bytea[],
  new_ids bigint[], new_kinds smallint[], new_keys text[], new_indexes bigint[], new_hashes bytea[],
  entry_chains bigint[], entry_indexes bigint[], entry_names uuid[], entry_bodies bytea[], oldest bigint,
  newest bigint)
returns bigint
language plpgsql as $$
declare
  before_first bigint;
  moved bigint;
begin
  -- Never waits: nobody holds it alone. Whoever raises the floor waits until those who hold it now have ended, because
  -- what they compare may be the floor of before.
  perform pg_advisory_xact_lock_shared(20, 4);
  if oldest < (select f.time from read_floor as f) then
    raise exception using errcode = 'EX002', message = format('expected times from the floor, found %s', oldest);
  end if;

  if cardinality(moved_ids) > 0 then
    update chain as c
    set head_index = h.new_index, head_hash = h.new_hash
    from unnest(moved_ids, expected_indexes, expected_hashes, moved_indexes, moved_hashes)
      as h (chain_id, expected_index, expected_hash, new_index, new_hash)
    where c.chain_id = h.chain_id and c.head_index = h.expected_index and c.head_hash = h.expected_hash;
    get diagnostics moved = row_count;
    if moved <> cardinality(moved_ids) then
      raise exception using
        errcode = 'EX001', message = format('expected %s heads, found %s', cardinality(moved_ids), moved);
    end if;
  end if;

  if cardinality(new_ids) > 0 then
    insert into chain (chain_id, kind, key, head_index, head_hash)
    select * from unnest(new_ids, new_kinds, new_keys, new_indexes, new_hashes);
  end if;

  select (l.base + pg_current_xact_id()::text::bigint) * 8192 into strict before_first from ledger as l;
  insert into entry (chain_id, idx, position, command_name, body)
  select
    unnest(entry_chains), unnest(entry_indexes), before_first + generate_series(1, cardinality(entry_chains)),
    unnest(entry_names), unnest(entry_bodies);

  insert into writer_clock as w (slot, greatest_time)
  values (pg_backend_pid() % 1024, newest)
  on conflict (slot) do update set greatest_time = excluded.greatest_time
  where w.greatest_time < excluded.greatest_time;

  return before_first + cardinality(entry_chains);
end
$$;

revoke all on function append_parts(
  bigint[], bigint[], bytea[], bigint[], bytea[], bigint[], smallint[], text[], bigint[], bytea[],
  bigint[], bigint[], uuid[], bytea[], bigint, bigint) from public;
grant execute on function append_parts(
  bigint[], bigint[], bytea[], bigint[], bytea[], bigint[], smallint[], text[], bigint[], bytea[],
  bigint[], bigint[], uuid[], bytea[], bigint, bigint) to exchange_writer;
grant select on read_floor to exchange_reader, exchange_writer;
grant update (time) on read_floor to exchange_writer;
