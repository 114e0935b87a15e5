# The end: of an installation, and of what the script has to say. Sourced by install-pi.sh.
# shellcheck shell=bash

drop_ins=/etc/systemd/system/sensor-exporter.service.d

uninstall() {
  ask "Remove sensor-exporter${purge:+, its configuration and its counters}?" || fail "nothing was changed, as you wished"
  stop_service
  remove "$unit" "$unit.before" "$announcement" "$command_link" "$rules" "$modules_file" "$prefix"
  if [ "$changes" -gt 0 ] && [ -d "$root/run/systemd/system" ]; then
    run systemctl daemon-reload
    if has udevadm; then run udevadm control --reload || true; fi
  fi
  if [ "$remove_build_tools" ]; then
    remove_packages build
    remove_packages node
  fi
  if [ "$purge" ]; then purge_rest; fi
  say_what_stays
}

stop_service() {
  local name
  for name in "$service.socket" "$service.service"; do
    [ -f "$root/etc/systemd/system/$name" ] || continue
    change "Service: stop $name, and start it no more"
    if [ -d "$root/run/systemd/system" ]; then run systemctl stop "$name" || true; fi
    run systemctl disable "$name" || true
  done
}

purge_rest() {
  local group made
  made=$(remembered group)
  remove "$drop_ins" /etc/systemd/system/sensor-exporter.socket "$defaults" "/var/lib/$service"
  if remembered user | grep -qx "$user" && id -u "$user" >/dev/null 2>&1; then
    change "User: remove $user"
    run userdel "$user"
  fi
  for group in $made; do
    if [ "$(getent group "$group" | cut -d : -f 4)" ]; then continue; fi
    change "User: remove the group $group, which nobody else is in"
    run groupdel "$group"
  done
  remove "$etc"
}

say_what_stays() {
  local packages
  packages=$(remembered build-package && remembered node-package)
  if [ "$packages" ]; then
    printf 'Packages that were installed for it stay; remove them with: sudo apt-get purge %s\n' "$(tr '\n' ' ' <<<"$packages")"
  fi
  if [ -z "$purge" ] && [ -d "$root$etc" ]; then
    printf 'Configuration (%s, %s) and counters (/var/lib/%s) stay; --uninstall --purge removes them.\n' "$etc" "$defaults" "$service"
  fi
  printf 'I2C and 1-Wire stay as they are.\n'
  if [ "$changes" = 0 ]; then printf 'There was nothing to remove.\n'; fi
}

# The name under which others reach this machine.
public_host() {
  local name
  name=$(cat "$root/proc/sys/kernel/hostname" 2>/dev/null || hostname)
  if [ -d "$root/etc/avahi/services" ]; then
    printf '%s.local' "$name"
  else
    hostname -I 2>/dev/null | awk -v name="$name" '{ print ($1 == "" ? name : $1); found = 1 } END { if (!found) print name }'
  fi
}

summarise() {
  local host
  if [ "$dry_run" ]; then
    say_what_is_left
    return 0
  fi
  host=$(public_host)
  printf '\n'
  if [ "$changes" = 0 ]; then
    printf 'Nothing to do: sensor-exporter %s is installed%s.\n' "$target" "${start:+ and runs}"
  else
    printf 'sensor-exporter %s is installed%s.\n' "$target" "${start:+ and runs}"
  fi
  if [ "$(listen_address)" ]; then summarise_address "$host"; fi
  printf '  edit     %s, then: sudo systemctl reload %s\n' "$configuration" "$service"
  printf '  log      journalctl -u %s\n' "$service"
  if remembered build-package | grep -q .; then
    printf '  tools    %s packages for compiling were installed; --remove-build-tools removes them\n' \
      "$(remembered build-package | wc -l)"
  fi
  say_what_is_left
}

say_what_is_left() {
  [ ${#left_to_user[@]} -gt 0 ] || return 0
  printf 'Left to you:\n'
  printf '  - %s\n' "${left_to_user[@]}"
}

summarise_address() {
  local target_address
  target_address=$1:$(listen_port)
  printf '  page     %s://%s/\n' "$(scheme)" "$target_address"
  printf '  metrics  %s://%s%s' "$(scheme)" "$target_address" "$(metrics_path)"
  case $series in
    '') printf '\n' ;;
    up) printf ' (protected, so not looked at)\n' ;;
    *) printf ' (%s series now)\n' "$series" ;;
  esac
  printf 'For Prometheus:\n'
  printf '  scrape_configs:\n    - job_name: sensors\n'
  [ "$(metrics_path)" = /metrics ] || printf '      metrics_path: %s\n' "$(metrics_path)"
  [ "$(scheme)" = http ] || printf '      scheme: https\n'
  printf '      static_configs:\n        - targets: ["%s"]\n' "$target_address"
}
