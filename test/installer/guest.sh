#!/usr/bin/env bash
# Runs in the emulated machine, as root, and makes it go through the life of an installation: guest.sh [STEP]...
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=test/installer/library.sh
. ./library.sh

pulses_total='sensor_pulses_total{sensor="rain"}'
counted() { value "$pulses_total"; }
counts() { [ "$(counted)" = "$1" ]; }
counts_more_than() { [ "$(counted)" -gt "$1" ]; }
counts_at_least() { [ "$(counted)" -ge "$1" ]; }

# What Raspberry Pi OS has and plain Debian lacks is taken away: the installer has to bring it.
become_plain_debian() {
  rm /etc/udev/rules.d/60-rig.rules
  userdel --remove pi 2>/dev/null
  groupdel gpio
  groupdel i2c
  udevadm control --reload
  chown root:root /dev/i2c-* /dev/gpiochip* /sys/class/gpio/{export,unexport}
  chmod 600 /dev/i2c-* /dev/gpiochip*
  chmod 200 /sys/class/gpio/{export,unexport}
  mkdir -p /etc/avahi/services
  pull up
}

unpack() {
  mkdir /releases
  tar -xf /share/releases.tar -C /releases
  all_files >/job/out/files-before
}

first_install() {
  expect "the first installation" install 1.0.0
  expect "the service is active" systemctl is-active --quiet sensor-exporter
  expect "it is the version that was installed" is_version 1.0.0
  expect "detect found the chip at 0x76" grep -q 'driver: bme280' /etc/sensor-exporter/config.yaml
  expect "detect found the chip at 0x44" grep -q 'driver: sht4x' /etc/sensor-exporter/config.yaml
  expect "detect found the thermometer" grep -q 'driver: ds18b20' /etc/sensor-exporter/config.yaml
  eventually "the chip is read by the confined service" has_series 'sensor_pressure_pascals{'
  expect "others may not read the configuration" [ "$(stat -c '%a %U:%G' /etc/sensor-exporter/config.yaml)" = "640 root:sensor-exporter" ]
  expect "the group owns the bus" [ "$(stat -c %G /dev/i2c-1)" = i2c ]
  expect "Avahi announces the port" grep -q '<port>10048</port>' /etc/avahi/services/sensor-exporter.service
}

second_install() {
  local before
  before=$(property MainPID)
  touch /run/mark
  expect "the second installation" install 1.0.0
  expect "the second one finds nothing to do" says "Nothing to do: sensor-exporter 1.0.0 is installed and runs."
  expect "it changes no file" [ -z "$(find /etc /opt /usr /home /root -xdev -newer /run/mark -type f)" ]
  expect "it leaves the service alone" [ "$(property MainPID)" = "$before" ]
}

configure() {
  cp /etc/sensor-exporter/config.yaml /run/config.yaml
  cat >>/run/config.yaml <<END
  rain:
    driver: pulse-counter
    line: 17
    interval: 1s
# Its edges are queued by the kernel, so that a slow machine loses none.
gpio: { backend: chardev }
END
  printf 'sensors:\n  rain:\n    driver: nonsense\n' >/run/bad.yaml
  expect "a bad configuration is refused" fails install 1.0.0 --config /run/bad.yaml
  expect "a good one is taken" install 1.0.0 --config /run/config.yaml
  eventually "the new sensor counts from nothing" counts 0
}

scrape_from_outside() {
  # Called by the machine, the other one scrapes through the machine's network address.
  exec 6<>"/dev/tcp/10.0.2.2/$(cat /share/outside-port)"
  exec 7<>/dev/tcp/10.0.2.15/10048
  head -n 4 <&6 >&7
  cat <&7 >&6
  exec 6>&- 7>&-
}

count_while_reloading() {
  pulses_begin
  sleep 2
  sed -i 's/^    driver: sht4x$/&\n    labels: { room: hall }/' /etc/sensor-exporter/config.yaml
  systemctl reload sensor-exporter
  sleep 2
  pulses_stop
  eventually "the reload is done" has_series 'room="hall"'
  eventually "every pulse is counted" counts "$(sent)"
  say "pulses: $(sent) sent during a reload, $(counted) counted"
}

upgrade_while_counting() {
  local before lost
  before=$(counted)
  pulses_begin
  expect "the upgrade" install 1.1.0
  sleep 2
  pulses_stop
  expect "it is the new version" is_version 1.1.0
  expect "the link says so" [ "$(readlink /opt/sensor-exporter/current)" = 1.1.0 ]
  expect "the old one is kept" [ "$(readlink /opt/sensor-exporter/previous)" = 1.0.0 ]
  eventually "counting goes on where it was" counts_more_than "$before"
  sleep 5
  lost=$((before + $(sent) - $(counted)))
  say "pulses: $(sent) sent during an upgrade, $lost lost; $(sent_in_gap 0) of them came between the stop of the old version and the start of the new one, $(sent_in_gap 10) until ten seconds later"
  expect "the total has not grown by itself" [ "$lost" -ge 0 ]
  # Ready, the new version has yet to get hold of the line, which takes the emulated machine seconds.
  expect "none is lost but in between" [ "$lost" -le $(($(sent_in_gap 10) + 1)) ]
  expect "the configuration survived" grep -q '^gpio: { backend: chardev }' /etc/sensor-exporter/config.yaml
}

