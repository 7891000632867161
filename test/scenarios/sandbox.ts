/** This machine with everything that is written to it thrown away afterwards: an overlay over its own files, entered by chroot. */
import { readFileSync } from 'node:fs'

/** Can accounts be made and files be given away here? Not in a user namespace, where root is the only account. */
export const holdsAccounts = (): boolean => /^\s*0\s+0\s+\d{6,}/.test(readFileSync('/proc/self/uid_map', 'utf8'))

/** An argv that runs `script` inside, with the `folders` of the machine as they are; `prepare` runs before, outside, with `$root` set. */
export function sandboxed(script: string, { folders = [] as readonly string[], prepare = '' } = {}): [string, string[]] {
  const setUp = `
set -eu
base=$(mktemp -d)
mount -t tmpfs tmpfs "$base"
mkdir "$base/upper" "$base/work" "$base/root"
root=$base/root
mount -t overlay overlay -o "lowerdir=/,upperdir=$base/upper,workdir=$base/work" "$root"
for folder in /proc /dev /sys ${folders.join(' ')}; do mkdir -p "$root$folder"; mount --rbind "$folder" "$root$folder"; done
rm -f "$root/etc/resolv.conf"
cat /etc/resolv.conf > "$root/etc/resolv.conf"
${prepare}
exec chroot "$root" /bin/sh -c "$1"
`
  return ['unshare', ['--mount', '--propagation', 'private', 'sh', '-c', setUp, 'sandbox', script]]
}

/** Plays systemd for one unit: starts what the unit says, as the account and with the one capability that it names. `start` and `restart` wait
 *  until the relay serves, which systemd does not do, but a person who types does. */
export const SYSTEMCTL = `#!/bin/sh
unit=/etc/systemd/system/porchlight-relay.service
log=/var/log/relay.log
field() { sed -n "s/^$1=//p" $unit; }
served() { grep -c '^ready ' $log; }
start() {
  user=$(field User); cap=$(field AmbientCapabilities | sed 's/^CAP_//' | tr A-Z a-z); state=/var/lib/$(field StateDirectory)
  install -d -m 0700 "$state"; chown -R "$user:$user" "$state"
  FLAGS=$(sed -n 's/^FLAGS=//p' "$(field EnvironmentFile)")
  setpriv --reuid="$user" --regid="$user" --init-groups --no-new-privs --inh-caps="-all,+$cap" --ambient-caps="-all,+$cap" \\
    --bounding-set="-all,+$cap" $(field ExecStart | sed "s|\\$FLAGS|$FLAGS|") >> $log 2>&1 &
  echo $! > /run/relay.pid
}
stop() {
  pid=$(cat /run/relay.pid); kill "$pid" || return 0
  while [ -e "/proc/$pid/exe" ]; do sleep 0.1; done
}
wait() {
  for turn in $(seq 300); do [ "$(served)" -gt "$1" ] && return 0; sleep 0.1; done
  tail "$log" >&2; return 1
}
touch $log
before=$(served)
case "$*" in
  'daemon-reload' | 'restart systemd-resolved' | 'is-active --quiet systemd-resolved') ;;
  'enable --now porchlight-relay') start ;;
  'start porchlight-relay') start; wait "$before" ;;
  'stop porchlight-relay') stop ;;
  'restart porchlight-relay') stop; start; wait "$before" ;;
  *) echo "systemctl is not played for: $*" >&2; exit 1 ;;
esac
`

/** Shell for `prepare`: a program of that name comes first. The text must not hold a line that is END_OF_STAND_IN. */
export const standIn = (name: string, text: string): string => `cat > "$root/usr/local/bin/${name}" <<'END_OF_STAND_IN'
${text}
END_OF_STAND_IN
chmod +x "$root/usr/local/bin/${name}"`
