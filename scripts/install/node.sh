# Finds a Node.js that runs here, or brings one. Sourced by install-pi.sh.
# shellcheck shell=bash

minimum_node=20.19
node='' node_version='' node_abi='' node_problem='' node_plan='' node_from=''
node_problems=()

at_least() { printf '%s\n%s\n' "$1" "$2" | sort -V -C; }

# try_node PROGRAM: true if it runs here and is new enough; else `node_problem` says why not.
try_node() {
  local output status=0 real
  output=$("$1" -p '[process.versions.node, process.versions.modules].join(" ")' 2>&1) || status=$?
  real=$(readlink -f "$1")
  case $status in
    0) ;;
    132) node_problem="it needs instructions that this processor lacks: most likely built for ARMv7, on an ARMv6 board" ;;
    126 | 127) node_problem="it does not start: built for other programs than those of $architecture?" ;;
    *) node_problem="it fails with status $status: $(tail -n 1 <<<"$output")" ;;
  esac
  [ "$status" = 0 ] || return 1
  read -r node_version node_abi <<<"$output"
  if ! at_least "$minimum_node" "$node_version"; then
    node_problem="it is $node_version; $minimum_node or newer is needed"
    return 1
  fi
  case ${real#"$root"} in
    /home/* | /root/*)
      node_problem="the service may not look into home directories, where it lies"
      return 1
      ;;
  esac
}

# The one that the installed version runs on, that of the path, the usual places, those brought by --node-from.
node_candidates() {
  local path
  sed -n 's/^node=//p' "$root$prefix/current/.installed" 2>/dev/null | sed "s|^|$root|" || true
  type -P node || true
  for path in "$root"/usr/local/bin/node "$root"/usr/bin/node; do
    if [ -x "$path" ]; then printf '%s\n' "$path"; fi
  done
  find "$root$prefix/node" -mindepth 3 -maxdepth 3 -path '*/bin/node' 2>/dev/null | sort -rV || true
}

find_node() {
  local candidate seen=' '
  while read -r candidate; do
    [[ $seen != *" $candidate "* ]] || continue
    seen+="$candidate "
    if try_node "$candidate"; then
      node=$candidate
      return 0
    fi
    node_problems+=("$candidate: $node_problem")
  done < <(node_candidates)
  return 1
}

plan_node() {
  local candidate
  if [ "$node_archive" ]; then
    check_node_archive
    node_from=archive node_plan="from $node_archive, checksum right"
  elif find_node; then
    node_plan="$node_version ($node)"
  else
    [ "$offline" ] || [ "$(candidate_of nodejs)" ] || update_lists
    candidate=$(candidate_of nodejs)
    if [ "$dry_run" ] && [ -z "$offline$candidate" ]; then
      node_from=apt node_plan="the one that apt-get has, if it is $minimum_node or newer"
    elif [ -z "$offline" ] && [ "$candidate" ] && at_least "$minimum_node" "$candidate" && ! has_package nodejs; then
      node_from=apt node_plan="$candidate, to be installed by apt-get"
    else
      explain_node "$candidate"
    fi
  fi
}

# Which build of nodejs.org this board needs: `line` and `build`.
node_build() {
  download=https://nodejs.org/dist
  case $architecture/$machine in
    arm64/*) line=24 build=linux-arm64 ;;
    amd64/*) line=24 build=linux-x64 ;;
    armhf/armv6*) line=22 build=linux-armv6l download=https://unofficial-builds.nodejs.org/download/release ;;
    armhf/*) line=22 build=linux-armv7l ;;
    *) line='' build='' ;;
  esac
}

explain_node() {
  local lines=() line build download problem
  for problem in ${node_problems[@]+"${node_problems[@]}"}; do lines+=("$problem"); done
  if [ "$offline" ]; then
    lines+=("apt-get was not asked, as --offline was given.")
  else
    lines+=("apt-get has ${1:-none}.")
  fi
  node_build
  if [ -z "$build" ]; then
    fail "no Node.js $minimum_node or newer runs here" "${lines[@]}" \
      "nodejs.org has none for $architecture. Put one of your own into the path as \`node\`."
  fi
  lines+=("Fetch one, here or on another computer, and hand it over:")
  if [ "$build" = linux-armv6l ]; then
    lines+=("  (22 is the last line for ARMv6; choose its newest directory below $download/)"
      "  wget $download/v22.x.y/{SHASUMS256.txt,node-v22.x.y-$build.tar.gz}"
      "  sudo $here/install-pi.sh --node-from node-v22.x.y-$build.tar.gz")
  else
    lines+=("  wget $download/latest-v$line.x/SHASUMS256.txt"
      "  wget $download/latest-v$line.x/\$(grep -o 'node-v.*-$build.tar.gz' SHASUMS256.txt)"
      "  sudo $here/install-pi.sh --node-from node-v$line.*-$build.tar.gz")
  fi
  fail "no Node.js $minimum_node or newer runs here" "${lines[@]}"
}

check_node_archive() {
  local name=${node_archive##*/} list=$node_checksums sum
  [ -f "$node_archive" ] || fail "$node_archive is not there" "Give --node-from the archive that you fetched."
  if [ -z "$node_sha256" ]; then
    list=${list:-${node_archive%/*}/SHASUMS256.txt}
    [ -f "$list" ] || fail "there is nothing to check $name against" \
      "Fetch SHASUMS256.txt from where the archive came, into the same directory," \
      "or give --node-checksums FILE or --node-sha256 SUM."
    node_sha256=$(awk -v name="$name" '$2 == name || $2 == "*" name { print $1; exit }' "$list")
    [ "$node_sha256" ] || fail "$list does not name $name" "Fetch the SHASUMS256.txt of the same version."
  fi
  sum=$(sha256sum <"$node_archive")
  [ "${sum%% *}" = "${node_sha256,,}" ] || fail "$name is damaged, or not what it claims to be" \
    "Its SHA-256 is ${sum%% *}," "and must be   $node_sha256." "Fetch it again."
}

provide_node() {
  case $node_from in
    archive) unpack_node ;;
    apt)
      change "Node.js: install the package nodejs"
      install_packages node nodejs
      node=/usr/bin/node
      [ "$dry_run" ] || try_node "$node" || fail "the Node.js of $os_name does not run here: $node_problem" \
        "Hand over another one with --node-from; see docs/install.md."
      ;;
    *) step "Node.js: $node $node_version" ;;
  esac
  # Through a link an upgrade of the distribution is followed; what is in our own tree has no link.
  node_path=${node#"$root"}
}

unpack_node() {
  local name=${node_archive##*/} place
  name=${name%.tar.*}
  place=$prefix/node/$name
  node=$root$place/bin/node
  if [ -x "$node" ] && try_node "$node"; then
    step "Node.js: $place is there already"
    return 0
  fi
  change "Node.js: unpack $name into $place"
  if [ "$dry_run" ]; then
    run tar -xf "$node_archive" --strip-components=1 -C "$place"
    return 0
  fi
  make_staging
  mkdir -p "$staging/node"
  run tar -xf "$node_archive" --strip-components=1 --no-same-owner -C "$staging/node" ||
    fail "$node_archive cannot be unpacked" "For .tar.xz the package xz-utils is needed; .tar.gz needs none."
  try_node "$staging/node/bin/node" ||
    fail "the Node.js of $name does not run here: $node_problem" "Take the archive that docs/install.md names for your board."
  mkdir -p "$root$prefix/node"
  rm -rf -- "$root$place"
  run chmod -R u+rwX,go+rX,go-w "$staging/node"
  run mv -T "$staging/node" "$root$place"
}
