#!/usr/bin/env bash
# A whole cluster as processes of this machine: PostgreSQL, three silos and two API nodes, with ports of its own.
#
#   local-cluster.sh up       starts what does not run, waits until all are ready, and says as JSON where they are;
#                             again, it starts what died, for nothing else does
#   local-cluster.sh status   says the same with the state of each, and ends with 0 when all are ready
#   local-cluster.sh down     stops all of it, gracefully and then hard; --remove removes its data too
#
#   --state DIR      where all of it is kept: /var/lib/exchange-cluster for root, else in the user's own state folder
#   --program PATH   `exchange`, built with -p:Orleans=true; without it `up` builds it from this checkout, which takes
#                    minutes, also with the packages in the folder that ORLEANS_PACKAGE_SOURCE names
#
# PostgreSQL, 15 or later, is found in /usr/lib/postgresql or PATH, takes no network, and runs as the user postgres
# where this is root. Each command may be repeated, also beside another one. Linux only: it reads /proc.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
silos=(silo-1 silo-2 silo-3)
gateways=(gateway-1 gateway-2)
ready_time_max_seconds=180
stop_time_max_seconds=75
own_mark=.exchange-local-cluster

# What the caller is connected to is no business of these nodes.
unset "${!EXCHANGE_@}" "${!PG@}"

say() { echo "$*" >&2; }
fail() { say "local-cluster: $*"; exit 1; }

# --- the folder -------------------------------------------------------------------------------------------------------

default_state() {
  if [ "$(id -u)" -eq 0 ]; then
    echo /var/lib/exchange-cluster
  else
    echo "${XDG_STATE_HOME:-$HOME/.local/state}/exchange-cluster"
  fi
}

# The path becomes part of connection strings and of a socket's name, which may have 107 bytes.
set_state() {
  state=$(realpath -m "${1:-$(default_state)}")
  [[ $state =~ ^/[A-Za-z0-9._/-]{1,70}$ ]] || fail "$state: expected at most 70 letters, digits and ._-/"
  server=$state/postgres
  socket=$server/socket
}

# One command at a time. The folder itself is the lock, unless another command removed it meanwhile.
lock_state() {
  while :; do
    [ -d "$state" ] || return 1
    exec 9<"$state"
    flock --timeout 600 9 || fail "another command has worked on $state for 10 minutes"
    [ "$state" -ef /proc/self/fd/9 ] && return 0
  done
}

make_state() {
  if [ -d "$state" ] && [ ! -e "$state/$own_mark" ] && [ -n "$(ls -A "$state")" ]; then
    fail "$state is in use for something else: name another folder with --state"
  fi
  (umask 077 && mkdir -p "$state/nodes" && touch "$state/$own_mark")
  [ -O "$state" ] || fail "$state belongs to somebody else"
  lock_state || fail "$state was removed meanwhile: try again"

  # The server's user passes through it; what is secret lies in folders of their owners alone.
  [ "$(id -u)" -ne 0 ] || chmod 0711 "$state"
}

random_hex() { od -An -v -tx1 -N32 /dev/urandom | tr -d ' \n'; }

make_secrets() {
  (
    umask 077
    mkdir -p "$state/secrets"
    cd "$state/secrets"
    [ -e master.key ] || { random_hex >master.key.new && mv master.key.new master.key; }
    echo "Host=$socket;Database=exchange;Username=exchange_writer" >postgres
    echo "Host=$socket;Database=exchange;Username=exchange_owner" >postgres-owner
    {
      echo "# For other commands of the program: . $state/environment; exchange token --store postgres ..."
      echo "export EXCHANGE_POSTGRES_FILE=$state/secrets/postgres"
      echo "export EXCHANGE_MASTER_KEY_FILE=$state/secrets/master.key"
    } >"$state/environment"
  )
}

# --- PostgreSQL -------------------------------------------------------------------------------------------------------

