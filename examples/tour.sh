#!/usr/bin/env bash
# The whole way once, offline: crawl ten small sites from a server on this machine, freeze them, verify the snapshot,
# let the oracle and a random policy play its tasks, and prove that every step comes back bit for bit.
# Run it with `make tour`; what it makes lies in runs/tour/ and can be thrown away.
set -euo pipefail
cd "$(dirname "$0")/.."
recipe=snapshots/recipes/nemo
run=runs/tour
rm -rf "$run" && mkdir -p "$run"

say() { printf '\n== %s\n' "$*"; }

say "1. Serve the sites on 127.0.0.1 and crawl them"
exec 3< <(exec webenv serve "$recipe/sites" 2>/dev/null)
trap 'kill $! 2>/dev/null || true' EXIT
read -r proxy <&3
webenv crawl $(cat "$recipe/seeds.txt") --proxy "$proxy" --delay 0 --date 20240601000000 --out "$run/crawl.warc.gz"

say "2. Freeze the crawl"
webenv build-snapshot "$run/crawl.warc.gz" --tasks "$recipe/tasks.jsonl" --title "Nemo" --out "$run/snapshot"

say "3. Verify it, and compare it with the snapshot that is kept in git"
webenv verify "$run/snapshot"
python - "$run/snapshot" snapshots/nemo <<'PYTHON'
import sys
from webenv.web.snapshot import Snapshot
fresh, kept = (Snapshot.open(path).content_id for path in sys.argv[1:])
print("same content id as snapshots/nemo" if fresh == kept else f"DIFFERENT: {fresh} is not {kept}")
sys.exit(fresh != kept)
PYTHON

say "4. Look for something"
webenv search "$run/snapshot" "clownfish released by pet owners" -k 3

say "5. Play every task, as an oracle and at random"
webenv rollout "$run/snapshot" --policy oracle --out "$run/oracle.jsonl" --workers 2
webenv rollout "$run/snapshot" --policy random --samples 4 --out "$run/random.jsonl" --workers 2

say "6. Replay both, in another process with another hash seed"
PYTHONHASHSEED=7 webenv replay "$run/oracle.jsonl" | tail -n 1
PYTHONHASHSEED=8 webenv replay "$run/random.jsonl" --workers 2 | tail -n 1

say "Done. Look around by hand: .venv/bin/webenv shell $run/snapshot"
