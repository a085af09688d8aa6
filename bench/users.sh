#!/usr/bin/env bash
# net_profit and popular_assets for one date: users per second, CPU and peak memory.
#   bench/users.sh FOLDER [USERS ...]      default 100000 400000
# Data and builds are made once in FOLDER and kept; every run starts with an empty ledger. The first
# run after the data was made also fingerprints it (262 days of history), the later ones do not.
set -euo pipefail
folder=$(realpath -m "${1:?usage: bench/users.sh FOLDER [USERS ...]}")
shift
cd "$(dirname "$0")/.."
almanac=$PWD/build/release/almanac
date=2022-12-28
for users in "${@:-100000 400000}"; do
  for n in $users; do
    project=$folder/users-$n
    if [ ! -f "$project/almanac.toml" ]; then
      "$almanac" init "$project" --example portfolio >/dev/null
      "$almanac" -C "$project" sample --users "$n" --days 1 --out "$project/data"
    fi
    "$almanac" -C "$project" build >/dev/null
    for run in first 1 2 3; do
      rm -rf "$project"/.almanac/{ledger.db*,store,results}
      [ "$run" != first ] || rm -rf "$project/.almanac/cache"
      # What popular_assets depends on, so that only the two calculations are measured.
      "$almanac" -C "$project" run --date "$date" --select smart_money_score >/dev/null
      /usr/bin/time -f "$n users, run $run: %e s wall, %U s user, %S s system, %M KB" \
        "$almanac" -C "$project" run --date "$date" --select net_profit,popular_assets --json |
        python3 -c 'import json,sys; r=json.load(sys.stdin); print(r["totals"]["computed"], "computed;", *[(c["calculation"], c["duration_ms"], "ms") for c in r["cells"] if c["outcome"] == "computed"])'
    done
  done
done
