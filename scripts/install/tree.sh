# The program's tree: from the source into a directory of its version, and the link that says which runs. Sourced by
# install-pi.sh.
# shellcheck shell=bash

source_kind='' version='' digest='' target='' previous=''

version_of() { sed -n 's/^  "version": "\([^"]*\)",\{0,1\}$/\1/p' "$1/package.json" | head -n 1; }

look_at_source() {
  version=$(version_of "$source_tree" 2>/dev/null || true)
  if [ -z "$version" ]; then
    fail "$source_tree is neither a release nor a checkout of sensor-exporter" \
      "Unpack the release archive, and run the script where it lies in it: scripts/install-pi.sh"
  elif [ -f "$source_tree/src/main.ts" ]; then
    source_kind=checkout
  elif [ -f "$source_tree/dist/src/main.js" ] && [ -d "$source_tree/node_modules" ]; then
    source_kind=release
  else
    fail "$source_tree lacks dist/ or node_modules/" "Unpack the whole release archive, not the npm package."
  fi
  [ ! -L "$root$prefix/current" ] || previous=$(readlink "$root$prefix/current")
}

installed_version() {
  if [ "$previous" ]; then printf %s "$previous"; else printf none; fi
}

# The parts of a release that are installed; the others help to install, or to read.
release_parts=(dist node_modules config docs scripts package.json package-lock.json)
release_parts+=(README.md SECURITY.md LICENSE CHANGELOG.md)

# Everything of a checkout but what is made from it.
checkout_files() {
  find . \( -name node_modules -o -name .git -o -path ./dist -o -path ./coverage -o -path ./release \) -prune \
    -o -type f -print0
}

release_files() {
  find "${release_parts[@]}" \( -path node_modules/i2c-bus/build -o -path node_modules/epoll/build \) -prune \
    -o -type f -print0 2>/dev/null || true
}

digest_source() {
  local marks=$source_tree/.installed
  # The tree is an installed one, which knows what it was made from.
  if [ -f "$marks" ]; then
    sed -n 's/^source=//p' "$marks"
    return 0
  fi
  (
    cd "$source_tree"
    "${source_kind}_files" | sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-64
  )
}

# What the installed tree was made from, to know it again.
marks() {
  printf 'source=%s\nnode=%s\nabi=%s\nnative=%s\n' "$digest" "$node_path" "$node_abi" "${native:-0}"
}

# A version that is there with other content keeps its directory, as it may be running.
name_target() {
  decide_native
  digest=$(digest_source)
  target=$version
  if [ -f "$root$prefix/$version/.installed" ] && ! has_marks "$version"; then
    target=$version+$(marks | sha256sum | cut -c 1-8)
  fi
}

has_marks() { [ "$(cat "$root$prefix/$1/.installed" 2>/dev/null)" = "$(marks)" ]; }

is_installed() { has_marks "$target"; }

make_staging() {
  [ -z "$staging" ] || return 0
  mkdir -p "$root$prefix"
  # Left behind by a run that lost its power.
  rm -rf -- "$root$prefix"/.staging.*
  staging=$(mktemp -d "$root$prefix/.staging.XXXXXX")
  chmod 755 "$staging"
}

check_space() {
  local needed=150 free
  [ "$source_kind" = release ] || needed=600
  [ "$node_from" != archive ] || needed=$((needed + 250))
  free=$(df -Pm "$(existing_parent "$root$prefix")" | awk 'NR == 2 { print $4 }')
  [ "$free" -ge "$needed" ] || fail "only $free MB are free below $prefix; $needed are needed" "Make room: sudo apt-get clean"
}

existing_parent() {
  local path=$1
  until [ -d "$path" ]; do path=$(dirname "$path"); done
  printf %s "$path"
}

