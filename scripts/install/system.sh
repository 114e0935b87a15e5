# What kind of machine this is, and whether it can be helped. Sourced by install-pi.sh.
# shellcheck shell=bash

os_field() { sed -n "s/^$1=//p" "$root/etc/os-release" 2>/dev/null | tr -d '"' | head -n 1; }

look_at_system() {
  machine=$(uname -m)
  os_id=$(os_field ID)
  os_like=$(os_field ID_LIKE)
  os_version=$(os_field VERSION_ID)
  os_name=$(os_field PRETTY_NAME)
  board=$(tr -d '\0' 2>/dev/null <"$root/proc/device-tree/model" || true)
  board=${board:-"a computer without device tree ($machine)"}
  # Of the programs, not of the kernel: Raspberry Pi OS runs 32-bit programs on a 64-bit kernel.
  architecture=$(dpkg --print-architecture 2>/dev/null || printf %s "$machine")
  memory_megabytes=$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' "$root/proc/meminfo" 2>/dev/null || true)
  memory_megabytes=$((${memory_megabytes:-1048576} / 1024))
}

is_raspberry_pi() { [[ $board == "Raspberry Pi"* ]]; }

has() { command -v "$1" >/dev/null; }

check_system() {
  check_family
  check_release
  check_systemd
  if has_package sensor-exporter; then
    fail "the Debian package sensor-exporter is installed" \
      "Two installations would fight over the port and the configuration." \
      "Keep that one, or remove it first: sudo apt-get remove sensor-exporter"
  fi
}

check_family() {
  [ "$(uname -s)" = Linux ] || fail "this is $(uname -s); sensors are read through the Linux kernel" \
    "Install it on the board. To try it here: npm ci && npm start"
  case " $os_id $os_like " in
    *" debian "* | *" raspbian "* | *" ubuntu "*) ;;
    *" alpine "*)
      fail "Alpine Linux has no systemd, and Node.js provides no programs for its C library (musl)" \
        "Use Raspberry Pi OS or Debian 12 or newer, or a container: docs/containers.md"
      ;;
    *)
      fail "${os_name:-this system} is not of the Debian family, whose tools this script needs (apt, dpkg, useradd)" \
        "Use Raspberry Pi OS or Debian 12 or newer, a container (docs/containers.md)," \
        "or install by hand: docs/install.md, section \"By hand\"."
      ;;
  esac
}

check_release() {
  local major=${os_version%%.*}
  case $os_id in
    debian | raspbian) ;;
    *) return 0 ;;
  esac
  if [[ $major =~ ^[0-9]+$ ]] && [ "$major" -lt 12 ]; then
    fail "$os_name is too old: its compiler cannot build for a Node.js of today" \
      "Write a card with Raspberry Pi OS or Debian 12 or newer."
  fi
}

check_systemd() {
  has systemctl || fail "systemd is missing; the service is one of systemd's" \
    "Use a system with systemd, or start it by hand: docs/install.md, section \"By hand\"."
  if [ "$start" ] && [ ! -d "$root/run/systemd/system" ]; then
    fail "systemd is installed, but does not run here (a container, a chroot?)" \
      "Add --no-start to install without starting, or use a container: docs/containers.md"
  fi
}
