# How the installer speaks, and the only ways in which it changes anything. Sourced by install-pi.sh.
# shellcheck shell=bash

log='' changes=0 wrote='' unproven='' staging=''
done_steps=() left_to_user=()

# One line for each step, whether there is something to do or not.
step() { printf '%s\n' "$1"; }

# A step that changes something; the summary repeats it.
change() {
  step "$1"
  done_steps+=("$1")
}

# What the user still has to do; the summary ends with it.
leave() { left_to_user+=("$1"); }

warn() {
  local line
  printf 'Warning: %s\n' "$1" >&2
  shift
  for line; do printf '  %s\n' "$line" >&2; done
}

# fail WHAT [WHY OR REMEDY]...
fail() {
  local line
  printf 'install-pi.sh: %s\n' "$1" >&2
  shift
  for line; do printf '  %s\n' "$line" >&2; done
  exit 1
}

# True if the answer is yes; enter means no.
ask() {
  local answer=''
  if [ "$assume_yes" ] || [ "$dry_run" ]; then return 0; fi
  [ -t 0 ] || fail "there is no terminal to ask on: $1" "Add --yes to agree to everything that is announced."
  read -r -p "$1 [y/N] " answer
  [[ $answer == [yY]* ]]
}

# run COMMAND...: changes something. What it prints is shown only if it fails.
run() {
  local status=0 text
  changes=$((changes + 1))
  if [ "$dry_run" ]; then
    text=$(printf ' %q' "$@")
    printf '  would run:%s\n' "${text//"${root:-//}"/}"
    return 0
  fi
  : >"$log"
  "$@" >"$log" 2>&1 9>&- || status=$?
  [ "$status" = 0 ] || {
    printf 'This failed with status %s:%s\n' "$status" "$(printf ' %q' "$@")"
    tail -n 25 "$log" | sed 's/^/  | /'
  } >&2
  return "$status"
}

# write_file FILE MODE GROUP STEP <TEXT: replaces a file at once, and says so as STEP, unless it is the same already;
# `wrote` says whether.
write_file() {
  local file=$root$1 text
  text=$(cat && printf x)
  text=${text%x}
  wrote=''
  if [ -f "$file" ] && printf %s "$text" | cmp -s - "$file"; then return 0; fi
  wrote=1
  changes=$((changes + 1))
  change "$4"
  if [ "$dry_run" ]; then
    printf '  would write: %s\n' "$1"
    return 0
  fi
  mkdir -p "${file%/*}"
  printf %s "$text" >"$file.new"
  chmod "$2" "$file.new"
  chgrp "$3" "$file.new"
  mv -f -- "$file.new" "$file"
}

# remove PATH...: those that are there.
remove() {
  local path
  for path; do
    if [ -e "$root$path" ] || [ -L "$root$path" ]; then
      change "Remove $path"
      run rm -rf -- "$root$path"
    fi
  done
}

# What was made and must not be taken for the user's own: packages, groups. `remember KIND NAME...`
remember() {
  local kind=$1 name file=$root$etc/installed
  shift
  [ -z "$dry_run" ] || return 0
  mkdir -p "$root$etc"
  [ -f "$file" ] || printf '# What install-pi.sh brought along; --uninstall reads it.\n' >"$file"
  for name; do grep -qx "$kind $name" "$file" || printf '%s %s\n' "$kind" "$name" >>"$file"; done
}

remembered() { sed -n "s/^$1 //p" "$root$etc/installed" 2>/dev/null || true; }

forget() {
  if [ -z "$dry_run" ] && [ -f "$root$etc/installed" ]; then sed -i "/^$1 /d" "$root$etc/installed"; fi
}
