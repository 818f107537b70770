#!/usr/bin/env bash
# Asks a node on this machine how it is, prints its answer and ends with 0 when that is yes.
#
#   health.sh ready [PORT]   whether it may serve: status, and below it the reason where it may not
#   health.sh live [PORT]    whether it lives
#
# Needs bash alone, so that it works in an image without curl. The port is that of --url, 5080 unless named.
set -euo pipefail

question=${1:-ready}
port=${2:-5080}
answer_time_max_seconds=5

exec 3<>"/dev/tcp/127.0.0.1/$port"
printf 'GET /health/%s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$question" >&3
IFS= read -r -t "$answer_time_max_seconds" status <&3

# What follows the empty line is the answer; the rest are headers.
while IFS= read -r -t "$answer_time_max_seconds" header <&3 && [ "$header" != $'\r' ]; do :; done
while IFS= read -r -t "$answer_time_max_seconds" line <&3 || [ -n "${line:-}" ]; do
  printf '%s\n' "${line%$'\r'}"
  line=
done
[[ $status == 'HTTP/1.'?' 200'* ]]
