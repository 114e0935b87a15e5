#!/usr/bin/env bash
# Runs the suites on this machine: lets the kernel simulate what the variables of README.md do not name, and takes that
# away again at the end.
set -euo pipefail

say() { printf 'test/kernel: %s\n' "$*" >&2; }

simulators=/sys/kernel/config/gpio-sim
name=sensor-exporter-test
undo=()

tear_down() {
  local index
  for ((index = ${#undo[@]} - 1; index >= 0; index -= 1)); do
    eval "${undo[index]}" || say "cannot undo: ${undo[index]}"
  done
}
trap tear_down EXIT

set_up_i2c_stub() {
  modprobe i2c-dev || true
  if [ -d /sys/module/i2c_stub ]; then
    say "i2c-stub is loaded already; set KERNEL_TEST_STUB_BUS if it has chips at 0x44, 0x48 and 0x76"
    return
  fi
  if ! modprobe i2c-stub chip_addr=0x44,0x48,0x76; then
    say "this kernel has no i2c-stub (CONFIG_I2C_STUB)"
    return
  fi
  undo+=("modprobe -r i2c-stub")
  local adapter
  adapter=$(grep -l '^SMBus stub driver' /sys/bus/i2c/devices/i2c-*/name)
  adapter=${adapter%/name}
  export KERNEL_TEST_STUB_BUS=${adapter##*/i2c-}
}

set_up_gpio_sim() {
  if ! modprobe gpio-sim; then
    say "this kernel has no gpio-sim (CONFIG_GPIO_SIM)"
    return
  fi
  mountpoint -q /sys/kernel/config || mount -t configfs config /sys/kernel/config
  local bank=$simulators/$name/bank
  mkdir -p "$bank"
  undo+=("rmdir $simulators/$name" "rmdir $bank")
  echo 32 >"$bank/num_lines"
  echo "$name" >"$bank/label"
  echo 1 >"$simulators/$name/live"
  undo+=("echo 0 >$simulators/$name/live")
  export KERNEL_TEST_GPIO_LABEL=$name
  KERNEL_TEST_GPIO_SIM=/sys/devices/platform/$(<"$simulators/$name/dev_name")/$(<"$bank/chip_name")
  export KERNEL_TEST_GPIO_SIM
}

if [ "$(id -u)" = 0 ]; then
  [ -n "${KERNEL_TEST_STUB_BUS:-}" ] || set_up_i2c_stub
  [ -n "${KERNEL_TEST_GPIO_SIM:-}" ] || set_up_gpio_sim
  command -v udevadm >/dev/null && udevadm settle --timeout=20
elif [ -z "${KERNEL_TEST_STUB_BUS:-}${KERNEL_TEST_GPIO_SIM:-}" ]; then
  say "only root can load i2c-stub and gpio-sim"
fi

if [ -z "${KERNEL_TEST_STUB_BUS:-}${KERNEL_TEST_GPIO_SIM:-}" ]; then
  say "nothing to test on: no i2c-stub, no gpio-sim"
  exit 1
fi

"$(dirname "$0")/suites.sh" "$@"
