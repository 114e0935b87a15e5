# The unit, the announcement, the switch to the new version, and the way back. Sourced by install-pi.sh.
# shellcheck shell=bash

unit=/etc/systemd/system/sensor-exporter.service
announcement=/etc/avahi/services/sensor-exporter.service
command_link=/usr/local/bin/sensor-exporter
default_port=10048
patience_seconds=${SENSOR_EXPORTER_INSTALL_PATIENCE_SECONDS:-120}
series='' invocation=none restart_for='' reload_for=''

# Host and port of the first listener; nothing if systemd brings the sockets.
listen_address() {
  local address
  address=$(service_option --web.listen-address)
  if [ "$address" ]; then
    printf %s "$address"
  elif ! service_arguments | grep -qx -- '--web.systemd-socket'; then
    printf ':%s' "$default_port"
  fi
}

listen_port() {
  local address
  address=$(listen_address)
  printf %s "${address##*:}"
}

scheme() { if has_tls; then printf https; else printf http; fi; }

metrics_path() {
  local path
  path=$(service_option --web.telemetry-path)
  printf %s "${path:-/metrics}"
}

# Where this machine itself reaches it.
local_url() {
  local address host
  address=$(listen_address)
  host=${address%:*}
  case $host in
    '' | '0.0.0.0' | '[::]') host=127.0.0.1 ;;
  esac
  printf '%s://%s:%s' "$(scheme)" "$host" "${address##*:}"
}

is_local_only() { [[ $(listen_address) == 127.* || $(listen_address) == localhost:* || $(listen_address) == '[::1]'* ]]; }

unit_of() { printf %s "$root$prefix/$1/config/systemd/sensor-exporter.service"; }

is_running() { systemctl is-active --quiet "$service.service"; }

# deploy: the only part that the running service notices.
deploy() {
  install_unit "$target"
  install_announcement
  switch_link "$command_link" "$prefix/current/bin/sensor-exporter"
  if [ "$previous" != "$target" ]; then
    unproven=${dry_run:-1}
    if [ "$dry_run" ]; then unproven=''; fi
    restart_for=1
    change "Program: switch to $target"
    switch_link "$prefix/current" "$target"
  fi
  enable_service
  if [ "$start" ]; then
    start_service
    prove_service
  else
    step "Service: not started, as --no-start asks; it starts with the next boot"
  fi
  unproven=''
  if [ "$previous" ] && [ "$previous" != "$target" ]; then switch_link "$prefix/previous" "$previous"; fi
}

# A unit that is not the one of any version of ours has been changed by hand: kept beside, and named.
install_unit() {
  local file
  file=$(unit_of "$1")
  if [ "$dry_run" ] && [ ! -f "$file" ]; then file=$source_tree/config/systemd/sensor-exporter.service; fi
  [ -f "$file" ] || fail "$file is missing" "The release archive is damaged: fetch it again."
  if [ -f "$root$unit" ] && ! cmp -s "$file" "$root$unit" && ! cmp -s "$(unit_of "${previous:-none}")" "$root$unit"; then
    change "Service: your changed unit is kept as $unit.before; \`systemctl edit $service\` is for changes that stay"
    run cp -p "$root$unit" "$root$unit.before"
  fi
  write_file "$unit" 644 root "Service: write $unit" <"$file"
  if [ "$wrote" ]; then restart_for=1; fi
  if [ "$wrote" ] && [ "$start" ]; then run systemctl daemon-reload; fi
}

install_announcement() {
  local text
  if [ ! -d "$root/etc/avahi/services" ]; then
    step "Announcement: none, as there is no Avahi"
    return 0
  elif is_local_only || [ -z "$(listen_address)" ]; then
    remove "$announcement"
    return 0
  fi
  text=$(sed -e "s|<port>[0-9]*</port>|<port>$(listen_port)</port>|" -e "s|path=/metrics|path=$(metrics_path)|" \
    "$source_tree/config/avahi/sensor-exporter.service")
  if has_tls; then text=${text/'</txt-record>'/'</txt-record>'$'\n    <txt-record>scheme=https</txt-record>'}; fi
  write_file "$announcement" 644 root "Announcement: write $announcement, for Avahi" <<<"$text"
  [ "$wrote" ] || step "Announcement: $announcement is there"
}

