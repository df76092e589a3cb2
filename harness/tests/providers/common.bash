# Sourced by the scripts of the providers' folders: what installing, starting and stopping have in common.
# shellcheck shell=bash
set -euo pipefail

say() { printf '%s\n' "$*" >&2; }

# wrong_usage: prints the comment at the head of the script that was called.
wrong_usage() {
  sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0" >&2
  exit 2
}

# unavailable WHY...: the provider cannot be had on this machine.
unavailable() {
  say "$*"
  exit 3
}

# need_programs NAME...
need_programs() {
  local name
  for name in "$@"; do
    command -v "$name" >/dev/null || unavailable "$name is needed and is not installed"
  done
}

# need_java MAJOR: the oldest release that will do.
need_java() {
  local major
  need_programs java
  major=$(java -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
  ((${major:-0} >= $1)) || unavailable "Java $1 or newer is needed, this is ${major:-an unknown one}"
}

# maven_package NAME: `mvn package` of the current folder, which tells a repository out of reach from a fault of ours.
maven_package() {
  local log=build/install.log reason
  if mvn -B -q --strict-checksums package >"$log" 2>&1; then return 0; fi
  reason=$(grep -m 1 -oE '(Could not|could not|Non-resolvable|Failed to read) .*' "$log" | cut -c 1-200 || true)
  if [[ -n $reason ]]; then unavailable "$1 cannot be fetched: $reason"; fi
  tail -20 "$log" >&2
  return 1
}

# chosen_port PORT: the same, or for 0 a free one, for servers that cannot report which one they were given.
chosen_port() {
  [[ $1 =~ ^[0-9]{1,5}$ && $1 -le 65535 ]] || wrong_usage
  if [[ $1 -eq 0 ]]; then
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
  elif (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
    # Whoever listens there would answer in the new server's place.
    say "port $1 is in use"
    exit 1
  else
    echo "$1"
  fi
}

# absolute_file FILE: its absolute path; its folder is made.
absolute_file() {
  mkdir -p "$(dirname "$1")"
  echo "$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"
}

# write_secret FILE: standard input, readable by its owner only, and never seen half written.
write_secret() {
  (umask 077 && cat >"$1.part")
  mv -f "$1.part" "$1"
}

# wait_until_answers PID URL SECONDS LOG: or the server is ended, the end of its log shown, and the status 1.
wait_until_answers() {
  local end=$((SECONDS + $3))
  while ((SECONDS < end)) && kill -0 "$1" 2>/dev/null; do
    if curl -fsS --noproxy '*' --max-time 5 -o /dev/null "$2" 2>/dev/null; then return 0; fi
    sleep 0.3
  done
  kill "$1" 2>/dev/null || true
  say "the server does not answer at $2; its log:"
  tail -20 "$4" >&2
  return 1
}

# stop_server PID WORDS: the process, if its command line still holds WORDS: the number may be another process's by now.
stop_server() {
  [[ $1 =~ ^[0-9]+$ ]] || wrong_usage
  is_server() { [[ -r /proc/$1/cmdline ]] && tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null | grep -qF -- "$2"; }
  is_server "$1" "$2" || return 0
  kill "$1" 2>/dev/null || true
  for _ in {1..150}; do
    is_server "$1" "$2" || return 0
    sleep 0.1
  done
  kill -KILL "$1" 2>/dev/null || true
}

# new_signing_key FILE: a P-256 key of a client that signs its assertions (RFC 7523), as PEM.
new_signing_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 2>/dev/null | write_secret "$1"; }

# public_jwk FILE KEY_ID: the public half as a JWK (RFC 7517).
public_jwk() {
  # The point's two coordinates are the last 64 octets of the public key's DER form (RFC 5480 §2.2).
  coordinate() {
    openssl pkey -in "$1" -pubout -outform DER | tail -c 64 | "$2" -c 32 | base64 -w 0 | tr '+/' '-_' | tr -d '='
  }
  printf '{"kty":"EC","crv":"P-256","alg":"ES256","use":"sig","kid":"%s","x":"%s","y":"%s"}' \
    "$2" "$(coordinate "$1" head)" "$(coordinate "$1" tail)"
}

# need_go: what the Go providers are built with; they bring SQLite, which is C.
need_go() {
  need_programs go
  local version
  version=$(go env GOVERSION)
  # The `tool` lines of their go.mod files are of Go 1.24.
  [[ $version =~ ^go1\.(2[4-9]|[3-9][0-9]) ]] || unavailable "Go 1.24 or newer is needed, this is $version"
  CC=$(command -v cc gcc gcc-12 clang-19 clang | head -1) || true
  [[ $CC ]] || unavailable "a C compiler is needed and none is installed"
  export CC CGO_ENABLED=1 GOFLAGS='-mod=readonly -trimpath -buildvcs=false'
}

# build_go_tool NAME PACKAGE [OPTION...]: build/NAME from a package of the modules that the folder's go.mod pins.
build_go_tool() {
  local name=$1 package=$2
  shift 2
  go mod download >&2 || unavailable "the Go modules of $name cannot be downloaded"
  go build -o "build/$name" "$@" "$package" >&2
}
