# The configuration: never overwritten, and checked by the new version before it runs. Sourced by install-pi.sh.
# shellcheck shell=bash

configuration=$etc/config.yaml
defaults=/etc/default/sensor-exporter
configuration_replaced=''

as_service() { runuser -u "$user" -- "$@"; }

# new_program ARGUMENT...: the new version, as the service will run it.
new_program() { as_service "$root$prefix/$target/bin/sensor-exporter" "$@"; }

# Words of SENSOR_EXPORTER_ARGS, one a line.
service_arguments() {
  local text
  text=$(sed -n 's/^SENSOR_EXPORTER_ARGS=//p' "$root$defaults" 2>/dev/null | tail -n 1 | tr -d "\"'")
  # shellcheck disable=SC2086 # Split as systemd splits it.
  printf '%s\n' $text
}

# service_option NAME: its value on the command line of the service, the first one given.
service_option() {
  service_arguments | awk -v name="$1" '
    found { print; exit }
    $0 == name { found = 1 }
    index($0, name "=") == 1 { print substr($0, length(name) + 2); exit }'
}

has_tls() {
  local file
  file=$(service_option --web.config.file)
  [ "$file" ] && grep -qs '^tls_server_config:' "$root$file"
}

provide_configuration() {
  write_defaults
  if [ "$dry_run" ]; then
    plan_configuration
    return 0
  fi
  mkdir -p "$root$etc"
  if [ "$wanted_config" ] && ! cmp -s "$wanted_config" "$root$configuration"; then
    take_configuration
  elif [ -f "$root$configuration" ]; then
    check_configuration "$configuration" ||
      fail "the new version refuses $configuration, as said above" \
        "Put it right (the old version runs on with it until then), and run this again."
    step "Configuration: $configuration is right, and stays as it is"
  else
    detect_configuration
  fi
}

plan_configuration() {
  if [ "$wanted_config" ]; then
    change "Configuration: check $wanted_config, and copy it to $configuration"
    run cp "$wanted_config" "$configuration"
  elif [ -f "$root$configuration" ]; then
    step "Configuration: $configuration stays as it is"
  else
    change "Configuration: write $configuration from what \`sensor-exporter detect\` finds"
    run sensor-exporter detect
  fi
}

# check_configuration FILE: says what is wrong with it. Its secrets are for the service alone.
check_configuration() {
  local options=("--config.file=$root$1") web output
  web=$(service_option --web.config.file)
  if [ "$web" ]; then options+=("--web.config.file=$root$web"); fi
  output=$(new_program check "${options[@]}" 2>&1) && return 0
  printf '  | %s\n' "${output//$'\n'/$'\n'  | }" >&2
  return 1
}

take_configuration() {
  write_file "$configuration.offered" 640 "$user" "Configuration: check $wanted_config" <"$wanted_config"
  if ! check_configuration "$configuration.offered"; then
    rm -f "$root$configuration.offered"
    fail "$wanted_config is refused, as said above" "Put it right, and run this again."
  fi
  change "Configuration: $configuration from $wanted_config"
  if [ -f "$root$configuration" ]; then
    step "Configuration: the one before is kept as $configuration.before"
    run cp -p "$root$configuration" "$root$configuration.before"
    configuration_replaced=1
  fi
  run mv -f "$root$configuration.offered" "$root$configuration"
  reload_for=1
}

detect_configuration() {
  local found problem
  found=$(new_program detect 2>"$log") || found=''
  # What it says of the schema is to hold after an upgrade.
  found=${found//"$prefix/$target/"/"$prefix/current/"}
  if [ -z "$found" ]; then
    problem=$(tail -n 1 "$log")
    warn "nothing could be detected: ${problem:-no reason given}" "Edit $configuration: docs/configuration.md"
    found=$(first_configuration)
  else
    sed 's/^/  /' "$log"
  fi
  write_file "$configuration" 640 "$user" "Configuration: write $configuration" <<<"$found"
  reload_for=1
  if [[ ${left_to_user[*]-} == *Reboot* ]]; then
    leave "After that: sudo runuser -u $user sensor-exporter detect, for what is found then; copy it into $configuration"
  fi
  check_configuration "$configuration" || {
    rm -f "$root$configuration"
    fail "what was detected is no configuration; this is a defect" "Give one with --config, and report it, please."
  }
}

# Enough to start with.
first_configuration() {
  printf '# See docs/configuration.md; check it with: sudo sensor-exporter check\n'
  printf 'sensors:\n  processor:\n    driver: thermal\n'
}

write_defaults() {
  local arguments=''
  if [ -f "$root$defaults" ]; then return 0; fi
  if [ -f "$root$etc/web.yaml" ]; then arguments=--web.config.file=$etc/web.yaml; fi
  write_file "$defaults" 644 root "Configuration: write $defaults, for arguments of the service" <<END
# Arguments of the service; \`sensor-exporter --help\` lists them. After a change: sudo systemctl restart sensor-exporter
# SENSOR_EXPORTER_ARGS="--web.listen-address=:9100 --web.config.file=$etc/web.yaml"
SENSOR_EXPORTER_ARGS="$arguments"
END
}
