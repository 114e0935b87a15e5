#!/usr/bin/env bash
# Runs in the emulated Debian: chroot-guest.sh SUITE
set -euo pipefail
suite=$1
script=/src/release/scripts/install-pi.sh

say() { printf '== %s: %s\n' "$suite" "$*"; }
give_up() {
  say "FAILED: $*"
  exit 1
}
expect() {
  local what=$1
  shift
  "$@" || give_up "$what: $*"
}

install() {
  local begin=$SECONDS status=0
  "$script" --yes "$@" 2>&1 | tee /tmp/installer.log | sed 's/^/  | /' || status=${PIPESTATUS[0]}
  say "install-pi.sh $*: status $status after $((SECONDS - begin)) s"
  return "$status"
}

modules_load() (
  cd /opt/sensor-exporter/current
  "$(sed -n 's/^node=//p' .installed)" -e 'require("i2c-bus"); require("onoff");'
)

all_files() {
  find /etc /opt /usr /var /root -xdev \( -path /var/log -o -path /var/cache -o -path /var/lib/apt -o -path /var/lib/dpkg \) -prune \
    -o -print | sort
}

apt-get -q update >/dev/null
all_files >/tmp/before
dpkg-query -W -f '${Package}\n' | sort >/tmp/packages-before

if "$script" --yes >/tmp/installer.log 2>&1; then give_up "it starts a service without an init"; fi
sed 's/^/  | /' /tmp/installer.log
expect "it says what to do" grep -q -- '--no-start' /tmp/installer.log

options=(--no-start)
if [ "$suite" = bookworm ]; then
  if "$script" --yes --no-start >/tmp/installer.log 2>&1; then give_up "Node.js 18 was taken"; fi
  sed 's/^/  | /' /tmp/installer.log
  expect "it names the archive to fetch" grep -q 'node-v.\*-linux-arm64.tar.gz' /tmp/installer.log
  options+=(--node-from /src/node-v*-linux-arm64.tar.gz)
fi

expect "the installation" install "${options[@]}"
say "packages installed: $(dpkg-query -W -f '${Package}\n' | sort | comm -13 /tmp/packages-before - | wc -l)"
say "size: $(du -sh /opt/sensor-exporter | cut -f 1)"
expect "the command is there" sensor-exporter --version
expect "the modules load" modules_load
expect "it reads simulated sensors" sensor-exporter read --simulate --config.file=/opt/sensor-exporter/current/config/simulated.yaml
expect "the configuration is right" runuser -u sensor-exporter -- sensor-exporter check --config.file=/etc/sensor-exporter/config.yaml
expect "the service starts with the next boot" [ -L /etc/systemd/system/multi-user.target.wants/sensor-exporter.service ]
expect "a second run" install "${options[@]}"
expect "finds nothing to do" grep -q '^Nothing to do' /tmp/installer.log
expect "build tools go" install "${options[@]}" --remove-build-tools
expect "the modules load without them" modules_load
expect "all goes" install --no-start --uninstall --purge --remove-build-tools
all_files >/tmp/after
say "left behind: $(diff /tmp/before /tmp/after | grep '^[<>]' | tr '\n' ' ' || true)"
say "packages left: $(dpkg-query -W -f '${Package}\n' | sort | comm -13 /tmp/packages-before - | tr '\n' ' ')"
say "done after $SECONDS s"
