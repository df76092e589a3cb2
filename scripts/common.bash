# Sourced by the scripts of this folder: goes to the root of the tree and tells what is done.
# shellcheck shell=bash
set -euo pipefail
caller_folder=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "$(basename "$0"): $*"
  exit 1
}

# absolute PATH: a path that the caller gave, seen from the caller's folder.
absolute() { [[ $1 == /* ]] && echo "$1" || echo "$caller_folder/$1"; }

# Prints the comment at the head of a script: its help.
show_help() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$1"; }

# help_if_asked ARGUMENTS...: prints the help and ends if one of them asks for it.
help_if_asked() {
  local argument
  for argument in "$@"; do
    if [[ $argument == -h || $argument == --help ]]; then
      show_help "scripts/$(basename "$0")"
      exit 0
    fi
  done
}

wrong_usage() {
  show_help "scripts/$(basename "$0")" >&2
  exit 2
}

# results_of_requirements RUN_JSON: a line for each requirement that a run observed: its id and its result, sorted.
results_of_requirements() {
  python3 - "$1" <<'PYTHON'
import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    requirements = json.load(file)["requirements"]
print("\n".join(sorted(f'{one["id"]} {one["result"]}' for one in requirements if one["observed"])))
PYTHON
}
