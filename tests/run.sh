#!/usr/bin/env bash
# Runs every suite, then says what failed and why, and ends with one line: N passed, N failed, N skipped.
#
#   bash tests/run.sh             runs what the tools on this machine allow and says what was left out
#   bash tests/run.sh --install   fetches missing tools with apt first; CI=true does the same
#
# Exits with 0 only when something ran and nothing failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

install=${CI:-false}
for option in "$@"; do
  case "$option" in
    --install) install=true ;;
    *) echo "unknown option $option; known: --install" >&2; exit 2 ;;
  esac
done

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# A test process, and a node that a test kills, ends before optimising its code would pay: that took a third of the
# processor's time.
tier_delay_ms=60000
results=$(mktemp -d)
failures=$results/failures
trap 'rm -rf "$results"' EXIT
passed=0 failed=0 skipped=0

# tool | Debian package | what needs it; Debian keeps a server's own programs, and some users /usr/sbin, out of PATH
tools='
strace | strace | the tests that count a store'\''s syncs and break its writes
postgres | postgresql | the tests of the PostgreSQL store
ip | iproute2 | the tests that cut silos off from each other
systemd-analyze | systemd | the tests that read the units of nodes
'

# The suites, in order. A new kind of suite is one function here and its name in this list.
suites=(build_solution dotnet_tests cluster_tests chaos_tests repeatable_build)

# --- suites -----------------------------------------------------------------------------------------------------------

build_solution() {
  # A build that fails leaves nothing to test, so it ends the run.
  dotnet build Exchange.sln -c Release -v q && return
  fail "the solution does not build"
  finish
}

dotnet_tests() {
  local project
  for project in $(test_projects | grep -Ev '^tests/(Chaos|Cluster\.Tests)/'); do
    run_dotnet_test "$project"
  done
}

# Few registries carry all of Orleans, so the cluster is built and tried where a folder with its packages is named.
cluster_tests() {
  if [ -z "${ORLEANS_PACKAGE_SOURCE:-}" ]; then
    echo "left out: the tests of the cluster. ORLEANS_PACKAGE_SOURCE names no folder with Orleans' packages"
    return
  fi
  dotnet build Exchange.sln -c Release -v q -p:Orleans=true || { fail "the cluster does not build"; return; }
  dotnet build src/Silo -c Release -v q -p:Orleans=true -p:NextRelease=true ||
    { fail "the release after this one does not build"; return; }
  run_dotnet_test tests/Cluster.Tests/Cluster.Tests.csproj -p:Orleans=true
  local_cluster src/Silo/bin/orleans/Release/net10.0/exchange
}

# The cluster as an operator tries it: the script's commands, callers whose command goes through a gateway, and a silo
# that dies and is started again.
local_cluster() {
  local program=$1 state log=$results/local-cluster code=0
  has_tool postgres || { skip "the local cluster: PostgreSQL is missing"; return; }
  echo "== local-cluster.sh"
  state=$(mktemp -d)
  use_local_cluster "$program" "$state" >"$log" 2>&1 || code=$?
  if ! deploy/local-cluster.sh down --remove --state "$state" >>"$log" 2>&1 || [ -e "$state" ]; then
    code="$code, and does not end"
  fi
  if [ "$code" = 0 ]; then
    pass "a cluster comes up, answers through a gateway and goes down"
  else
    fail "the local cluster failed with $code: $(tail -n 30 "$log")"
  fi
}

# Tests that stop processes and break disks run alone, after everything else.
chaos_tests() {
  local project
  for project in $(test_projects | grep '^tests/Chaos/'); do
    run_dotnet_test "$project"
  done
}

