#!/usr/bin/env bash
# Installs sensor-exporter as a service, from the release archive or checkout that this script lies in. Run again, it
# upgrades in place, or finds nothing to do.
#
# Usage: sudo scripts/install-pi.sh [OPTION]...
#
#   --yes                    ask nothing
#   --dry-run                say what would be done, and change nothing; needs no root
#   --config FILE            configuration to install, instead of one made from what `detect` finds
#   --enable-1wire           enable 1-Wire on GPIO 4 (after a reboot)
#   --no-i2c                 leave I2C as it is
#   --no-start               install, and start with the next boot only
#   --offline                use no network
#   --without-native         leave out the compiled modules: no I2C, no GPIO through sysfs
#   --node-from ARCHIVE      Node.js for this program alone, from an archive of nodejs.org
#   --node-checksums FILE    SHASUMS256.txt that lists the archive; the one beside it if left out
#   --node-sha256 SUM        or its checksum itself
#   --keep-build-tools       keep the packages that were installed for compiling (the default)
#   --remove-build-tools     remove them; with --uninstall, Node.js too if it was installed for this
#   --rollback               go back to the version before this one
#   --uninstall              remove the program; configuration and counters stay
#   --purge                  with --uninstall: remove those too
#   --version, --help
#
# docs/install.md tells the whole story. Exit status: 0 done, 1 failed and what was running runs on, 2 wrong usage.
set -euo pipefail
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
source_tree=${here%/*}

# For tests: everything is read and written below this directory.
root=${SENSOR_EXPORTER_INSTALL_ROOT:-}
prefix=/opt/sensor-exporter
service=sensor-exporter
user=sensor-exporter
etc=/etc/sensor-exporter

dry_run='' assume_yes='' offline='' action=install purge='' start=1
wanted_config='' enable_1wire='' enable_i2c=1 native=1 remove_build_tools=''
node_archive='' node_checksums='' node_sha256=''

# shellcheck source=scripts/install/talk.sh
. "$here/install/talk.sh"
# shellcheck source=scripts/install/system.sh
. "$here/install/system.sh"
# shellcheck source=scripts/install/packages.sh
. "$here/install/packages.sh"
# shellcheck source=scripts/install/node.sh
. "$here/install/node.sh"
# shellcheck source=scripts/install/tree.sh
. "$here/install/tree.sh"
# shellcheck source=scripts/install/modules.sh
. "$here/install/modules.sh"
# shellcheck source=scripts/install/account.sh
. "$here/install/account.sh"
# shellcheck source=scripts/install/boot.sh
. "$here/install/boot.sh"
# shellcheck source=scripts/install/configuration.sh
. "$here/install/configuration.sh"
# shellcheck source=scripts/install/service.sh
. "$here/install/service.sh"
# shellcheck source=scripts/install/uninstall.sh
. "$here/install/uninstall.sh"

usage() { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$here/install-pi.sh"; }

misused() {
  printf 'install-pi.sh: %s; see install-pi.sh --help\n' "$1" >&2
  exit 2
}

read_options() {
  while [ $# -gt 0 ]; do
    case $1 in
      --config | --node-from | --node-checksums | --node-sha256)
        [ $# -ge 2 ] || misused "$1 needs a value"
        read_value "$1" "$2"
        shift
        ;;
      --*=*) read_value "${1%%=*}" "${1#*=}" ;;
      *) read_flag "$1" ;;
    esac
    shift
  done
  [ -z "$purge" ] || [ "$action" = uninstall ] || misused "--purge goes with --uninstall"
}

read_value() {
  case $1 in
    --config) wanted_config=$(realpath -- "$2") ;;
    --node-from) node_archive=$(realpath -- "$2") ;;
    --node-checksums) node_checksums=$(realpath -- "$2") ;;
    --node-sha256) node_sha256=$2 ;;
    *) misused "unknown option $1" ;;
  esac
}

read_flag() {
  case $1 in
    --yes | -y) assume_yes=1 ;;
    --dry-run) dry_run=1 ;;
    --offline) offline=1 ;;
    --enable-1wire) enable_1wire=1 ;;
    --no-i2c) enable_i2c='' ;;
    --no-start) start='' ;;
    --without-native) native='' ;;
    --remove-build-tools) remove_build_tools=1 ;;
    --keep-build-tools) remove_build_tools='' ;;
    --rollback) action=rollback ;;
    --uninstall) action=uninstall ;;
    --purge) purge=1 ;;
    --help | -h)
      usage
      exit
      ;;
    --version)
      printf 'install-pi.sh of sensor-exporter %s\n' "$(version_of "$source_tree")"
      exit
      ;;
    *) misused "unknown option $1" ;;
  esac
}

# Whatever happens before a new version has proven itself, the old one runs on.
finish() {
  local status=$?
  trap - EXIT INT TERM HUP
  if [ "$unproven" ]; then roll_back || true; fi
  [ -z "$staging" ] || rm -rf -- "$staging"
  [ -z "$log" ] || rm -f -- "$log"
  exit "$status"
}

begin() {
  [ "$dry_run" ] || [ "$(id -u)" = 0 ] ||
    fail "root is needed to install a service" "Run it with sudo, or with --dry-run to see what it would do."
  trap finish EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  log=$(mktemp)
  lock
}

# Two at a time would pull the rug from under each other.
lock() {
  [ -z "$dry_run" ] || return 0
  mkdir -p "$root/run/lock"
  exec 9>"$root/run/lock/sensor-exporter-install"
  flock --nonblock 9 || fail "another install-pi.sh is running" "Wait until it has ended."
}

install() {
  look_at_source
  plan_node
  show_plan
  ask "Go on?" || fail "nothing was changed, as you wished"
  provide_node
  name_target
  if is_installed; then
    step "Program: $target is as it should be"
  else
    build_tree
  fi
  provide_user
  provide_rules
  enable_buses
  provide_configuration
  deploy
  prune_versions
  if [ "$remove_build_tools" ]; then remove_packages build; fi
  summarise
}

show_plan() {
  printf 'sensor-exporter %s for %s, %s (%s)\n' "$version" "$board" "$os_name" "$architecture"
  printf '  from       %s (%s)\n' "$source_tree" "$source_kind"
  printf '  to         %s\n' "$prefix"
  printf '  installed  %s\n' "$(installed_version)"
  printf '  Node.js    %s\n' "$node_plan"
}

main() {
  read_options "$@"
  look_at_system
  begin
  check_system
  case $action in
    install) install ;;
    rollback) go_back ;;
    uninstall) uninstall ;;
  esac
  if [ "$dry_run" ]; then printf 'Nothing was changed: this was a dry run.\n'; fi
}

main "$@"
