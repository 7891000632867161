/** A text for the "user data" of a rented server (cloud-init), which turns it into a relay and prints its relay code. The relay's command line
 *  writes it, and the page of somebody who has no relay yet. */

/** Where the program comes from, and the SHA-256 of what must come. */
export interface ProgramSource {
  readonly url: string
  /** 64 hex digits. */
  readonly sha256: string
}

export interface CloudInit extends ProgramSource {
  /** The flags of `run`, as words without spaces or quotes. Without `--ipv4` the server's own addresses are taken. */
  readonly flags: readonly string[]
}

/** What may stand unquoted in a shell and in systemd's environment file. */
export const isPlainWord = (word: string): boolean => /^[A-Za-z0-9._:@/[\],+=-]+$/.test(word)

/** What may stand in single quotes. */
export const isPlainUrl = (url: string): boolean => /^https:\/\/[A-Za-z0-9._~:@/?&=+%,[\]-]+$/.test(url)

/** cloud-config as JSON, which is YAML. Throws RangeError for words that are not plain. */
export function cloudInit(wanted: CloudInit): string {
  const path = '/root/porchlight-relay-setup.sh'
  const config = {
    package_update: true,
    packages: ['ca-certificates', 'curl'],
    write_files: [{ path, permissions: '0700', content: script(wanted) }],
    runcmd: [[path]],
  }
  return `#cloud-config\n${JSON.stringify(config, null, 2)}\n`
}

/** The same for a server that is there already: one command. Throws like {@link cloudInit}. */
export const setupCommand = (wanted: CloudInit): string => `sudo sh -s <<'PORCHLIGHT'\n${script(wanted)}PORCHLIGHT\n`

function script({ url, sha256, flags }: CloudInit): string {
  if (!flags.every(isPlainWord) || !isPlainUrl(url) || !/^[0-9a-f]{64}$/.test(sha256))
    throw new RangeError('a word that cannot stand in a script')
  return plainScript({ url, sha256, flags })
}

/** May be run again: to bring another version, or after a mistake. `ip route get` sends nothing; it tells which address packets would leave with. */
const plainScript = ({ url, sha256, flags }: CloudInit): string => `#!/bin/sh
# Turns this server into a Porchlight relay.
set -eu
data=/var/lib/porchlight-relay
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

curl --fail --silent --show-error --location --proto '=https' --retry 5 --max-time 900 --output "$work/relay.tar.gz" '${url}'
echo '${sha256}  '"$work/relay.tar.gz" | sha256sum --check --quiet
id porchlight >/dev/null 2>&1 || adduser --system --group --no-create-home --home "$data" porchlight
mkdir -p /opt/porchlight-relay
tar --extract --gzip --no-same-owner --directory /opt/porchlight-relay --file "$work/relay.tar.gz"
ln -sf /opt/porchlight-relay/bin/porchlight-relay /usr/local/bin/porchlight-relay
install -m 0644 /opt/porchlight-relay/install/porchlight-relay.service /etc/systemd/system/porchlight-relay.service

# The system's own resolver holds port 53.
if systemctl is-active --quiet systemd-resolved; then
  mkdir -p /etc/systemd/resolved.conf.d
  printf '[Resolve]\\nDNSStubListener=no\\n' > /etc/systemd/resolved.conf.d/porchlight-relay.conf
  systemctl restart systemd-resolved
  ln -sf /run/systemd/resolve/resolv.conf /etc/resolv.conf
fi

flags='${flags.join(' ')}'
case " $flags " in
  *' --ipv4 '*) ;;
  *)
    ipv4=$(ip -4 -o route get 192.0.2.1 | sed -n 's/.* src \\([0-9.]*\\).*/\\1/p')
    ipv6=$(ip -6 -o route get 2001:db8::1 2>/dev/null | sed -n 's/.* src \\([0-9a-f:]*\\).*/\\1/p') || ipv6=
    flags="$flags --ipv4 $ipv4\${ipv6:+ --ipv6 $ipv6}"
    ;;
esac
printf 'FLAGS=%s\\n' "$flags" > /etc/porchlight-relay.conf
systemctl daemon-reload
systemctl enable --now porchlight-relay

# It serves once it has its certificate, and for that its domain must be delegated to it.
for attempt in $(seq 1 120); do
  [ -s "$data/address.json" ] && break
  sleep 1
done
porchlight-relay check --data "$data" || true
if [ -s "$data/address.json" ]; then
  echo 'This server is a Porchlight relay. Its relay code, for one device, within seven days:'
  porchlight-relay code --data "$data"
else
  echo 'The relay does not serve yet: what is missing stands above. Afterwards: systemctl restart porchlight-relay; porchlight-relay code --data '"$data"
  exit 1
fi
`