# Two builds of the same text in two folders must give the same bytes.
repeatable_build() {
  [ "$install" = true ] || { skip "the repeatable build: runs with --install"; return; }
  local copy sums=()
  for copy in one two; do
    copy_verifier "$results/$copy" && build_verifier "$results/$copy" || { fail "no build to compare"; return; }
    sums+=("$(cd "$results/$copy/out" && sha256sum Exchange.Ledger.dll exchange-verify.dll)")
  done
  if [ "${sums[0]}" = "${sums[1]}" ]; then
    pass "two builds are the same bytes"
  else
    fail "two builds differ: expected ${sums[0]//$'\n'/, } found ${sums[1]//$'\n'/, }"
  fi
}

# --- what the suites are made of --------------------------------------------------------------------------------------

test_projects() {
  grep -o '"tests[^"]*\.csproj"' Exchange.sln | tr -d '"' | tr '\\' '/' | sort
}

run_dotnet_test() {
  local project=$1 name trx
  shift
  name=$(basename "$project" .csproj)
  trx="$results/$name.trx"
  echo "== $name"
  DOTNET_TieredPGO=0 DOTNET_TC_CallCountingDelayMs=$tier_delay_ms \
    dotnet test "$project" -c Release --no-build -v q "$@" --logger "trx;LogFileName=$trx" \
    --results-directory "$results" --blame-hang --blame-hang-timeout 20min
  count_trx "$trx" $? "$name"
}

# A run that ended badly without a failed test (a crash, a hang, no test at all) counts as one failure.
count_trx() {
  local trx=$1 code=$2 name=$3 total executed ok
  total=$(trx_counter "$trx" total) executed=$(trx_counter "$trx" executed) ok=$(trx_counter "$trx" passed)
  passed=$((passed + ok)) failed=$((failed + executed - ok)) skipped=$((skipped + total - executed))
  [ "$executed" -eq "$ok" ] || trx_failures "$trx" >>"$failures"
  if [ "$total" -eq 0 ]; then
    fail "$name ran no test"
  elif [ "$code" -ne 0 ] && [ "$executed" -eq "$ok" ]; then
    fail "$name ended with code $code, though no test failed"
  fi
}

trx_counter() {
  local value
  value=$(grep -o '<Counters [^>]*' "$1" 2>/dev/null | grep -o " $2=\"[0-9]*\"" | tr -dc '0-9')
  echo "${value:-0}"
}

# The name of each failed test, the first lines of its message, and where it failed.
trx_failures() {
  awk '
    /<UnitTestResult / { failed = /outcome="Failed"/; name = $0; gsub(/.* testName="|".*/, "", name) }
    failed && /<Message>/ { print "FAILED: " name; left = 30 }
    failed && /<StackTrace>/ { left = 5 }
    left > 0 { line = $0; gsub(/ *<\/?(Message|StackTrace)>/, "", line); print "  " line; left-- }
    /<\/(Message|StackTrace)>/ { left = 0 }
  ' "$1" | sed 's/&#x[DA];//g; s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g'
}

# A step that fails tells which one it was by its code.
use_local_cluster() {
  local cluster=(deploy/local-cluster.sh) where=(--state "$2") token status
  "${cluster[@]}" up --program "$1" "${where[@]}" || return 11
  status=$("${cluster[@]}" status "${where[@]}") || return 12
  [ "$(grep -c '"name"' <<<"$status")" = 5 ] || return 13
  # shellcheck disable=SC1091 # The cluster writes it.
  token=$(. "$2/environment" && "$1" token --store postgres --role operator --subject operator/first) || return 14
  register_department "$(port_of gateway-1 <<<"$status")" "$token" || return 15
  kill -KILL "$(sed -n 's/.*"silo-2".* "pid": \([0-9]*\),.*/\1/p' <<<"$status")" || return 16
  ! "${cluster[@]}" status "${where[@]}" || return 17
  "${cluster[@]}" up --program "$1" "${where[@]}" || return 18
  status=$("${cluster[@]}" status "${where[@]}") || return 19
  register_department "$(port_of gateway-2 <<<"$status")" "$token" || return 20
  "${cluster[@]}" down "${where[@]}" || return 21
  ! "${cluster[@]}" status "${where[@]}" || return 22
}

