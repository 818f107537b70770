#!/usr/bin/env bash
# Run once by the image of PostgreSQL, when it makes its database: the exchange's roles, with the passwords from files.
# psql reads them itself, so that they stand in no command line.
set -e

ask=(psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname exchange)
"${ask[@]}" --file /exchange/roles.sql
"${ask[@]}" <<'SQL'
\set owner `cat /run/secrets/owner-password`
\set writer `cat /run/secrets/writer-password`
alter role exchange_owner password :'owner';
alter role exchange_writer password :'writer';
SQL
