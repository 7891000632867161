/** `porchlight-relay check`: what is wrong, in a sentence, and the next step. */

interface Told {
  readonly what: string
  readonly next: string
}

type Told1<N extends string> = (facts: Readonly<Record<N, string>>) => Told

const told = <N extends string = never>(tell: Told1<N>): Told1<N> => tell

const ENTER = (parent: string, records: string): string => `Where ${parent} is managed (usually at your registrar), enter:\n${records}`

export const relayCheck = {
  areas: {
    delegation: "The way to this relay's name server",
    names: 'Names and permission for certificates',
    ports: 'Ports',
    certificate: 'Certificate',
    clock: 'Clock',
    machine: 'This machine',
  },
  marks: { fine: 'fine', broken: 'WRONG', warning: 'careful', unknown: 'unknown', hint: 'hint' },
  next: 'What to do',
  well: 'All is well.',
  outside:
    'Whether a firewall lets visitors in cannot be seen from here. Run the same line with --outside on any other computer, for instance at home.',
  findings: {
    'parent-unknown': told<'domain' | 'resolver'>(({ domain, resolver }) => ({
      what: `Nobody could say who is in charge of the zone above ${domain}: ${resolver} did not answer usefully.`,
      next: 'Check that this machine can reach the internet and that /etc/resolv.conf names a resolver that works, then check again.',
    })),
    'delegation-missing': told<'domain' | 'parent' | 'records'>(({ domain, parent, records }) => ({
      what: `${domain} is not delegated: the zone ${parent} has no NS records for it.`,
      next: ENTER(parent, records),
    })),
    'ns-wrong': told<'domain' | 'parent' | 'found' | 'wanted'>(({ domain, parent, found, wanted }) => ({
      what: `The NS records of ${domain} name ${found}, but the relay calls itself ${wanted}.`,
      next: `Where ${parent} is managed, enter ${wanted} as NS of ${domain}, or start the relay with --ns and the names that stand there.`,
    })),
    'glue-missing': told<'name' | 'parent' | 'records'>(({ name, parent, records }) => ({
      what: `The glue of ${name} is missing: to find it one would have to ask it itself.`,
      next: ENTER(parent, records),
    })),
    'glue-wrong': told<'name' | 'found' | 'own' | 'parent'>(({ name, found, own, parent }) => ({
      what: `The zone ${parent} sends questions for ${name} to ${found}, but this relay is at ${own}.`,
      next: `Where ${parent} is managed, change the address of ${name}; or, if that address is right, correct --ipv4 and --ipv6.`,
    })),
    'glue-without-ipv6': told<'domain' | 'parent' | 'records'>(({ domain, parent, records }) => ({
      what: `${domain} can be asked over IPv4 only: its name server has no AAAA record in ${parent}.`,
      next: ENTER(parent, records),
    })),
    'ds-unsigned': told<'domain' | 'parent'>(({ domain, parent }) => ({
      what: `${parent} has a DS record for ${domain}, which says that the zone is signed. A relay does not sign, so careful resolvers refuse it.`,
      next: `Where ${parent} is managed, remove the DS record of ${domain} (switch DNSSEC off for this name alone).`,
    })),
    'dns-silent': told<'address' | 'protocol' | 'reason'>(({ address, protocol, reason }) => ({
      what: `Nobody answers DNS questions by ${protocol} at ${address} (${reason}).`,
      next: `Open port 53 for ${protocol} in every firewall, also in your provider's panel, and see that the relay runs.`,
    })),
    'dns-not-ours': told<'address' | 'domain'>(({ address, domain }) => ({
      what: `Somebody answers DNS questions at ${address}, but not for ${domain}: another name server.`,
      next: 'Stop that program, or give this relay an address of its own with --dns.',
    })),
    'name-unknown': told<'host' | 'resolver'>(({ host, resolver }) => ({
      what: `${host} leads nowhere: the resolver ${resolver} finds no address for it.`,
      next: 'Enter its address where that name is managed. If it stands there already, wait a few minutes: resolvers remember failures.',
    })),
    'zone-unreached': told<'domain' | 'resolver'>(({ domain, resolver }) => ({
      what: `The resolver ${resolver} gets no answer for a fresh name below ${domain}, so it cannot reach this relay's name server.`,
      next: "Open port 53, UDP and TCP, in every firewall between the internet and this machine, also in your provider's panel.",
    })),
    'address-elsewhere': told<'host' | 'found' | 'own'>(({ host, found, own }) => ({
      what: `${host} leads to ${found}, but this relay is at ${own}.`,
      next: `If ${found} is right, correct --ipv4 and --ipv6. If not, look who answers for ${host}: perhaps an older server still does.`,
    })),
    'caa-forbids': told<'domain' | 'holder' | 'allowed' | 'issuer'>(({ domain, holder, allowed, issuer }) => ({
      what: `A CAA record at ${holder} allows certificates for ${domain} from these alone: ${allowed}.`,
      next: `Where ${holder} is managed, add: ${holder}. CAA 0 issue "${issuer}"`,
    })),
    'not-running': told<'folder'>(({ folder }) => ({
      what: `No relay runs on ${folder}.`,
      next: 'Start it: systemctl start porchlight-relay, or "porchlight-relay run" with the same flags.',
    })),
    'port-closed': told<'address' | 'port' | 'reason'>(({ address, port, reason }) => ({
      what: `Port ${port} is closed: ${address} does not answer (${reason}).`,
      next: `See that the relay listens there (--https, --http) and open port ${port} for TCP in every firewall, also in your provider's panel.`,
    })),
    'port-not-ours': told<'address' | 'program'>(({ address, program }) => ({
      what: `Another program answers at ${address} (${program}).`,
      next: 'Stop that web server, or give the relay an address of its own with --http.',
    })),
    'port-taken': told<'address' | 'protocol' | 'program'>(({ address, protocol, program }) => ({
      what: `Another program (${program}) holds ${address} (${protocol}).`,
      next: 'Stop and disable that program, or give the relay another address, then start the relay.',
    })),
    'resolved-holds-53': told<'port'>(({ port }) => ({
      what: `The system's own resolver (systemd-resolved) holds port ${port}.`,
      next: 'Put "DNSStubListener=no" below [Resolve] into /etc/systemd/resolved.conf, then: systemctl restart systemd-resolved && ln -sf /run/systemd/resolve/resolv.conf /etc/resolv.conf',
    })),
    'port-forbidden': told<'address' | 'protocol'>(({ address, protocol }) => ({
      what: `This account may not try ${address} (${protocol}) itself.`,
      next: 'Run the check as root, or with the right to open low ports, as the relay itself has it.',
    })),
    'certificate-none': told<'address' | 'port'>(({ address, port }) => ({
      what: `No certificate is shown at ${address}, port ${port}.`,
      next: `Look into the relay's log for "certificate-failed": it says what the directory refused.`,
    })),
    'certificate-expired': told<'until'>(({ until }) => ({
      what: `The relay's certificate expired on ${until}.`,
      next: 'From files: renew them; the relay notices within half a minute. From a directory: the log says at "certificate-failed" why not.',
    })),
    'certificate-not-yet': told<'from'>(({ from }) => ({
      what: `The relay's certificate is only valid from ${from}.`,
      next: "Set this machine's clock right, or take the certificate that is valid now.",
    })),
    'certificate-old': told<'until'>(({ until }) => ({
      what: `The relay's certificate ends on ${until} and should have been renewed by now.`,
      next: 'From files: renew them. From a directory: the log says at "certificate-failed" why it could not be renewed.',
    })),
    'certificate-wrong-name': told<'name' | 'found'>(({ name, found }) => ({
      what: `The relay's certificate is not for ${name} (it names ${found}).`,
      next: `Take a certificate for ${name}.`,
    })),
    'certificate-untrusted': told<'domain' | 'reason'>(({ domain, reason }) => ({
      what: `Browsers do not trust the certificate of ${domain} (${reason}).`,
      next: 'Put the whole chain into the file, intermediates included, or take a certificate from a public directory.',
    })),
    'certificate-rehearsal': told<'domain' | 'reason'>(({ domain, reason }) => ({
      what: `The certificate of ${domain} is self-made, for a rehearsal (${reason}): no home will join.`,
      next: 'Start the relay with --acme-directory https://acme-v02.api.letsencrypt.org/directory --acme-email YOU@EXAMPLE.ORG',
    })),
    'certificate-mismatch': told<'certFile' | 'keyFile'>(({ certFile, keyFile }) => ({
      what: `${keyFile} is not the key of ${certFile}, or one of the two is damaged.`,
      next: 'Name the two files that belong together.',
    })),
    'file-unreadable': told<'path' | 'reason'>(({ path, reason }) => ({
      what: `${path} cannot be read (${reason}).`,
      next: 'Correct the path, and let the account that the relay runs as read the file.',
    })),
    'directory-unreachable': told<'url' | 'reason'>(({ url, reason }) => ({
      what: `The certificate directory ${url} cannot be reached (${reason}).`,
      next: 'Let this machine make outgoing connections to it, then check again.',
    })),
    'clock-ahead': told<'seconds' | 'source'>(({ seconds, source }) => ({
      what: `This machine's clock is ${seconds} s ahead of ${source}.`,
      next: 'Set it, and keep it right: timedatectl set-ntp true',
    })),
    'clock-behind': told<'seconds' | 'source'>(({ seconds, source }) => ({
      what: `This machine's clock is ${seconds} s behind ${source}.`,
      next: 'Set it, and keep it right: timedatectl set-ntp true',
    })),
    'clock-unknown': told<'source' | 'reason'>(({ source, reason }) => ({
      what: `The clock could not be compared: ${source} does not answer (${reason}).`,
      next: 'Let this machine make outgoing connections, then check again.',
    })),
    'ipv6-not-here': told<'address' | 'here'>(({ address, here }) => ({
      what: `The IPv6 address ${address} is not this machine's (its own: ${here}).`,
      next: 'Correct --ipv6, or give the machine that address; leave --ipv6 out where it has none.',
    })),
    'ipv4-not-here': told<'address' | 'here'>(({ address, here }) => ({
      what: `The IPv4 address ${address} is on none of this machine's interfaces (${here}).`,
      next: 'If your provider translates addresses, this is as it should be. If not, correct --ipv4.',
    })),
    'disk-low': told<'folder' | 'megabytes'>(({ folder, megabytes }) => ({
      what: `Only ${megabytes} MB are free for ${folder}.`,
      next: 'Free some space: a full disk lets no new device, name or link in.',
    })),
    'registry-damaged': told<'path' | 'reason'>(({ path, reason }) => ({
      what: `The registry ${path} is damaged (${reason}).`,
      next: 'Stop the relay, move its folder away and restore the last backup: porchlight-relay restore FILE',
    })),
    'few-files': told<'limit' | 'wanted'>(({ limit, wanted }) => ({
      what: `The relay may open only ${limit} files, and every visitor takes one.`,
      next: `Raise the limit to ${wanted} or more: LimitNOFILE= in the systemd unit, or ulimit -n.`,
    })),
    'runs-as-root': told(() => ({
      what: 'The relay runs as root.',
      next: 'Start it with --user NAME, or by the systemd unit.',
    })),
    'public-suffix': told<'domain'>(({ domain }) => ({
      what: `Homes under ${domain} count as one site to a browser until *.${domain} is on the Public Suffix List.`,
      next: 'Ask for it at https://publicsuffix.org/submit/ once strangers use this relay. Nothing depends on it.',
    })),
  },
}