# Of a node of the local cluster, from what the script says of it.
port_of() { sed -n "s|.*\"$1\", \"url\": \"http://127.0.0.1:\([0-9]*\)\".*|\1|p"; }

# Bash alone, for curl is not everywhere. The answer's first line says whether a silo's grain took the command.
register_department() {
  local body status
  body='{"id": "relief", "legalName": "Office of Poverty Relief", "creditCode": "11520000MB1A0001XM",
    "contact": "relief@example.org", "division": "52", "authority": "poverty-relief"}'
  exec 3<>"/dev/tcp/127.0.0.1/$1" || return
  printf '%s\r\n' 'POST /v1/departments HTTP/1.0' 'Host: localhost' "Authorization: Bearer $2" \
    'Idempotency-Key: 6f7d0c1e-0000-4000-8000-100000000000' 'Content-Type: application/json' \
    "Content-Length: ${#body}" '' >&3
  printf '%s' "$body" >&3
  IFS= read -r -t 60 status <&3
  exec 3>&-
  echo "a gateway answered ${status:-nothing}"
  [[ $status == 'HTTP/1.'?' 201'* ]]
}

copy_verifier() {
  mkdir -p "$1/src" || return
  cp Directory.Build.props Directory.Packages.props global.json .editorconfig BannedSymbols.txt "$1" || return
  cp src/Directory.Build.props "$1/src" || return
  tar -c --exclude=bin --exclude=obj src/Ledger src/Grains src/Signing src/Verify | tar -x -C "$1"
}

# Without servers that outlive the build, so that neither build can lend the other anything.
build_verifier() {
  dotnet build "$1/src/Verify" -c Release -v q -o "$1/out" \
    --disable-build-servers -p:ContinuousIntegrationBuild=true
}

# --- tools ------------------------------------------------------------------------------------------------------------

each_missing_tool() {
  local tool package reason
  while IFS='|' read -r tool package reason; do
    tool=${tool// /} package=${package// /}
    [ -z "$tool" ] || has_tool "$tool" || "$1" "$tool" "$package" "${reason# }"
  done <<<"$tools"
}

has_tool() {
  command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] || compgen -G "/usr/lib/postgresql/*/bin/$1" >/dev/null
}

print_package() { echo "$2"; }
left_out() { echo "left out: ${3}. Get $1 with: apt-get install $2, or run with --install"; }
still_missing() { fail "$1 could not be installed (package $2): ${3}"; }

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

get_tools() {
  local packages
  packages=$(each_missing_tool print_package)
  [ -n "$packages" ] || return
  if [ "$install" != true ]; then
    each_missing_tool left_out
    return
  fi
  as_root apt-get update -q
  [[ $packages != *postgresql* ]] || forbid_cluster
  # shellcheck disable=SC2086 # One word for each package.
  apt_install $packages
  each_missing_tool still_missing
}

# The tests start servers of their own; the package would start one for everybody.
forbid_cluster() {
  apt_install postgresql-common &&
    as_root sed -ri 's/^#?create_main_cluster *=.*/create_main_cluster = false/' \
      /etc/postgresql-common/createcluster.conf
}

apt_install() { as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q "$@"; }

# --- counting ---------------------------------------------------------------------------------------------------------

pass() { passed=$((passed + 1)); echo "passed: $1"; }
fail() { failed=$((failed + 1)); echo "FAILED: $1" | tee -a "$failures" >&2; }
skip() { skipped=$((skipped + 1)); echo "skipped: $1"; }

finish() {
  [ $((passed + failed)) -gt 0 ] || fail "nothing ran"
  [ ! -s "$failures" ] || { echo "== what failed"; cat "$failures"; }
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
  exit
}

get_tools
for suite in "${suites[@]}"; do
  "$suite"
done
finish