# A version that passes every check beforehand, and fails as a service.
break_release() {
  cp -al /releases/1.1.0 /releases/1.2.0
  sed -i 's/"version": "1.1.0"/"version": "1.2.0"/' /releases/1.2.0/package.json
  mv /releases/1.2.0/dist/src/main.js /releases/1.2.0/dist/src/real-main.js
  printf '%s\n' 'if (process.argv[2] === "serve") process.exit(1);' 'await import("./real-main.js");' \
    >/releases/1.2.0/dist/src/main.js
}

roll_back_what_is_broken() {
  local before
  before=$(counted)
  break_release
  expect "a broken version fails" fails install 1.2.0
  expect "it says so" says "It was rolled back: 1.1.0 runs again."
  expect "the old version runs" is_version 1.1.0
  expect "the link says so" [ "$(readlink /opt/sensor-exporter/current)" = 1.1.0 ]
  eventually "its counters are there" counts_at_least "$before"
  expect "nothing is left half done" [ -z "$(find /opt/sensor-exporter -maxdepth 1 -name '.*' ! -path /opt/sensor-exporter)" ]
}

go_back_and_forth() {
  expect "back to the first version" install 1.1.0 --rollback
  expect "the first version runs" is_version 1.0.0
  expect "back again" install 1.0.0 --rollback
  expect "the second version runs" is_version 1.1.0
}

is_restarted() { [ "$(property NRestarts)" -ge 1 ] && systemctl is-active --quiet sensor-exporter; }

watchdog_bites() {
  local before begin
  mkdir -p /etc/systemd/system/sensor-exporter.service.d
  printf '[Service]\nWatchdogSec=30\n' >/etc/systemd/system/sensor-exporter.service.d/quick.conf
  systemctl daemon-reload
  systemctl restart sensor-exporter
  before=$(property MainPID)
  kill -STOP "$before"
  begin=$SECONDS
  eventually "the watchdog restarts a stopped program" is_restarted
  expect "it is another process" [ "$(property MainPID)" != "$before" ]
  say "the watchdog of 30 s took $((SECONDS - begin)) s to have another process ready"
  rm -r /etc/systemd/system/sensor-exporter.service.d
  systemctl daemon-reload
}

# The kernel goes on, all else starts again, this script included; what is mounted from outside stays.
reboot() {
  local mounted
  counted >/job/out/counted
  printf '%s\n' "${steps[@]}" >/job/out/steps
  for mounted in job rig share; do
    mkdir -p "/run/systemd/system/$mounted.mount.d"
    printf '[Unit]\nDefaultDependencies=no\n' >"/run/systemd/system/$mounted.mount.d/stay.conf"
  done
  systemctl daemon-reload
  say "rebooting all but the kernel"
  systemctl stop sensor-exporter
  # The machine's set-up makes the lines anew.
  echo 0 >/sys/kernel/config/gpio-sim/rig/live
  systemctl soft-reboot
  sleep 300
  exit 1
}

after_reboot() {
  eventually "the service starts at boot" systemctl is-active --quiet sensor-exporter
  eventually "it answers" is_version 1.1.0
  eventually "its counters survived" counts_at_least "$(cat /job/out/counted)"
  say "after the reboot the service runs, with its counters"
}

remove_all() {
  expect "it is uninstalled" install 1.1.0 --uninstall
  expect "nothing answers" fails get /metrics
  expect "the configuration stays" [ -f /etc/sensor-exporter/config.yaml ]
  expect "the counters stay" [ -d /var/lib/sensor-exporter ]
  expect "the program is gone" [ ! -e /opt/sensor-exporter ]
  expect "the rest goes too" install 1.1.0 --uninstall --purge
  expect "a third time there is nothing to do" install 1.1.0 --uninstall --purge
  expect "that is said" says "There was nothing to remove."
  all_files >/run/files-after
  # useradd and its kin keep the last state of their files beside them, and number the ids of users.
  diff /job/out/files-before /run/files-after | grep '^[<>]' | grep -v '/etc/\(passwd\|shadow\|group\|gshadow\|subuid\|subgid\)-$' >/run/left || true
  say "left behind: $(tr '\n' ' ' </run/left)"
  expect "nothing is left behind" [ ! -s /run/left ]
  expect "no user is left behind" fails getent passwd sensor-exporter
  expect "no group is left behind" fails getent group gpio
}

# Instead of the steps up to the upgrade, to try the later ones.
start_with_the_second() {
  printf 'sensors:\n  rain:\n    driver: pulse-counter\n    line: 17\n    interval: 1s\ngpio: { backend: chardev }\n' >/run/rain.yaml
  expect "an installation with a given configuration" install 1.1.0 --config /run/rain.yaml
  pulses_begin
  sleep 5
  pulses_stop
  eventually "it counts every pulse" counts "$(sent)"
}

all_steps=(become_plain_debian unpack first_install second_install configure scrape_from_outside count_while_reloading
  upgrade_while_counting roll_back_what_is_broken go_back_and_forth watchdog_bites reboot after_reboot remove_all)

# After a reboot, those that are left.
if [ -e /job/out/steps ]; then
  mapfile -t steps </job/out/steps
else
  steps=("${@:-${all_steps[@]}}")
fi
while [ ${#steps[@]} -gt 0 ]; do
  step=${steps[0]}
  steps=("${steps[@]:1}")
  say "$step"
  "$step"
done
