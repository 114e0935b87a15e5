# Packages of the distribution: only what is needed, and remembered, so that it can be removed. Sourced by install-pi.sh.
# shellcheck shell=bash

# On a board that has just booted, the system's own upgrades often hold the lock.
apt=(apt-get -q -y -o DPkg::Lock::Timeout=300)

installed_packages() {
  # shellcheck disable=SC2016 # The format is dpkg's.
  dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' | sed -n 's/^ii *//p' | sort -u
}

# shellcheck disable=SC2016 # The format is dpkg's.
has_package() { [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null) == ii* ]]; }

# Version that apt would install; nothing if it knows none.
candidate_of() {
  apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: //p' | sed '/^(none)$/d; s/^[0-9]*://'
}

# A card that has just been written has no lists yet, and old lists name packages that are gone.
update_lists() {
  [ -z "$lists_updated" ] || return 0
  lists_updated=1
  step "Packages: fetch the lists of what there is"
  run "${apt[@]}" update || warn "apt-get update failed; going on with the lists that are there"
}
lists_updated=''

# install_packages PURPOSE PACKAGE...
install_packages() {
  local purpose=$1 before added=()
  shift
  update_lists
  before=$(installed_packages)
  run "${apt[@]}" --no-install-recommends install "$@" ||
    fail "apt-get could not install $*" "Its own words are above. Put that right, and run this again."
  mapfile -t added < <(comm -13 <(printf '%s\n' "$before") <(installed_packages))
  [ ${#added[@]} = 0 ] || remember "$purpose-package" "${added[@]}"
}

# Removes what was installed for PURPOSE, unless something else has come to need it.
remove_packages() {
  local purpose=$1 packages=() beyond
  mapfile -t packages < <(comm -12 <(remembered "$purpose-package" | sort -u) <(installed_packages))
  if [ ${#packages[@]} = 0 ]; then
    forget "$purpose-package"
    return 0
  fi
  beyond=$(apt-get -s purge "${packages[@]}" | sed -n 's/^\(Remv\|Purg\) \([^ ]*\).*/\2/p' |
    sort -u | comm -23 - <(printf '%s\n' "${packages[@]}" | sort -u))
  if [ "$beyond" ]; then
    warn "the ${#packages[@]} packages installed for this program stay: others need them ($(tr '\n' ' ' <<<"$beyond"))"
    return 0
  fi
  change "Packages: remove ${#packages[@]} that were installed for this program"
  run "${apt[@]}" purge "${packages[@]}" || fail "apt-get could not remove them" "Its own words are above."
  forget "$purpose-package"
}
