#!/usr/bin/env bash
# Pin every dependency with hashes for all supported platforms and Pythons; no index address goes into the files.
# Existing pins stay unless asked: tools/lock.sh --upgrade, or --upgrade-package NAME.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${UV:-uv}
if ! command -v "$uv" >/dev/null; then
  echo "Cần công cụ uv để khóa phiên bản. Cài bằng: python3 -m pip install --user uv, hoặc chỉ rõ: make lock UV=/đường/dẫn/uv" >&2
  exit 2
fi
options=(--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q)
"$uv" pip compile pyproject.toml --extra dev "${options[@]}" "$@" -o requirements-dev.lock
"$uv" pip compile pyproject.toml -c requirements-dev.lock "${options[@]}" "$@" -o requirements.lock
"$uv" pip compile pyproject.toml --extra spark -c requirements-dev.lock "${options[@]}" "$@" -o requirements-spark.lock
"$uv" pip compile benchmarks/requirements.in "${options[@]}" --emit-build-options "$@" -o benchmarks/requirements.lock
