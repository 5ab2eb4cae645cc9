#!/bin/sh
# The packages of `./dev package`: lintian has nothing to say, the .deb installs into an empty root and
# leaves it empty when it is purged, what is in it is where it is looked for, and two builds of one
# commit are equal to the byte.
# usage: sh tests/package/package.sh (after ./dev package; builds a second time)
set -eu
cd "$(dirname "$0")/../.."
complain() { echo "package: $*" >&2; exit 1; }
deb=$(ls "$PWD"/build/package/wasession_*.deb)
tarball=$(ls "$PWD"/build/package/wasession-*.tar.gz)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

lintian --allow-root --fail-on error,warning "$deb" >"$work/lintian" 2>&1 || { cat "$work/lintian" >&2; complain "lintian complains"; }

root=$work/root
mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates" "$root/var/log"
touch "$root/var/lib/dpkg/status" "$root/var/lib/dpkg/available"
# Another root than /, as whoever runs this.
dpkg_there() { dpkg --root="$root" --force-not-root --force-script-chrootless "$@" >/dev/null; }
dpkg_there -i "$deb" || complain "it can't be installed"
for file in bin/wasession share/man/man1/wasession.1.gz share/man/man1/wasession-doctor.1.gz \
  share/man/man5/wasession-json.5.gz share/man/man5/wasession-registry.5.gz \
  share/bash-completion/completions/wasession share/zsh/vendor-completions/_wasession \
  share/fish/vendor_completions.d/wasession.fish lib/systemd/system/wasession-serve.service \
  share/doc/wasession/copyright share/doc/wasession/examples/prometheus/wasession-alerts.yml; do
  [ -s "$root/usr/$file" ] || complain "the .deb has no /usr/$file"
done
grep -q '^ExecStart=/usr/bin/wasession ' "$root/usr/lib/systemd/system/wasession-serve.service" ||
  complain "the unit starts another wasession than the package's"
[ "$(HOME=/nowhere "$root/usr/bin/wasession" --version)" = "$(build/package/wasession --version)" ] ||
  complain "what is installed is not what was built"
dpkg_there --purge wasession
left=$(find "$root" -path "$root/var" -prune -o ! -type d -print)
[ -z "$left" ] || complain "left behind: $left"

mkdir "$work/tarball"
tar -xzf "$tarball" -C "$work/tarball" --strip-components=1
"$work/tarball/bin/wasession" --version >/dev/null || complain "the tarball's binary doesn't run"

[ "${PACKAGE_TWICE:-yes}" = yes ] || { echo "package: lintian has nothing to say; installed, purged; not built twice"; exit 0; }
[ -z "$(git status --porcelain)" ] ||
  { echo "package: files are changed, so that no second build can be equal: not compared"; exit 0; }
git clone -q --no-hardlinks . "$work/again"
(cd "$work/again" && CCACHE_DISABLE=1 ./dev package) 2>"$work/log" || { cat "$work/log" >&2; complain "the second build fails"; }
for package in "$deb" "$tarball"; do
  cmp "$package" "$work/again/build/package/$(basename "$package")" ||
    complain "two builds of one commit differ"
done
echo "package: lintian has nothing to say; installed, purged; two builds are equal: $(sha256sum <"$deb")"
