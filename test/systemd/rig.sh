#!/usr/bin/env bash
# Runs in the emulated machine, as root: puts the program where the unit looks for it, and runs the suite.
set -euo pipefail
cd "$(dirname "$0")/../.."

export KERNEL_TEST_I2C_BUS=$RIG_BUS
export KERNEL_TEST_I2C_SOCKET=/run/i2cd.sock
export KERNEL_TEST_I2C_LOG=/run/i2cd.log
export KERNEL_TEST_GPIO_LABEL=pinctrl-bcm2711
export KERNEL_TEST_GPIO_SIM=$RIG_GPIO_SIM

useradd --system --no-create-home --shell /usr/sbin/nologin --user-group sensor-exporter
usermod --append --groups i2c,gpio sensor-exporter

version=/opt/sensor-exporter/under-test
mkdir -p "$version/bin" /etc/sensor-exporter
for part in config dist docs node_modules package.json; do ln -s "$PWD/$part" "$version/$part"; done
ln -s under-test /opt/sensor-exporter/current
cat >"$version/bin/sensor-exporter" <<'LAUNCHER'
#!/bin/sh
exec /usr/bin/node --max-semi-space-size=1 /opt/sensor-exporter/current/dist/src/main.js "$@"
LAUNCHER
chmod 755 "$version/bin/sensor-exporter"
cp config/systemd/sensor-exporter.{service,socket} /etc/systemd/system/
systemctl daemon-reload

exec node --test-reporter=spec dist/test/systemd/service.test.js
