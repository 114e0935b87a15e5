# What guest.sh asks the machine. Sourced.
# shellcheck shell=bash

started=$SECONDS
export SENSOR_EXPORTER_INSTALL_PATIENCE_SECONDS=600

say() { printf '[%3d s] %s\n' $((SECONDS - started)) "$*"; }

give_up() {
  printf 'FAILED: %s\n' "$*"
  systemctl status --no-pager --lines=0 sensor-exporter | head -n 12 || true
  journalctl --no-pager --quiet --lines=40 --unit sensor-exporter || true
  exit 1
}

# expect WHAT COMMAND...
expect() {
  local what=$1
  shift
  "$@" || give_up "$what: $*"
}

# eventually WHAT COMMAND...: with patience, as the machine is slow.
eventually() {
  local what=$1 deadline=$((SECONDS + 180))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || give_up "$what, not even after minutes: $*"
    sleep 0.5
  done
}

fails() { ! "$@"; }

# get PATH: what the service answers, without starting a program.
get() {
  local line
  exec 5<>/dev/tcp/127.0.0.1/10048 || return 1
  printf 'GET %s HTTP/1.0\r\nHost: board\r\n\r\n' "$1" >&5
  while IFS= read -r line <&5; do printf '%s\n' "${line%$'\r'}"; done
  exec 5>&-
} 2>/dev/null

# value SERIES: of one sample, without its fraction; nothing if it is not there.
value() { get /metrics | awk -v series="$1" 'index($0, series " ") == 1 { printf "%d", $NF }'; }

has_series() { get /metrics | grep -F "$1" >/dev/null; }

property() { systemctl show --property="$1" --value sensor-exporter; }

is_version() { get /metrics | grep '^sensor_exporter_build_info{' | grep -F "version=\"$1\"" >/dev/null; }

with_times() {
  local line
  while IFS= read -r line; do printf '  %3d s | %s\n' $((SECONDS - started)) "$line"; done
}

# install VERSION OPTION...
install() {
  local version=$1 begin=$SECONDS status=0
  shift
  "/releases/$version/scripts/install-pi.sh" --yes "$@" 2>&1 | tee /tmp/installer.log | with_times || status=${PIPESTATUS[0]}
  say "install-pi.sh of $version $*: status $status after $((SECONDS - begin)) s"
  return "$status"
}

says() { grep -qF -- "$1" /tmp/installer.log; }

# Everything that an installation could touch.
all_files() {
  find /etc /opt /usr /var /boot /home /root -xdev \( -path /var/log/journal -o -path /var/tmp \) -prune -o -print | sort
}

pull() { echo "pull-$1" >"$RIG_GPIO_SIM/sim_gpio17/pull"; }

# Closes the contact at line 17 about five times a second until stopped; each pulse leaves its time, in seconds, in
# /run/pulses. The line idles high, and falls with each pulse.
pulses_begin() {
  : >/run/pulses
  rm -f /run/pulses-end /run/never
  mkfifo /run/never
  (
    # Waiting for what never comes costs no process, unlike sleep.
    exec 8<>/run/never
    while [ ! -e /run/pulses-end ]; do
      pull down
      printf '%s\n' "$EPOCHREALTIME" >>/run/pulses
      read -r -t 0.1 -u 8 || true
      pull up
      read -r -t 0.1 -u 8 || true
    done
  ) &
  pulses=$!
}

pulses_stop() {
  touch /run/pulses-end
  wait "$pulses"
}

sent() { wc -l </run/pulses; }

# sent_in_gap SECONDS: pulses that came between the last stop of the service and its next start and SECONDS more. The
# journal has the times.
sent_in_gap() {
  local from to
  from=$(journalctl --quiet --output=short-unix --unit sensor-exporter | awk '/Stopping / { time = $1 } END { print time }')
  to=$(journalctl --quiet --output=short-unix --unit sensor-exporter | awk '/Started / { time = $1 } END { print time }')
  awk -v from="$from" -v to="$to" -v more="$1" '$1 >= from && $1 <= to + more { count++ } END { print count + 0 }' /run/pulses
}