# The version that the data was made with; the newest for a new server.
find_server() {
  local version='' path
  [ ! -e "$server/data/PG_VERSION" ] || version=$(<"$server/data/PG_VERSION")
  for path in $(printf '%s\n' /usr/lib/postgresql/${version:-*}/bin | sort --version-sort --reverse); do
    [ ! -x "$path/initdb" ] || { programs=$path; return 0; }
  done
  path=$(command -v initdb) || fail "PostgreSQL${version:+ $version} is not installed: apt-get install postgresql"
  programs=$(dirname "$path")
}

# From a folder that the server's user may be in, and without the lock, which the server would keep for ever.
as_server() {
  if [ "$(id -u)" -eq 0 ]; then
    (cd / && runuser -u postgres -- "$@" 9>&-)
  else
    (cd / && "$@" 9>&-)
  fi
}

server_runs() { as_server "$programs/pg_ctl" --pgdata "$server/data" status >/dev/null 2>&1; }

start_server() {
  find_server
  ! server_runs || return 0
  make_server
  server_started=true
  as_server "$programs/pg_ctl" --pgdata "$server/data" --log "$server/log" --silent --wait --timeout 120 \
    --options "-c listen_addresses= -c unix_socket_directories=$socket -c max_connections=300" start >&2 \
    || { tail -n 5 "$server/log" >&2; fail "PostgreSQL does not start; its log is $server/log"; }
}

make_server() {
  if [ "$(id -u)" -eq 0 ]; then
    install -d -m 0700 -o postgres -g postgres "$server" "$socket"
    as_server test -x "$server" || fail "the user postgres cannot enter $server: name another folder with --state"
  else
    install -d -m 0700 "$server" "$socket"
  fi
  [ -e "$server/data/PG_VERSION" ] && [ -e "$server/made" ] && return 0

  # What an attempt that broke off left is no server yet. Whoever may enter the socket's folder needs no password.
  rm -rf "$server/data"
  as_server "$programs/initdb" --pgdata "$server/data" --username postgres --auth trust --data-checksums \
    --encoding UTF8 --locale C >/dev/null
  as_server touch "$server/made"
}

make_database() {
  local -x PGOPTIONS='-c client_min_messages=warning'
  local ask=("$programs/psql" --no-psqlrc --quiet --host "$socket" --username postgres --set ON_ERROR_STOP=1)
  if [ -z "$("${ask[@]}" -At --command "select 1 from pg_database where datname = 'exchange'" postgres)" ]; then
    "$programs/createdb" --host "$socket" --username postgres --template template0 exchange
  fi
  "${ask[@]}" --file "$root/deploy/postgres/roles.sql" exchange
}

stop_server() {
  [ -e "$server/data/PG_VERSION" ] || return 0
  find_server
  server_runs || return 0
  local mode
  for mode in fast immediate; do
    if as_server "$programs/pg_ctl" --pgdata "$server/data" --mode "$mode" --wait --timeout 60 --silent stop >&2; then
      return 0
    fi
  done
  fail "PostgreSQL does not stop; its data is in $server/data"
}

# --- nodes ------------------------------------------------------------------------------------------------------------

find_program() {
  if [ -z "$program" ]; then
    say "building the program, which takes some minutes and says nothing; --program names one that is built"
    dotnet build "$root/src/Silo" -c Release -v q --nologo -p:Orleans=true >&2 9>&- \
      || fail "the program does not build; ORLEANS_PACKAGE_SOURCE names a folder with packages that the registry lacks"
    program=$root/src/Silo/bin/orleans/Release/net10.0/exchange
  fi
  program=$(realpath "$program")
  [ -x "$program" ] || fail "$program is no program"
  expect_cluster
}

# Before there is a database: without a connection each build ends at once, and one that has no cluster says so first.
expect_cluster() {
  local words
  words=$(timeout 60 "$program" serve --gateway --data "$state/nodes/none" 2>&1 9>&-) || true
  [[ $words != *'has no cluster'* ]] || fail "$program was built without -p:Orleans=true and has no cluster"
}

