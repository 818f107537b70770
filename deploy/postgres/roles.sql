-- Makes the three roles of the exchange and gives them this database. Run it once as a superuser, connected to the
-- database of the exchange; running it again changes nothing. Passwords or certificates are yours to set.
--
--   exchange_owner   owns the tables and changes them when a new version starts
--   exchange_writer  what nodes run as: adds entries and reads them, cannot change or remove any
--   exchange_reader  reads
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'exchange_owner') then
    create role exchange_owner login nosuperuser nocreatedb nocreaterole;
  end if;
  if not exists (select from pg_catalog.pg_roles where rolname = 'exchange_writer') then
    create role exchange_writer login nosuperuser nocreatedb nocreaterole;
  end if;
  if not exists (select from pg_catalog.pg_roles where rolname = 'exchange_reader') then
    create role exchange_reader login nosuperuser nocreatedb nocreaterole;
  end if;
  execute format('revoke all on database %I from public', current_database());
  execute format(
    'grant connect on database %I to exchange_owner, exchange_writer, exchange_reader', current_database());
end
$$;

revoke all on schema public from public;
create schema if not exists exchange authorization exchange_owner;
revoke all on schema exchange from public;
grant usage on schema exchange to exchange_writer, exchange_reader;
