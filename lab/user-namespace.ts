/** Run as PID 1 of the new namespaces. ip-netns(8) writes to /run/netns and reads /etc/netns, neither of which an ordinary
 *  user may do: so /run becomes a private one, and /etc gets a private layer on top (or, where /etc/netns exists, only that).
 *  A resolv.conf that was a link into the old /run has to exist, for ip-netns to lay its own over it. */
const PREPARE = `
set -e
mount -t tmpfs -o mode=0755 run /run
mkdir /run/netns /run/tmp /run/etc /run/etc-work
if [ -d /etc/netns ]
then mount -t tmpfs netns /etc/netns
else
  mount -t overlay overlay -o lowerdir=/etc,upperdir=/run/etc,workdir=/run/etc-work /etc
  mkdir /etc/netns
fi
resolver=$(readlink -m /etc/resolv.conf)
mkdir -p "$(dirname "$resolver")"
[ -e "$resolver" ] || : > "$resolver"
TMPDIR=/run/tmp exec "$@"
`

/** The command that runs `argv` as root of a user namespace of its own, with its own network, mounts and process numbers:
 *  there an ordinary user can build the lab. Everything inside ends with the process that this command starts. */
export function userNamespaceArgv(argv: readonly string[]): string[] {
  const namespaces = ['--user', '--map-root-user', '--net', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child']
  return ['unshare', ...namespaces, 'sh', '-c', PREPARE, 'lab', ...argv]
}