# When a process began, in ticks since the machine did: its number alone could be another's by now. A dead process whose
# parent has not heard of it yet is dead.
birth_of() {
  local stat
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  read -r -a stat <<<"${stat##*) }"
  [ "${stat[0]}" != Z ] && echo "${stat[19]}"
}

pid_of() {
  local pid birth
  { read -r pid birth <"$state/nodes/$1/process"; } 2>/dev/null || return 1
  [ -n "$birth" ] && [ "$(birth_of "$pid")" = "$birth" ] && echo "$pid"
}

node_runs() { pid_of "$1" >/dev/null; }

# Below the ports that the system gives to outgoing connections, so that none of those takes one between two starts.
choose_port() {
  local tries
  for tries in {1..500}; do
    port=$((20000 + RANDOM % 10000))
    ! is_free "$port" || { chosen+="$port "; return 0; }
  done
  fail "no free port found in $tries tries"
}

is_free() { [[ $chosen != *" $1 "* ]] && ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The ports of an earlier start are kept where they are still free: API, silo, gateway.
choose_ports() {
  local name=$1 port ports=()
  if { read -r -a ports <"$state/nodes/$name/ports"; } 2>/dev/null && [ "${#ports[@]}" -eq 3 ]; then
    if is_free "${ports[0]}" && is_free "${ports[1]}" && is_free "${ports[2]}"; then
      chosen+="${ports[*]} "
      return 0
    fi
  fi
  ports=()
  for _ in api silo gateway; do
    choose_port
    ports+=("$port")
  done
  echo "${ports[*]}" >"$state/nodes/$name/ports"
}

start_node() {
  local name=$1 folder=$state/nodes/$1 api silo gateway role
  ! node_runs "$name" || return 0
  (umask 077 && mkdir -p "$folder")
  choose_ports "$name"
  read -r api silo gateway <"$folder/ports"
  role=(--gateway)
  [[ $name != silo-* ]] || role=(--cluster --silo-port "$silo" --gateway-port "$gateway" --advertise 127.0.0.1)
  started+=("$name")
  EXCHANGE_POSTGRES_FILE=$state/secrets/postgres EXCHANGE_MASTER_KEY_FILE=$state/secrets/master.key \
    setsid "$program" serve "${role[@]}" --data "$folder/data" --url "http://127.0.0.1:$api" \
    >>"$folder/log" 2>&1 </dev/null 9>&- &
  echo "$! $(birth_of $!)" >"$folder/process"
}

# The node's own answer: its status, and below it the reason where it may not serve.
health_of() {
  local api
  { read -r api _ <"$state/nodes/$1/ports"; } 2>/dev/null && "$root/deploy/health.sh" ready "$api" 2>/dev/null
}

start_nodes() {
  local name deadline=$((SECONDS + ready_time_max_seconds))
  for name in "$@"; do
    start_node "$name"
  done
  for name in "$@"; do
    until health_of "$name" >/dev/null; do
      node_runs "$name" || { last_words "$name"; fail "$name ended while it started"; }
      [ "$SECONDS" -lt "$deadline" ] || { last_words "$name"; fail "$name is not ready: $(health_of "$name" || true)"; }
      sleep 0.2
    done
    say "$name is ready"
  done
}

last_words() {
  say "the end of $state/nodes/$1/log:"
  tail -n 10 "$state/nodes/$1/log" >&2
}

# stop_nodes SECONDS NAME...
stop_nodes() {
  local deadline=$((SECONDS + $1)) name pid
  shift
  for name in "$@"; do
    ! pid=$(pid_of "$name") || kill -TERM "$pid" 2>/dev/null || true
  done
  for name in "$@"; do
    while node_runs "$name" && [ "$SECONDS" -lt "$deadline" ]; do
      sleep 0.1
    done
    if pid=$(pid_of "$name"); then
      say "$name did not stop in time and is killed"
      kill -KILL "$pid" 2>/dev/null || true
      while node_runs "$name"; do sleep 0.05; done
    fi
    rm -f "$state/nodes/$name/process"
  done
}

# --- commands ---------------------------------------------------------------------------------------------------------

up() {
  local name is_whole=true
  make_state
  started=() server_started=false chosen=' '
  trap abandon EXIT
  trap 'exit 130' INT TERM HUP
  for name in "${silos[@]}" "${gateways[@]}"; do
    node_runs "$name" || { is_whole=false; find_program; break; }
  done
  make_secrets
  start_server
  make_database
  if [ "$is_whole" = false ]; then
    # What it prints is where its own node listened, which is over when it returns.
    say "bringing the tables up to date"
    EXCHANGE_POSTGRES_FILE=$state/secrets/postgres EXCHANGE_POSTGRES_OWNER_FILE=$state/secrets/postgres-owner \
      EXCHANGE_MASTER_KEY_FILE=$state/secrets/master.key "$root/deploy/schema.sh" "$program" >/dev/null 9>&- \
      || fail "the tables cannot be brought up to date"
  fi
  start_nodes "${silos[@]}"
  start_nodes "${gateways[@]}"
  trap - EXIT
  print_state
}

# A start that fails leaves nothing running that was not running before; logs and data stay for whoever asks why. In a
# trap a `return` without a number returns the code of the failure, so that no function here has one.
abandon() {
  local code=$?
  trap '' INT TERM HUP
  say "stopping what was started; logs are in $state"
  stop_nodes 20 ${started[@]+"${started[@]}"}
  [ "$server_started" = false ] || stop_server
  exit "$code"
}

status() {
  [ -e "$state/$own_mark" ] || { say "there is no cluster in $state"; exit 3; }
  print_state
  local name
  for name in "${silos[@]}" "${gateways[@]}"; do
    health_of "$name" >/dev/null || exit 1
  done
}

down() {
  if [ ! -e "$state/$own_mark" ] || ! lock_state; then
    say "there is no cluster in $state"
    return 0
  fi
  stop_nodes "$stop_time_max_seconds" "${gateways[@]}"
  stop_nodes "$stop_time_max_seconds" "${silos[@]}"
  stop_server
  [ "$remove" = false ] || rm -rf "$state"
}

# The comment that this file begins with.
print_help() { sed -n '2,/^set /{/^set /!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; }

print_state() {
  local name separator=''
  printf '{\n  "state": "%s",\n  "environment": "%s/environment",\n' "$state" "$state"
  printf '  "database": "Host=%s;Database=exchange;Username=exchange_writer",\n  "nodes": [' "$socket"
  for name in "${silos[@]}" "${gateways[@]}"; do
    printf '%s\n    %s' "$separator" "$(print_node "$name")"
    separator=,
  done
  printf '\n  ]\n}\n'
}

print_node() {
  local name=$1 api=0 silo=0 gateway=0 pid health
  { read -r api silo gateway <"$state/nodes/$name/ports"; } 2>/dev/null || true
  pid=$(pid_of "$name") || pid=null
  health=$(health_of "$name") || health=${health:-no answer}
  health=${health//[$'"\\\r']/}
  printf '{"name": "%s", "url": "http://127.0.0.1:%s", "pid": %s, "health": "%s"' \
    "$name" "$api" "$pid" "${health//$'\n'/: }"
  [[ $name != silo-* ]] || printf ', "siloPort": %s, "gatewayPort": %s' "$silo" "$gateway"
  printf ', "log": "%s/nodes/%s/log"}' "$state" "$name"
}

command=${1:-}
shift || true
case "$command" in -h | --help | help) print_help; exit 0 ;; esac
program='' remove=false folder=''
while [ $# -gt 0 ]; do
  case "$1" in
    --state) folder=${2:?--state names a folder}; shift 2 ;;
    --program) program=${2:?--program names a program}; shift 2 ;;
    --remove) remove=true; shift ;;
    -h | --help) print_help; exit 0 ;;
    *) fail "unknown option $1; known: --state, --program, --remove, --help" ;;
  esac
done
set_state "$folder"
case "$command" in
  up | down | status) "$command" ;;
  *) fail "expected up, status or down; --help says more" ;;
esac
