#!/usr/bin/env bash
# Prepare what the browser checks of tests/pages need, where this machine allows it. Never fails: what is missing is
# said by the tests that are skipped for it. Debian as root gets Chromium, Java and a font with Vietnamese letters.
set -u
cd "$(dirname "$0")"
have() { command -v "$1" >/dev/null 2>&1; }

install_packages() {
  export DEBIAN_FRONTEND=noninteractive
  timeout 240 bash -c 'apt-get update -qq && apt-get install -qq -y --no-install-recommends "$@"' install "$@" >/dev/null 2>&1
}

if [ "$(id -u)" = 0 ] && have apt-get; then
  missing=()
  have chromium || missing+=(chromium fonts-dejavu-core)
  have java || missing+=(default-jre-headless)
  if [ "${#missing[@]}" -gt 0 ]; then
    echo "Cài ${missing[*]} để kiểm thử trang…"
    install_packages "${missing[@]}" || echo "Không cài được ${missing[*]}: các kiểm thử cần chúng sẽ được bỏ qua."
  fi
fi

if have npm && ! cmp -s package-lock.json node_modules/installed.json; then
  if npm ci --silent >/dev/null 2>&1; then
    cp package-lock.json node_modules/installed.json
  else
    echo "Không cài được gói npm: các kiểm thử trang cần chúng sẽ được bỏ qua."
  fi
fi
exit 0
