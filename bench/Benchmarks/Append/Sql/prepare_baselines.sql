-- Run in a copy of the filled database. Entries and rows of the baselines are a real entry and its row of this very
-- database, but for what differs from entry to entry: the hash of the entry before, 32 bytes, and an id, 16 bytes.
do $block$
begin
  execute format(
    'create function model_entry() returns bytea language sql immutable parallel safe as %L',
    format('select %L::bytea', (
      select substring(e.body from 1 for octet_length(e.body) - 48) from entry e where e.idx = 1 limit 1)));
  execute format(
    'create function model_row() returns bytea language sql immutable parallel safe as %L',
    format('select %L::bytea', (select c.body from consent c limit 1)));
end
$block$;

-- Whatever number is drawn between the least and the greatest has a chain.
insert into chain (chain_id, head_index, kind, key, head_hash)
select n.chain_id, 0, 4, 'gap-' || n.chain_id, sha256(int8send(n.chain_id))
from generate_series((select min(c.chain_id) from chain c), (select max(c.chain_id) from chain c)) as n (chain_id)
where not exists (select from chain c where c.chain_id = n.chain_id);

create table bare (number bigint not null);

-- The design that anybody would write: the chain in the database, one command a transaction.
create function append_linked(number bigint) returns bigint language plpgsql as $function$
declare
  command constant uuid := gen_random_uuid();
  place bigint;
  before bytea;
  entry_body bytea;
begin
  select c.head_index, c.head_hash into strict place, before from chain c where c.chain_id = number for no key update;
  entry_body := model_entry() || before || uuid_send(command);
  insert into entry (chain_id, idx, position, command_name, body)
  values (number, place + 1, pg_current_xact_id()::text::bigint << 13, command, entry_body);
  insert into consent (terms_id, dataset_id, kind, status, key, item, body)
  values (
    1, 1, 4, 2, int8send(number) || '\x00000000000000000000'::bytea, uuid_send(command) || '\x0000'::bytea, model_row())
  on conflict on constraint pk_consent do update set
    terms_id = excluded.terms_id, dataset_id = excluded.dataset_id, status = excluded.status, body = excluded.body;
  update chain set head_index = place + 1, head_hash = sha256(entry_body) where chain_id = number;
  return place + 1;
end
$function$;