enable_service() {
  if systemctl is-enabled --quiet "$service.service" 2>/dev/null; then return 0; fi
  change "Service: start it at every boot"
  run systemctl enable "$service.service"
}

# A service that runs what it should is left alone; a reload loses no pulse, a restart those that come meanwhile.
start_service() {
  if ! is_running; then
    change "Service: start"
  elif [ "$restart_for" ]; then
    change "Service: restart"
  elif [ "$reload_for" ]; then
    change "Service: reload"
    run systemctl reload "$service.service" || fail "the service could not be reloaded" "See journalctl -u $service."
    return 0
  else
    step "Service: runs"
    return 0
  fi
  invocation=$(property InvocationID)
  # Otherwise systemctl waits for as long as the unit allows, and a look at it in between is not possible.
  run systemctl --no-block restart "$service.service"
}

# What look.mjs says.
look_at_service() { "$node" "$here/install/look.mjs" "$(local_url)" "$(metrics_path)" "$1" 2>/dev/null; }

property() { systemctl show --property="$1" --value "$service.service" 2>/dev/null || true; }

# True as soon as the service is active and answers; false when it has given up or time is over. wait_until_ready VERSION
wait_until_ready() {
  local look='' state before deadline=$((SECONDS + patience_seconds))
  before=$(property NRestarts)
  while [ "$SECONDS" -lt "$deadline" ]; do
    state=$(property ActiveState)
    # It says itself when it is ready (Type=notify), so that being active means something: of the process that was
    # started, and not of the one that is about to be stopped.
    if [ "$state" = active ] && [ "$(property InvocationID)" != "$invocation" ]; then
      look=up
      [ -z "$(listen_address)" ] || look=$(look_at_service "$1")
      series=${look#ready }
      [ -z "$look" ] || return 0
    elif [ "$state" = failed ] || [ "$(property NRestarts)" -gt $((${before:-0} + 2)) ]; then
      return 1
    fi
    sleep 1
  done
  return 1
}

# Waiting is the point of it, so a dry run has nothing to say here.
prove_service() {
  [ -z "$dry_run" ] || return 0
  if wait_until_ready "$version"; then
    step "Service: answers"
    return 0
  fi
  {
    printf 'sensor-exporter %s does not become ready. Its last words:\n' "$version"
    journalctl --no-pager --quiet --lines=20 --output=cat --unit "$service.service" 2>/dev/null | sed 's/^/  | /'
  } >&2
  roll_back
  fail "sensor-exporter $version does not become ready on this machine" "Its last words are above." "$rolled_back"
}
rolled_back=''

# roll_back: back to what ran before, after a failure or an interruption.
roll_back() {
  unproven=''
  if [ -z "$previous" ] || [ "$previous" = "$target" ]; then
    systemctl stop "$service.service" || true
    systemctl disable --quiet "$service.service" || true
    rolled_back="It is stopped, and will not start at boot. Run this again when the cause is gone."
    return 0
  fi
  step "Program: switch back to $previous"
  ln -sfn "$previous" "$root$prefix/current.new"
  mv -fT "$root$prefix/current.new" "$root$prefix/current"
  cp -f "$(unit_of "$previous")" "$root$unit"
  if [ "$configuration_replaced" ]; then mv -f "$root$configuration.before" "$root$configuration"; fi
  [ "$start" ] || return 0
  systemctl daemon-reload || true
  invocation=$(property InvocationID)
  systemctl --no-block restart "$service.service" || true
  rolled_back="It was rolled back: $previous does not become ready either; see journalctl -u $service."
  if wait_until_ready "${previous%+*}"; then rolled_back="It was rolled back: $previous runs again."; fi
  printf '%s\n' "$rolled_back"
}

# go_back: --rollback, at the user's wish.
go_back() {
  [ -L "$root$prefix/previous" ] || fail "there is no version to go back to" "Only an upgrade keeps the one before it."
  previous=$(readlink "$root$prefix/current")
  target=$(readlink "$root$prefix/previous")
  if [ "$target" = "$previous" ] || [ ! -d "$root$prefix/$target" ]; then fail "there is no version to go back to"; fi
  version=${target%+*}
  source_tree=$root$prefix/$target
  ask "Go back from $previous to $target?" || fail "nothing was changed, as you wished"
  node=$root$(sed -n 's/^node=//p' "$root$prefix/$target/.installed")
  provide_configuration
  deploy
  summarise
}
