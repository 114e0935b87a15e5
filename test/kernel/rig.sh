#!/usr/bin/env bash
# Runs in the emulated machine, as root: says where its emulated hardware is, and runs the suites.
set -euo pipefail

export KERNEL_TEST_USER=pi
export KERNEL_TEST_I2C_BUS=$RIG_BUS
export KERNEL_TEST_I2C_SOCKET=/run/i2cd.sock
export KERNEL_TEST_I2C_LOG=/run/i2cd.log
export KERNEL_TEST_STUB_BUS=$RIG_STUB_BUS
export KERNEL_TEST_GPIO_LABEL=pinctrl-bcm2711
export KERNEL_TEST_GPIO_SIM=$RIG_GPIO_SIM
export KERNEL_TEST_W1_RAW=/sys/module/rig_w1/parameters/raw
# All of it is there.
export KERNEL_TEST_REQUIRE_ALL=1

exec "$(dirname "$0")/suites.sh" "$@"
