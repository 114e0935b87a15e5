#!/usr/bin/env bash
# Unpacks the release archive, once for each version: stage.sh DIRECTORY VERSION...
# The native modules are compiled already, as on the emulated machine there is no compiler.
set -euo pipefail
cd "$(dirname "$0")/../.."
place=$1
first=$2
shift 2

npm run --silent release >/dev/null
mkdir -p "$place/$first"
tar -xzf "release/sensor-exporter-$(node -p 'require("./package.json").version').tgz" --strip-components=1 -C "$place/$first"
for module in i2c-bus epoll; do
  if ! compgen -G "node_modules/$module/build/Release/*.node" >/dev/null; then
    printf '%s is not built; run npm ci where a C++ compiler and Python 3 are installed\n' "$module" >&2
    exit 1
  fi
  mkdir -p "$place/$first/node_modules/$module/build/Release"
  cp "node_modules/$module/build/Release/"*.node "$place/$first/node_modules/$module/build/Release/"
done

set_version() { sed -i "s/^  \"version\": \".*\"/  \"version\": \"$2\"/" "$1/package.json"; }

for version; do
  # Links share their content; sed makes a file of its own.
  cp -al "$place/$first" "$place/$version"
  set_version "$place/$version" "$version"
done
set_version "$place/$first" "$first"
