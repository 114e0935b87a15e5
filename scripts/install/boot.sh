# I2C and 1-Wire. What the firmware reads at boot is edited only after saying so. Sourced by install-pi.sh.
# shellcheck shell=bash

modules_file=/etc/modules-load.d/sensor-exporter.conf

boot_file() {
  local file
  for file in /boot/firmware/config.txt /boot/config.txt; do
    # In the older place newer systems keep a note that it has moved.
    if [ -f "$root$file" ] && ! grep -q 'DO NOT EDIT' "$root$file"; then
      printf %s "$file"
      return 0
    fi
  done
  return 1
}

enable_buses() {
  if [ "$enable_i2c" ] && [ "$native" ]; then enable_i2c; fi
  if [ "$enable_1wire" ]; then enable_1wire; fi
}

# raspi_config NAME: true if it is on. raspi-config says 0 for on.
raspi_config_has() { [ "$(raspi-config nonint "get_$1" 2>/dev/null)" = 0 ]; }

enable_i2c() {
  if is_raspberry_pi && has raspi-config; then
    if raspi_config_has i2c; then
      step "I2C: is on"
    elif ask "I2C: raspi-config will write dtparam=i2c_arm=on into the boot configuration, $(boot_file || true). Go on?"; then
      change "I2C: turn it on with raspi-config, which writes dtparam=i2c_arm=on into $(boot_file || true)"
      run raspi-config nonint do_i2c 0 || warn "raspi-config could not turn I2C on; see its words above"
      settle
    else
      leave "I2C is off. Turn it on with: sudo raspi-config nonint do_i2c 0"
    fi
    return 0
  fi
  load_i2c_dev
  if has_i2c_bus; then
    step "I2C: $(cd "$root/dev" && printf '/dev/%s ' i2c-[0-9]*)"
  elif is_raspberry_pi && boot_file >/dev/null; then
    add_boot_line "I2C" dtparam=i2c_arm=on
  else
    leave "There is no /dev/i2c-*. If sensors are to be connected to I2C, turn it on with the board's own tool (armbian-config, an overlay)."
  fi
}

has_i2c_bus() { compgen -G "$root/dev/i2c-[0-9]*" >/dev/null; }

# Until the device nodes are there, with their groups.
settle() {
  if [ "$start" ] && has udevadm; then run udevadm settle --timeout=20; fi
}

load_i2c_dev() {
  if [ ! -d "$root/sys/module/i2c_dev" ] && [ "$start" ]; then
    change "I2C: load the kernel's module i2c-dev"
    run modprobe i2c-dev || warn "the kernel has no module i2c-dev"
    settle
  fi
  if grep -qsx 'i2c-dev\|i2c_dev' "$root/etc/modules" "$root"/etc/modules-load.d/*.conf; then return 0; fi
  write_file "$modules_file" 644 root "I2C: load i2c-dev at every boot, with $modules_file" <<<"i2c-dev"
}

enable_1wire() {
  if is_raspberry_pi && has raspi-config; then
    if raspi_config_has onewire; then
      step "1-Wire: is on"
      return 0
    fi
    change "1-Wire: turn it on with raspi-config, which writes dtoverlay=w1-gpio into $(boot_file || true)"
    run raspi-config nonint do_onewire 0 || fail "raspi-config could not turn 1-Wire on" "Its own words are above."
    leave "Reboot: 1-Wire is there only afterwards."
  elif is_raspberry_pi && boot_file >/dev/null; then
    add_boot_line "1-Wire" dtoverlay=w1-gpio
  else
    leave "1-Wire on this board is turned on with its own tool (armbian-config: overlay w1-gpio); then reboot."
  fi
}

# add_boot_line WHAT LINE
add_boot_line() {
  local file
  file=$(boot_file)
  if grep -qE "^$2(,|=on)?\$" "$root$file"; then
    leave "$1 is turned on in $file, but not there. Reboot, and look again."
    return 0
  fi
  if ! ask "$1: the line \"$2\" will be added to $file, with a copy of it beside it. Go on?"; then
    leave "$1 is off. Turn it on with the line \"$2\" in $file, and a reboot."
    return 0
  fi
  change "$1: copy $file to $file.before-sensor-exporter"
  run cp -p "$root$file" "$root$file.before-sensor-exporter"
  write_file "$file" 755 root "$1: add the line \"$2\" to $file" < <(cat "$root$file" && printf '\n[all]\n# Added by install-pi.sh of sensor-exporter.\n%s\n' "$2")
  leave "Reboot: $1 is there only afterwards."
}
