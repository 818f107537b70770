-- The chains there are, each with its head: the fence of every append. The number of a chain never changes. Updates
-- touch no indexed column and find room on their page, so that they change no index.
create table chain (
  chain_id bigint not null,
  head_index bigint not null,
  kind smallint not null,
  key text collate "C" not null,
  head_hash bytea not null,
  constraint pk_chain primary key (chain_id),
  constraint uq_chain_kind_key unique (kind, key),
  constraint ck_chain_kind check (kind > 0),
  constraint ck_chain_key check (length(key) between 1 and 63),
  constraint ck_chain_head_index check (head_index >= 0),
  constraint ck_chain_head_hash check (octet_length(head_hash) = 32)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

-- Nodes take numbers of chains from here, 1024 at a time: the value is the first of them.
create sequence chain_block as bigint increment by 1024;

-- The entries: only ever added. What an entry says of itself (time, actor, command) stands in its body alone.
-- The position is the place in the order that a reader tails: the number of the transaction, counted on from the base
-- below, and the place within the transaction in the lowest 13 bits. The name of a command is the first 16 bytes of a
-- digest of actor and command id.
create table entry (
  chain_id bigint not null,
  idx bigint not null,
  position bigint not null,
  command_name uuid not null,
  body bytea not null,
  constraint pk_entry primary key (chain_id, idx),
  constraint uq_entry_command unique (chain_id, command_name),
  constraint ck_entry_idx check (idx >= 0),
  constraint ck_entry_body check (octet_length(body) between 1 and 61440)
) partition by hash (chain_id);

create index ix_entry_position on entry (position);

-- A conflict is reported under the name of the part's own constraint, so that those have names as well: the table's,
-- then the number.
do $$
declare
  part text;
  child record;
begin
  for n in 0..15 loop
    part := 'entry_' || lpad(n::text, 2, '0');
    execute format('create table %I partition of entry for values with (modulus 16, remainder %s)', part, n);
    for child in
      select c.conname, p.conname as parent
      from pg_constraint as c join pg_constraint as p on p.oid = c.conparentid
      where c.conrelid = part::regclass
    loop
      execute format('alter table %I rename constraint %I to %I', part, child.conname, child.parent || right(part, 3));
    end loop;
  end loop;
end
$$;

-- One row. Numbers of transactions begin anew in another server: the base is raised there, so that positions do not.
create table ledger (
  ledger_id smallint not null,
  base bigint not null,
  system_identifier bigint not null,
  constraint pk_ledger primary key (ledger_id),
  constraint ck_ledger_one check (ledger_id = 1),
  constraint ck_ledger_base check (base >= 0)
);

-- The greatest time of any entry is the greatest here. Sessions write rows of their own, so that none waits.
create table writer_clock (
  slot integer not null,
  greatest_time bigint not null,
  constraint pk_writer_clock primary key (slot)
) with (fillfactor = 10);

-- One row: a moment that a delivery was judged by. No entry that is stored later, by whichever node, is from before it.
create table read_floor (
  floor_id smallint not null,
  time bigint not null,
  constraint pk_read_floor primary key (floor_id),
  constraint ck_read_floor_one check (floor_id = 1)
) with (fillfactor = 10);

insert into read_floor (floor_id, time) values (1, 0);

create table snapshot (
  kind smallint not null,
  key text collate "C" not null,
  head_index bigint not null,
  head_hash bytea not null,
  head_time bigint not null,
  state_version integer not null,
  state bytea not null,
  constraint pk_snapshot primary key (kind, key),
  constraint ck_snapshot_head_hash check (octet_length(head_hash) = 32)
);

create table secret (
  name text collate "C" not null,
  wrapped bytea not null,
  constraint pk_secret primary key (name)
);

create table lease (
  name text collate "C" not null,
  holder text collate "C" not null,
  epoch bigint not null,
  expires_at timestamptz not null,
  constraint pk_lease primary key (name),
  constraint ck_lease_epoch check (epoch > 0)
);

-- Says that this server is the one whose transactions are counted from the base; raises the base where it is another.
create function settle_base() returns void
language plpgsql security definer set search_path = exchange, pg_temp as $$
declare
  identifier bigint := (select s.system_identifier from pg_control_system() as s);
begin
  if exists (select from ledger as l where l.system_identifier = identifier) then
    return;
  end if;

  -- Sessions that come at the same time wait for the first; the second finds it done.
  lock table ledger in share row exclusive mode;
  insert into ledger as l (ledger_id, base, system_identifier)
  values (1, 0, identifier)
  on conflict (ledger_id) do update set
    base = greatest(
      l.base,
      (select coalesce(max(e.position), 0) from entry as e) / 8192 + 1
        - pg_snapshot_xmin(pg_current_snapshot())::text::bigint),
    system_identifier = identifier
  where l.system_identifier <> identifier;
end
$$;

-- No entry is from after this. A node goes on from the greatest time there is, so that one whose clock is ahead would,
-- through a single entry, stop all the others until they have caught up.
create function latest_time() returns bigint
language sql volatile as $$
  select floor(extract(epoch from clock_timestamp()) * 1000)::bigint + 5000
$$;

-- Appends parts of several chains: all, or none with an error. Chains come in the order of their numbers, so that
-- sessions that meet wait for each other instead of locking each other out. Returns the position of the last entry.
create function append_parts(
  cited_ids bigint[], cited_indexes bigint[], cited_hashes bytea[],
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

  if newest > latest_time() then
    raise exception using errcode = 'EX004', message = format('expected times to %s, found %s', latest_time(), newest);
  end if;

  -- Before any head is moved: what cites a head and what moves it may stand in one transaction, in that order.
  if exists (
    select from unnest(cited_ids, cited_indexes, cited_hashes) as h (chain_id, head_index, head_hash)
    where not exists (
      select from chain as c
      where c.chain_id = h.chain_id and c.head_index = h.head_index and c.head_hash = h.head_hash))
  then
    raise exception using errcode = 'EX003', message = 'expected the heads that are cited, found others';
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

revoke all on all functions in schema exchange from public;
grant execute on all functions in schema exchange to exchange_writer;
grant usage on sequence chain_block to exchange_writer;

-- Nobody but the owner may change or remove an entry, and a node moves heads and nothing else of a chain.
grant select on migration, chain, entry, ledger, writer_clock, read_floor, snapshot, lease to exchange_reader;
grant select on migration, chain, entry, ledger, writer_clock, read_floor, snapshot, secret, lease to exchange_writer;
grant insert on chain, entry, writer_clock, snapshot, secret, lease to exchange_writer;
grant update (head_index, head_hash) on chain to exchange_writer;
grant update on writer_clock, snapshot, lease to exchange_writer;
grant update (time) on read_floor to exchange_writer;
