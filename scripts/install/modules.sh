# npm, and the two modules that must be compiled: i2c-bus and epoll, of which nobody provides compiled ones. Sourced by
# install-pi.sh.
# shellcheck shell=bash

native_modules=(i2c-bus epoll)
native_way='' native_source='' npm=''
builder=root

# Debian's npm is 400 packages, so it is used where it is there, and never installed.
find_npm() {
  local path real
  real=$(readlink -f "$node")
  for path in "${real%/bin/*}/lib/node_modules/npm" "$source_tree/vendor/npm" "$root/usr/lib/node_modules/npm" \
    "$root/usr/lib/npm" "$root/usr/share/nodejs/npm"; do
    if [ -f "$path/bin/npm-cli.js" ]; then
      npm=$path/bin/npm-cli.js
      return 0
    fi
  done
  return 1
}

require_npm() {
  [ "$npm" ] || find_npm || fail "npm is needed for a checkout, and is not there" \
    "Use a release archive, which brings its own, or a Node.js of nodejs.org, which has one: --node-from."
}

# Who builds: not root, if somebody else has called sudo.
choose_builder() {
  if [ "${SUDO_USER:-root}" != root ] && id -u "$SUDO_USER" >/dev/null 2>&1; then builder=$SUDO_USER; fi
}

own_by_builder() {
  choose_builder
  mkdir -p "$staging/npm"
  chown -R "$builder" "$1" "$staging/npm"
}

# in_tree TREE npm_cli ARGUMENT...: as the builder, with little memory where there is little.
in_tree() {
  (cd "$1" && run "${@:2}")
}

npm_cli() {
  local settings=(
    "PATH=$(dirname "$node"):$PATH" "HOME=$staging/npm"
    npm_config_update_notifier=false npm_config_fund=false npm_config_audit=false
  )
  if [ "$offline" ]; then settings+=(npm_config_offline=true "npm_config_cache=$(builder_home)/.npm"); fi
  if [ "$memory_megabytes" -lt 1000 ]; then settings+=(npm_config_jobs=1); fi
  if [ "$memory_megabytes" -lt 600 ]; then settings+=(NODE_OPTIONS=--max-old-space-size=256); fi
  if [ "$builder" = root ]; then
    env "${settings[@]}" "$node" "$npm" "$@"
  else
    runuser -u "$builder" -- env "${settings[@]}" "$node" "$npm" "$@"
  fi
}

builder_home() { getent passwd "$builder" | cut -d : -f 6; }

# onoff loads epoll.
load_modules() (cd "$1" && "$node" -e 'require("i2c-bus"); require("onoff");')

modules_load() { load_modules "$1" >/dev/null 2>&1; }

# The compiled modules of TREE are those that the source asks for, and load on the chosen Node.js.
has_native_modules() {
  (cd "$1" && SOURCE=$source_tree "$node" -e '
    const locked = require(process.env.SOURCE + "/package-lock.json").packages;
    const differs = (name) =>
      locked["node_modules/" + name].version !== require("./node_modules/" + name + "/package.json").version;
    require("i2c-bus");
    require("onoff");
    process.exit(["i2c-bus", "epoll"].some(differs) ? 1 : 0);
  ') >/dev/null 2>&1
}

decide_native() {
  local tree
  if [ -z "$native" ]; then
    leave "I2C and GPIO through sysfs are missing, as --without-native asks. Run this again without it to add them."
    return 0
  fi
  for tree in "$source_tree" "$root$prefix/current"; do
    if [ -d "$tree/node_modules" ] && has_native_modules "$tree"; then
      native_way=copy native_source=$tree
      return 0
    fi
  done
  native_way=compile
  if [ "$offline" ] && ! can_compile; then
    native=''
    native_way=''
    warn "no compiler is here, and --offline forbids to fetch one: I2C and GPIO through sysfs are left out"
    leave "I2C and GPIO through sysfs are missing. Run this again with a network to add them."
  fi
}

can_compile() { [ -z "$(missing_tools)" ] && { is_debian_node || node_headers >/dev/null; } && { [ "$npm" ] || find_npm; }; }

is_debian_node() { [ "$(readlink -f "$node")" = "$root/usr/bin/node" ] && has_package nodejs; }

# Directory for node-gyp's --nodedir; without one it fetches the headers from nodejs.org.
node_headers() {
  local real directory
  real=$(readlink -f "$node")
  for directory in "${real%/bin/*}" "$root/usr/include/nodejs"; do
    if grep -qsx "#define NODE_MODULE_VERSION $node_abi\|#define NODE_MAJOR_VERSION ${node_version%%.*}" \
      "$directory"/{include/node,src}/node_version.h; then
      printf %s "$directory"
      return 0
    fi
  done
  return 1
}

# Packages without which nothing can be compiled.
missing_tools() {
  has g++ || printf 'g++\n'
  has make || printf 'make\n'
  has python3 || printf 'python3\n'
  if is_debian_node && ! node_headers >/dev/null; then printf 'libnode-dev\n'; fi
}

provide_native() {
  case $native_way in
    copy) copy_native ;;
    compile) compile_native ;;
    *)
      step "Native modules: left out"
      return 0
      ;;
  esac
  [ -z "$dry_run" ] || return 0
  modules_load "$staging/tree" || fail "the compiled modules ${native_modules[*]} do not load" \
    "$(load_modules "$staging/tree" 2>&1 | grep -m 1 Error)" \
    "What was installed before runs on. To go on without I2C: --without-native"
}

copy_native() {
  local module
  step "Native modules: those of $native_source serve"
  [ -z "$dry_run" ] || return 0
  for module in "${native_modules[@]}"; do
    mkdir -p "$staging/tree/node_modules/$module/build/Release"
    cp -f "$native_source/node_modules/$module"/build/Release/*.node "$staging/tree/node_modules/$module/build/Release/"
  done
}

compile_native() {
  local tools=() options=(--foreground-scripts) headers module
  mapfile -t tools < <(missing_tools)
  if [ ${#tools[@]} -gt 0 ]; then
    change "Native modules: install what compiling needs (${tools[*]})"
    install_packages build "${tools[@]}"
  fi
  change "Native modules: compile ${native_modules[*]}; this takes minutes on a small board"
  if [ "$dry_run" ]; then
    run npm rebuild "${native_modules[@]}"
    return 0
  fi
  require_npm
  if headers=$(node_headers); then options+=("--nodedir=$headers"); fi
  own_by_builder "$staging/tree"
  in_tree "$staging/tree" npm_cli rebuild "${options[@]}" "${native_modules[@]}" ||
    fail "${native_modules[*]} could not be compiled" "The compiler's own words are above." \
      "What was installed before runs on. To go on without I2C: --without-native"
  for module in "${native_modules[@]}"; do tidy_build "$staging/tree/node_modules/$module/build"; done
}

# What compiling leaves behind is ten times what is needed.
tidy_build() {
  mkdir "$1.tidy"
  mv "$1"/Release/*.node "$1.tidy/"
  rm -rf "$1"
  mkdir "$1"
  mv "$1.tidy" "$1/Release"
}
