#!/usr/bin/env bash
# Runs the suites, or one of them (gpio-sysfs.test.js), on what the variables of README.md describe.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec node --test-reporter=spec "dist/test/kernel/${1:-suites.js}"
