#!/usr/bin/env bash
# Lays out releases as their archives unpack, one directory each: stage.sh DIRECTORY VERSION...
# The native modules are compiled already, for this machine's Node.js.
set -euo pipefail
cd "$(dirname "$0")/../.."
place=$1
first=$2

mkdir -p "$place/$first"
npx tsc --project tsconfig.build.json --outDir "$place/$first/dist"
rm -rf "$place/$first/dist/bench"
cp -R config docs scripts package.json package-lock.json README.md LICENSE CHANGELOG.md "$place/$first/"
for module in i2c-bus epoll; do
  if ! compgen -G "node_modules/$module/build/Release/*.node" >/dev/null; then
    printf '%s is not built; run npm ci where a C++ compiler and Python 3 are installed\n' "$module" >&2
    exit 1
  fi
done
npm ls --omit=dev --all --parseable | while read -r module; do
  module=${module#"$PWD"}
  [ -n "$module" ] || continue
  mkdir -p "$place/$first${module%/*}"
  cp -R "$PWD$module" "$place/$first${module%/*}/"
done
# What compiling leaves behind.
find "$place/$first/node_modules" -path '*/build/*' -type f ! -name '*.node' -delete
find "$place/$first/node_modules" -path '*/obj.target/*' -delete

set_version() { sed -i "s/^  \"version\": \".*\"/  \"version\": \"$2\"/" "$1/package.json"; }

shift 2
for version; do
  cp -al "$place/$first" "$place/$version"
  # Links share their content; a copy of its own can differ.
  cp "$place/$version/package.json" "$place/$version/package.json.new"
  mv "$place/$version/package.json.new" "$place/$version/package.json"
  set_version "$place/$version" "$version"
done
set_version "$place/$first" "$first"
