# shellcheck shell=bash
# Sourced. assemble DIRECTORY: puts there the program as it is installed, and the suites that run it on real kernels.
assemble() {
  local share=$1 module
  npx tsc --project tsconfig.build.json --outDir "$share/dist"
  cp test/vectors/*.json "$share/dist/test/vectors/"
  mkdir -p "$share/test"
  cp -R test/kernel test/systemd "$share/test/"
  cp package.json "$share/"
  for module in i2c-bus epoll; do
    if ! compgen -G "node_modules/$module/build/Release/*.node" >/dev/null; then
      echo "$module is not built; run npm ci where a C++ compiler and Python 3 are installed" >&2
      exit 1
    fi
  done
  npm ls --omit=dev --all --parseable | while read -r module; do
    module=${module#"$PWD"}
    [ -n "$module" ] || continue
    mkdir -p "$share${module%/*}"
    cp -R "$PWD$module" "$share${module%/*}/"
  done
}

# The emulated machine, built if there is none.
build_machine() {
  local cache
  # shellcheck source=/dev/null
  cache=$(. "$RIG/env.sh" && printf %s "$RIG_CACHE")
  [ -e "$cache/root.erofs" ] && return
  echo "building the machine; this takes some minutes" >&2
  "$RIG/vm-build"
}
