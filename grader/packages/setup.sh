#!/usr/bin/env bash
# Makes Gradescope's image ready, once, when the package is uploaded: an environment with what the
# grader needs, and a trial of it. If anything is wrong, the image must not be finished: the build
# ends here, and its log says why.
set -euo pipefail

source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
base=$(dirname "$source")
venv=$base/venv
cd /

fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

new_enough() {
  "$1" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
  local name
  for name in python3.13 python3.12 python3.11 python3; do
    if command -v "$name" >/dev/null && new_enough "$name"; then
      command -v "$name"
      return
    fi
  done
  return 1
}

install() {
  command -v apt-get >/dev/null || fail "$* is missing, and there is no apt-get to install it with"
  apt-get update -qq || true # an image without a network may have the packages all the same
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" ||
    fail "apt-get cannot install $*"
}

if ! python=$(find_python); then
  install python3 python3-venv
  python=$(find_python) ||
    fail "Python 3.11 or newer is needed, and this image has $(python3 --version 2>&1);" \
      "choose a newer one in the autograder's settings, for instance Ubuntu 24.04"
fi

rm -rf "$venv"
if ! "$python" -I -m venv "$venv"; then
  version=$("$python" -I -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  install "python$version-venv"
  rm -rf "$venv"
  "$python" -I -m venv "$venv"
fi

pip=("$venv/bin/python" -I -m pip --disable-pip-version-check --no-input install --quiet
  --no-cache-dir --only-binary :all: --requirement "$source/requirements.txt")
if [ -d "$source/wheels" ]; then
  pip+=(--no-index --find-links "$source/wheels")
fi
"${pip[@]}" || fail "what the grader needs cannot be installed; see above"

# The grader runs from where it was unpacked: so nothing has to be built.
packages=$("$venv/bin/python" -I -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
printf '%s\n' "$source" >"$packages/nn_grader.pth"
"$venv/bin/python" -I -m compileall -q "$source/grader" "$source/reference"

mkdir -p "$base/home"
env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME="$base/home" \
  LANG=C.UTF-8 "$venv/bin/python" -I -m grader.packages.autograder check
echo "setup: the autograder is ready"
