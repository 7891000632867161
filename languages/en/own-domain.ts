/** A domain of the owner's own, while he sets its records: on the page and on the command line. */
import type { CarriedState } from '../../protocol/model/carried-host.ts'
import type { OwnDomainFinding, RecordPurpose, RecordState } from '../../protocol/model/own-domain.ts'

const purposes: Record<RecordPurpose, string> = {
  lead: 'leads visitors here',
  lead6: 'leads visitors here over IPv6',
  owner: 'tells the relay that the name is yours',
  proof: 'lets the relay get the certificate for all names below',
  bind: 'lets nobody but this home get certificates',
}

const states: Record<RecordState, string> = {
  right: 'right',
  waiting: 'right, on its way',
  missing: 'not there yet',
  wrong: 'something else stands there',
  unknown: 'cannot be checked right now',
}

const findings: Record<OwnDomainFinding, (detail: string) => string> = {
  undelegated: () => 'There is no such domain, or it has no name servers yet. A domain that was just bought needs some minutes.',
  'servers-silent': () => "The domain's name servers do not answer. If that lasts, ask whoever keeps the domain.",
  dnssec: () =>
    'The signatures of this domain (DNSSEC) are wrong. Careful resolvers and certificate authorities do not believe it. Whoever keeps the domain can renew the signatures, or take the DS record away.',
  caa: (detail) =>
    `A CAA record says who may give certificates, and ours may not: ${detail}. Add our authority there, or remove the record.`,
  wildcard: (detail) => `This domain answers for any name (${detail}), so a name that is not set seems to be there.`,
  apex: () =>
    'A domain itself can be no alias. If the relay ever moves, these addresses must be changed by hand; a name such as www follows by itself.',
  'no-way': () => 'Nothing leads to this home yet: join a relay, or open a way on the router.',
}

const relay: Record<CarriedState, string> = {
  carried: 'The relay leads visitors of this name here.',
  leaving: 'The record that says whose name it is has gone: in an hour at the latest the relay lets the name go.',
  missing: 'The relay waits for the record that says whose name it is.',
  wrong: 'The record names another device.',
  taken: 'Another device has this name, and its record still stands. Remove that one.',
  reserved: 'The relay does not carry this name.',
  undelegated: 'The relay finds no such domain.',
  unknown: 'The relay cannot ask the name servers right now.',
  unsupported: 'This relay carries no names of your own. Ask whoever runs it to update it.',
}

export const ownDomain = {
  purposes,
  states,
  findings,
  relay,
  asking: 'Asking the name servers of this domain…',
  copyName: 'Copy name',
  copyValue: 'Copy value',
  copied: 'It is on the clipboard.',
  optional: 'optional',
  where: (zone: string, servers: string) => `Set these records where ${zone} is kept (${servers}).`,
  anywhere: 'Set these records where your domain is kept.',
  found: (values: string) => `There is: ${values}`,
  old: (seconds: number) =>
    `who has asked before remembers the old one for up to ${seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`}`,
  done: (host: string) => `${host} leads here.`,
  type: 'Record type',
  name: 'Name',
  value: 'Value',
}
