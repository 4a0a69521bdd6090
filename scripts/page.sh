#!/usr/bin/env bash
# Build the page of `allears serve`: page/ -> src/allears/server/page/, which is committed, so that users need no node.
#
# Needs node 20 and npm. Run it after a change in page/; a test compares the sources with the list it leaves.
set -euo pipefail
cd "$(dirname "$0")/../page"
[ -d node_modules ] || npm ci --no-audit --no-fund
npm run --silent build
find . -type f -not -path './node_modules/*' | LC_ALL=C sort | xargs sha256sum > ../src/allears/server/page/sources.sha256
du -cb ../src/allears/server/page/assets/* | tail -1
