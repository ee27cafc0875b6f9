#!/usr/bin/env bash
# Copies the libraries of package-lock.json, with their licences, into vendor/: what is served is what is committed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

packages=../.local/console-packages
mkdir -p "$packages"
cp package.json package-lock.json "$packages/"
npm ci --prefix "$packages" --ignore-scripts --no-audit --no-fund

rm -rf vendor
mkdir vendor
# vendored MODULE PACKAGE FILE: without the reference to a source map that is not served.
vendored() {
    sed '/^\/\/# sourceMappingURL=/d' "$packages/node_modules/$2/$3" >"vendor/$1.js"
    cp "$packages/node_modules/$2/LICENSE" "vendor/$1.LICENSE"
}
vendored preact htm preact/standalone.module.js
vendored marked marked lib/marked.esm.js
vendored purify dompurify dist/purify.es.mjs
vendored dagre @dagrejs/dagre dist/dagre.esm.js
# The file of htm has Preact in it.
cat "$packages/node_modules/preact/LICENSE" >>vendor/preact.LICENSE
