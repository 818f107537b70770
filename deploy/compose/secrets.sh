#!/usr/bin/env bash
# Makes the secrets of deploy/compose/compose.yaml in a folder, each for the user of its container alone. What is there
# already stays: a second master key would open nothing that the first one closed.
#
#   sudo deploy/compose/secrets.sh FOLDER            for Docker
#   podman unshare deploy/compose/secrets.sh FOLDER  for Podman without root
set -euo pipefail

folder=${1:?name the folder that the secrets go to}
if [ "$(id -u)" -ne 0 ]; then
  echo "The files are given to the users of the containers: run it with sudo, or with podman unshare." >&2
  exit 2
fi

database_user=999 node_user=1654
host=${EXCHANGE_POSTGRES_HOST:-database}

umask 077
mkdir -p "$folder"
cd "$folder"

random_hex() { od -An -v -tx1 -N32 /dev/urandom | tr -d ' \n'; }

connection() { printf 'Host=%s;Database=exchange;Username=%s;Password=%s\n' "$host" "$1" "$(<"$2")"; }

# keep FILE USER COMMAND...: writes what the command prints unless the file is there, whole or not at all.
keep() {
  local file=$1 user=$2
  shift 2
  [ ! -e "$file" ] || return 0
  "$@" >"$file.new"
  chmod 0400 "$file.new"
  chown "$user:$user" "$file.new"
  mv "$file.new" "$file"
}

for name in superuser owner writer; do
  keep "$name.password" "$database_user" random_hex
done
keep postgres "$node_user" connection exchange_writer writer.password
keep postgres-owner "$node_user" connection exchange_owner owner.password
keep master.key "$node_user" random_hex
echo "The secrets are in $PWD. Keep a copy of master.key in another place: without it nothing personal can be read."
