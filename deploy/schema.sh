#!/usr/bin/env bash
# Brings the tables of the database up to date, and begins the exchange where there is none, so that one that exists is
# imported before this ever runs: runs one node with the owner's connection until it listens, and stops it. Nothing else
# needs that connection but an import. Running it again changes nothing. Nodes may run meanwhile; those of the release
# before go on unless the changelog announces a pause.
#
#   schema.sh [PROGRAM]   PROGRAM is `exchange` unless named
#
# The connections (EXCHANGE_POSTGRES, EXCHANGE_POSTGRES_OWNER, or either with _FILE) and EXCHANGE_MASTER_KEY_FILE come
# from the environment. It ends with 0 when the tables are those of the program.
set -euo pipefail

program=${1:-exchange}
if [ -z "${EXCHANGE_POSTGRES_OWNER:-}${EXCHANGE_POSTGRES_OWNER_FILE:-}" ]; then
  echo "expected the owner's connection in EXCHANGE_POSTGRES_OWNER or a file of it in ..._OWNER_FILE" >&2
  exit 2
fi

# A directory of its own: those of the nodes are locked, and what this node remembers is of no use later.
own=$(mktemp -d)
node=
end() {
  [ -z "$node" ] || kill -TERM "$node" 2>/dev/null || true
  rm -rf "$own"
}
trap end EXIT
trap 'exit 143' TERM INT

mkfifo "$own/said"
"$program" serve --store postgres --data "$own/data" --url http://127.0.0.1:0 >"$own/said" &
node=$!

# The first line says that it listens; none comes where it could not start, and then it said why.
exec 3<"$own/said"
if IFS= read -r line <&3; then
  echo "$line"
  kill -TERM "$node"
fi
code=0
wait "$node" || code=$?
node=
exit "$code"