# A tree appears under its name complete, or not at all.
build_tree() {
  check_space
  change "Program: put sensor-exporter $version into $prefix/$target"
  if [ "$dry_run" ]; then
    if [ "$source_kind" = checkout ]; then run npm ci && run npm run build && run npm ci --omit=dev; fi
    run cp -R "${release_parts[@]}" "$prefix/$target/"
    provide_native
    return 0
  fi
  make_staging
  mkdir "$staging/tree"
  "copy_$source_kind"
  provide_native
  write_launcher
  verify_tree
  marks >"$staging/tree/.installed"
  chown -R 0:0 "$staging/tree"
  chmod -R u+rwX,go+rX,go-w "$staging/tree"
  rm -rf -- "$root${prefix:?}/${target:?}"
  mv -T "$staging/tree" "$root$prefix/$target"
  # Or a power cut after the switch could leave empty files behind it.
  sync
}

copy_release() { copy_parts "$source_tree" "${release_parts[@]}"; }

copy_parts() {
  local from=$1 part
  shift
  for part; do
    if [ "$part" ] && [ -e "$from/$part" ]; then cp -R -- "$from/$part" "$staging/tree/"; fi
  done
}

# Compiled with all tools in one place, then installed without them in another.
copy_checkout() {
  local build=$staging/build
  require_npm
  mkdir "$build"
  (cd "$source_tree" && checkout_files | tar --null -T - -cf -) | tar -xf - --no-same-owner -C "$build"
  own_by_builder "$build"
  step "Program: fetch the tools, and compile it"
  in_tree "$build" npm_cli ci --ignore-scripts || fail_npm
  in_tree "$build" npm_cli run build ||
    fail "the program could not be compiled" "Its own words are above. Build a release elsewhere: npm run release"
  copy_parts "$build" "${release_parts[@]/node_modules/}"
  step "Program: fetch the modules that it runs on"
  own_by_builder "$staging/tree"
  in_tree "$staging/tree" npm_cli ci --omit=dev --ignore-scripts --prefer-offline || fail_npm
}

fail_npm() {
  fail "npm could not fetch the modules" "Its own words are above. Is there a network?" \
    "Without one, use a release archive, which has them."
}

write_launcher() {
  mkdir -p "$staging/tree/bin"
  cat >"$staging/tree/bin/sensor-exporter" <<END
#!/bin/sh
# Written by install-pi.sh.
exec "$node_path" --max-semi-space-size=1 "$prefix/$target/dist/src/main.js" "\$@"
END
  chmod 755 "$staging/tree/bin/sensor-exporter"
}

verify_tree() {
  local found
  found=$(run_program "$staging/tree" --version 2>&1) ||
    fail "the new version does not start" "$found" "What was installed before runs on."
  step "Program: ${found##*$'\n'} starts on Node.js $node_version"
}

# run_program TREE ARGUMENT...
run_program() {
  local tree=$1
  shift
  "$node" --max-semi-space-size=1 "$tree/dist/src/main.js" "$@"
}

# switch_link LINK NAME: at once, so that there is no moment without one.
switch_link() {
  if [ "$(readlink "$root$1" 2>/dev/null)" = "$2" ]; then return 0; fi
  run ln -sfn "$2" "$root$1.new"
  run mv -fT "$root$1.new" "$root$1"
}

# Kept are the one that runs, and the one before it to go back to, with the Node.js that they run on.
prune_versions() {
  local path name keep_node
  [ -d "$root$prefix" ] || return 0
  keep_node=$(sed -n 's/^node=//p' "$root$prefix"/{current,previous}/.installed 2>/dev/null || true)
  for path in "$root$prefix"/*/.installed; do
    [ -f "$path" ] || continue
    name=$(basename "$(dirname "$path")")
    case $name in
      current | previous | "$(readlink "$root$prefix/current")" | "$(readlink "$root$prefix/previous")") ;;
      *) remove "$prefix/$name" ;;
    esac
  done
  for path in "$root$prefix"/node/*/; do
    name=$(basename "$path")
    if [ -d "$path" ] && ! grep -qxF "$prefix/node/$name/bin/node" <<<"$keep_node"; then remove "$prefix/node/$name"; fi
  done
}
