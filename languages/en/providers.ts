/** Names of the owner's own, and who keeps them: what is asked for, where it is found, what the list says, and what can be wrong. */
import type { KeptNameState } from '../../protocol/model/kept-name.ts'
import type { NameFieldId } from '../../protocol/model/name-provider.ts'
import { moment } from './times.ts'

const fields: Record<NameFieldId, string> = {
  server: 'Server',
  user: 'User name',
  password: 'Password',
  token: 'Token',
  key: 'Key',
  secret: 'Secret key',
  zone: 'Zone',
  consumerKey: 'Consumer key',
  url: 'Address to call',
  success: 'A good answer begins with',
  fatal: 'An answer that ends all attempts begins with',
}

/** Where what is asked for is found, by the provider's id. */
const where: Readonly<Record<string, string>> = {
  cloudflare:
    'In your profile, under API Tokens: create a token from the template "Edit zone DNS", for the one zone in which the name stands. Not the Global API Key.',
  custom:
    'The address that your provider wants called, with {host}, {ipv4} and {ipv6} where they belong. It begins with https://. How answers begin is optional: without it good, nochg, ok, success and updated are good ones, and what dyndns2 calls final is final.',
  desec: 'Under Token Management: create a token. For a name below dedyn.io, the one shown when you signed up works too.',
  duckdns: 'Sign in at duckdns.org: the token stands at the top of the page.',
  dynu: 'In the control panel, under My Account, Username/Password: your user name, and the IP update password if you have set one.',
  dyndns2: 'The name of the server, such as dyndns.example.net, and the user name and password that it has given you.',
  freedns:
    "Under Dynamic DNS, version 2: the last part of the name's update address, between /u/ and the slash at its end. It takes the address of this home, and no other.",
  gandi: 'Under Organizations, Sharing, Personal Access Tokens: create one that may "Manage domain name technical configurations".',
  hetzner: 'In the console, in the project of the zone, under Security, API tokens: create one that may read and write.',
  infomaniak: 'In the manager, at your domain, under Dynamic DNS: the user name and password that you gave to the name there.',
  'no-ip': 'Under Dynamic DNS, DDNS Keys: the user name and password of a key. Your account works too, unless two-factor sign-in is on.',
  ovh: 'On the page "createToken": ask for GET, POST, PUT and DELETE on /domain/zone/*. It shows an application key, an application secret and a consumer key.',
  'ovh-dynhost': 'At your domain, under DynHost, Manage access: create a user for the name. It is called like your-domain.com-something.',
  porkbun: 'Under Account, API Access: create a key, and turn API access on at the domain itself as well.',
  rfc2136:
    'The server, with its port if it is not 53, and a key as tsig-keygen or keymgr -t prints it, in one line. The zone is optional: without it the server is asked.',
}

const states: Record<KeptNameState, string> = {
  ok: 'leads where it should',
  changing: 'is being changed',
  waiting: 'will be tried again',
  stopped: 'waits for you',
  elsewhere: 'leads elsewhere',
  unknown: 'not looked at yet',
}

export const providers = {
  fields,
  /** Before an answer, a value or a list. */
  labelled: (label: string, value: string) => `${label}: ${value}`,
  optional: (field: string) => `${field} (optional)`,
  where,
  watched: 'somebody else keeps it',
  states,
  none: 'No name of yours is kept here yet: porchlight name add HOST --provider ID --service NAME',
  unasked: 'could not be asked',
  nothing: 'no address',
  should: (address: string) => `should be ${address}`,
  checked: (host: string, title: string) => `${title} knows ${host}, and takes what you gave.`,
  unchecked: (title: string) => `${title} can only be tried by an update. Look at the list in a minute.`,
  left: (host: string) =>
    `${host} is forgotten here. Its last address still stands at the provider: delete it there if it should lead nowhere.`,
  evidence: (words: string) => `its own words: ${words}`,
  again: (whenMs: number) => `next attempt on ${moment(String(whenMs))}`,
  page: {
    heading: 'Names of your own',
    text: 'A domain of yours, or a name from a provider of dynamic DNS, can lead here too.',
    add: 'Add a name',
    host: 'Name',
    hostHelp: 'Such as www.example.org, or *.example.org for all names below.',
    keeper: 'Who keeps it?',
    ownRecords: 'My own domain: I set the records myself',
    watched: 'My router, my NAS or my internet provider',
    watchedHelp: 'It is looked at and never changed. You are told when it leads elsewhere.',
    other: 'Another provider',
    search: 'Search',
    others: 'Provider',
    notFound: 'Nobody here is called so. Many providers speak DynDNS 2: empty the search, and look under More.',
    more: 'More',
    leadsTo: 'Leads to',
    home: 'This home, and no website',
    machine: 'Another machine of this home (IPv6)',
    suffix: 'The end of its IPv6 address',
    suffixHelp: 'Its last four groups (::1a2b:3c4d:5e6f:7a8b). What stands before them follows your line.',
    sameAccount: (host: string) => `The same account as ${host}`,
    change: 'Change what opens it',
    changeHelp: 'It counts for all your names in this account. What is stored now is never shown.',
    save: 'Save',
    needed: 'Nothing works without this.',
    submit: 'Add this name',
    added: (host: string) => `${host} has been added.`,
    test: 'Try again',
    tested: (host: string) => `${host} has been tried.`,
    remove: 'Remove',
    removed: (host: string) => `${host} is forgotten here.`,
    records: 'The records to set',
    history: 'Where it led before',
    was: (whenMs: number, family: string, address: string) => `${moment(String(whenMs))}: ${family} ${address}`,
  },
  looked: (whenMs: number) => `looked at on ${moment(String(whenMs))}`,
  changed: (whenMs: number) => `changed on ${moment(String(whenMs))}`,
}
