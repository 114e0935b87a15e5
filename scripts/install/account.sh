# The user that the service runs as, its groups, and who may open the devices. Sourced by install-pi.sh.
# shellcheck shell=bash

rules=/etc/udev/rules.d/60-sensor-exporter.rules
groups=(gpio i2c)

has_group() { getent group "$1" >/dev/null; }

provide_user() {
  local group missing=()
  # Raspberry Pi OS has them; Debian and others lack gpio, and i2c without i2c-tools.
  for group in gpio i2c; do
    if ! has_group "$group"; then
      change "User: add the group $group"
      run groupadd --system "$group"
      remember group "$group"
    fi
  done
  if ! id -u "$user" >/dev/null 2>&1; then
    change "User: add $user"
    run useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin \
      --comment "sensor-exporter service" "$user"
    remember user "$user"
  fi
  for group in "${groups[@]}"; do
    if ! id -nG "$user" 2>/dev/null | tr ' ' '\n' | grep -qx "$group"; then missing+=("$group"); fi
  done
  if [ ${#missing[@]} -gt 0 ]; then
    change "User: make $user a member of ${missing[*]}"
    restart_for=1
    run usermod --append --groups "$(IFS=, && printf %s "${missing[*]}")" "$user"
  else
    step "User: $user is there, with its groups"
  fi
}

# True if a rule that is not ours gives SUBSYSTEM to GROUP. has_rule SUBSYSTEM GROUP
has_rule() {
  { find "$root"/{etc,run,usr/lib,lib}/udev/rules.d -name '*.rules' ! -path "$root$rules" -exec cat {} + 2>/dev/null || true; } |
    grep "^[^#]*SUBSYSTEM==\"$1\".*GROUP=\"$2\"" >/dev/null
}

# Lines that the kernel lets programs use through /sys/class/gpio have no device node that could have a group.
# shellcheck disable=SC2016 # The shell is udev's.
gpio_rules='SUBSYSTEM=="gpio", KERNEL=="gpiochip*", GROUP="gpio", MODE="0660"
SUBSYSTEM=="gpio", ACTION=="add", KERNEL=="gpiochip*", RUN+="/bin/sh -c '\''cd /sys/class/gpio && chgrp gpio export unexport && chmod 0220 export unexport'\''"
SUBSYSTEM=="gpio", ACTION=="add", KERNEL=="gpio[0-9]*", RUN+="/bin/sh -c '\''cd /sys%p && for file in active_low direction edge value; do if [ -e $$file ]; then chgrp gpio $$file; chmod 0664 $$file; fi; done'\''"
'
i2c_rules='SUBSYSTEM=="i2c-dev", GROUP="i2c", MODE="0660"
'

provide_rules() {
  local text=''
  has_rule i2c-dev i2c || text+=$i2c_rules
  has_rule gpio gpio || text+=$gpio_rules
  if [ -z "$text" ]; then
    step "Devices: the system's own rules let $user use them"
    return 0
  fi
  write_file "$rules" 644 root "Devices: let $user use them, with $rules" < <(
    printf '# Written by install-pi.sh, as this system has no rules of its own for them.\n%s' "$text"
  )
  if [ "$wrote" ]; then apply_rules; else step "Devices: $rules lets $user use them"; fi
}

apply_rules() {
  [ "$start" ] && has udevadm || return 0
  run udevadm control --reload
  run udevadm trigger --action=add --subsystem-match=i2c-dev --subsystem-match=gpio
  settle
}
