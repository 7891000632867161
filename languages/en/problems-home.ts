import type { ProblemWords } from '../problems.ts'

/** This computer and the engine on it. */
export const homeProblems: ProblemWords<
  | 'no-network'
  | 'settings-damaged'
  | 'journal-damaged'
  | 'data-unwritable'
  | 'disk-full'
  | 'port-taken'
  | 'port-forbidden'
  | 'engine-running'
  | 'engine-absent'
  | 'engine-newer'
  | 'settings-newer'
  | 'file-unreadable'
  | 'identity-damaged'
  | 'secrets-locked'
  | 'internal'
> = {
  'no-network': () => ({
    title: 'This computer has no network.',
    causes: ['No cable is plugged in and no Wi-Fi is joined.', 'The router is off, or gives this computer no address.'],
    consequence: 'Your services stay set up, but nobody can reach them.',
    steps: [
      'Plug in the cable or join your Wi-Fi.',
      'If that is done already, restart the router.',
      { text: 'Porchlight notices and carries on by itself.', action: 'check-now' },
    ],
  }),
  'settings-damaged': ({ keptAs }) => ({
    title: 'The settings file could not be read.',
    causes: ['It was damaged, perhaps when the computer lost power while saving.', 'Somebody or another program has changed it.'],
    consequence: `Porchlight started with its standard settings. The damaged file is kept as ${keptAs}.`,
    steps: [
      { text: 'If you have a backup of the file, put it back and restart Porchlight.', action: 'restart' },
      { text: 'If not, look at your services and add what is missing.', action: 'add-service' },
    ],
  }),
  'journal-damaged': ({ keptAs }) => ({
    title: 'The list of rules on your router could not be read.',
    cause: 'The file was damaged, perhaps when the computer lost power while saving.',
    consequence: `A rule that Porchlight made earlier may stay on the router. The damaged file is kept as ${keptAs}.`,
    steps: [
      'Wait: such rules end by themselves, mostly within half an hour.',
      { text: 'If one named Porchlight stays longer, delete it on the router.', action: 'open-guide' },
    ],
  }),
  'data-unwritable': ({ path, reason }) => ({
    title: 'Porchlight cannot save its settings.',
    cause: `Writing to ${path} failed: ${reason}.`,
    consequence: 'Porchlight does not start without a place for its settings, so that nothing gets lost.',
    steps: ['Give your account the right to write to that folder.', 'Or choose another one with --data.'],
  }),
  'disk-full': ({ path }) => ({
    title: 'The disk is full.',
    cause: `There is no room left for ${path}.`,
    consequence: 'Porchlight cannot save changes. What already runs goes on.',
    steps: [
      'Free some space on that disk: delete or move away what you no longer need.',
      { text: 'Then do again what could not be saved.', action: 'check-now' },
    ],
  }),
  'port-forbidden': ({ address }) => ({
    title: `This account may not listen at ${address}.`,
    cause: 'Ports below 1024 are kept for the administrator of a computer.',
    consequence: 'Porchlight did not start.',
    steps: ['Choose a port above 1023.', 'Or start Porchlight as administrator, or let your system hand the port over.'],
  }),
  'port-taken': ({ address }) => ({
    title: `Another program already uses ${address}.`,
    cause: 'Only one program at a time can listen there.',
    consequence: 'Porchlight cannot start at that address.',
    steps: ['Stop the other program.', 'Or choose another address and start Porchlight again.'],
  }),
  'engine-running': ({ data }) => ({
    title: 'Porchlight is already running.',
    cause: `Another Porchlight uses the folder ${data}.`,
    consequence: 'A second one would disturb the first, so it did not start. The first goes on.',
    steps: ['Use the one that runs.', 'For a second, separate one, choose another folder with --data.'],
  }),
  'engine-absent': ({ data }) => ({
    title: 'Porchlight is not running.',
    causes: [`It was not started: nothing answers for the folder ${data}.`, 'It runs with another folder.'],
    consequence: 'Your services are not reachable, and nothing can be changed.',
    steps: ['Open Porchlight, or start it with: porchlight run.', 'If it runs with another folder, name that folder with --data.'],
  }),
  'engine-newer': ({ ours, theirs }) => ({
    title: 'Porchlight was updated while this part stayed open.',
    cause: `The running Porchlight speaks version ${theirs}, and this part speaks version ${ours}.`,
    consequence: 'They do not understand each other. Your services go on as before.',
    remedy: 'Close this part and open it again.',
  }),
  'settings-newer': ({ ours, theirs }) => ({
    title: 'The settings were written by a newer Porchlight.',
    cause: `They are in version ${theirs}, and this Porchlight reads version ${ours}.`,
    consequence: 'Porchlight did not start, and the settings are untouched.',
    steps: ['Start the newer Porchlight.', 'Or name another folder with --data.'],
  }),
  'file-unreadable': ({ path, reason }) => ({
    title: `The file ${path} cannot be read.`,
    cause: `The system says: ${reason}.`,
    consequence: 'Porchlight did not start.',
    steps: ['Check that the path is right.', 'Check that this account may read the file, then start again.'],
  }),
  'identity-damaged': ({ path }) => ({
    title: "This computer's key is damaged.",
    cause: `The file ${path} does not hold a key any more.`,
    consequence: 'Porchlight did not start: with a new key your names and links would belong to nobody.',
    steps: ['Put the file back from a backup.', 'If there is none, move the file away. Porchlight then begins anew, with new links.'],
  }),
  'secrets-locked': ({ path }) => ({
    title: "This home's keys are locked.",
    cause: `The keychain of an account opens ${path}, and only the Porchlight app can ask it.`,
    consequence: 'Nothing was started or written, and nothing is lost.',
    steps: [
      'Log in to the account that locked them, and open the Porchlight app.',
      'To do without the keychain, switch the lock off in its settings.',
      'If the keychain is gone for good, import the sealed file of this home.',
    ],
  }),
  internal: ({ detail }) => ({
    title: 'Something went wrong inside Porchlight.',
    cause: `This is a fault of ours, not of yours. Detail: ${detail}.`,
    consequence: 'The last action may not have been carried out. Your other services go on.',
    steps: [
      'Try once more.',
      { text: 'If it happens again, restart Porchlight.', action: 'restart' },
      { text: 'If that does not help, send us what it says of itself.', action: 'support-bundle' },
    ],
  }),
}

/** What the owner typed. */
export const addressProblems: ProblemWords<
  | 'name-invalid'
  | 'name-taken'
  | 'service-unknown'
  | 'services-full'
  | 'target-invalid'
  | 'target-forbidden'
  | 'preset-unknown'
  | 'preset-mismatch'
  | 'relay-address-invalid'
  | 'link-unknown'
  | 'links-full'
  | 'link-end-past'
  | 'link-needs-gate'
  | 'alias-needs-public'
  | 'gate-web-only'
  | 'password-unfit'
  | 'password-missing'
  | 'passwords-differ'
  | 'allowed-invalid'
  | 'allowed-missing'
  | 'not-admitted'
  | 'link-locked'
> = {
  'name-invalid': ({ name }) => ({
    title: `"${name}" cannot be used as a name.`,
    cause: 'The name becomes part of an internet address, where only small letters, digits and inner hyphens are allowed.',
    consequence: 'The service was not added.',
    steps: [
      { text: 'Choose a name such as jeedom, photos or my-music: up to 40 small letters, digits and hyphens.', action: 'add-service' },
    ],
  }),
  'name-taken': ({ name }) => ({
    title: `You already have a service called ${name}.`,
    cause: 'Each service needs its own name, because the name is part of its address.',
    consequence: 'Nothing was changed.',
    steps: [{ text: 'Choose another name.', action: 'add-service' }, `Or remove ${name} first.`],
  }),
  'service-unknown': ({ name }) => ({
    title: `There is no service called ${name}.`,
    cause: 'It may have been removed meanwhile, or its name is spelt differently.',
    consequence: 'Nothing was changed.',
    steps: [{ text: 'Look at the list of your services and try again with a name from it.', action: 'show-service' }],
  }),
  'services-full': ({ name }) => ({
    title: `There is no room for ${name}: Porchlight keeps at most 80 services.`,
    cause: 'All of them are told to the relay in one message, and that message is full.',
    consequence: 'The service was not added; the others go on as before.',
    steps: [{ text: 'Remove a service that you no longer need, then add this one again.', action: 'show-service' }],
  }),
  'target-invalid': ({ target }) => ({
    title: `"${target}" is not an address Porchlight can use.`,
    cause: 'A kind, a machine and a port are needed, and nothing after them.',
    consequence: 'The service was not added.',
    steps: [
      {
        text: 'Write it like http://192.168.1.20:8080. For other programs than websites: tcp://192.168.1.20:22 or udp://192.168.1.20:22124.',
        action: 'add-service',
      },
    ],
  }),
  'target-forbidden': ({ target, reason }) => ({
    title: `${target} cannot be shared.`,
    cause: `This address is not allowed: ${reason}.`,
    consequence: 'The service was not added, to keep you safe.',
    steps: [{ text: 'Enter the address of a device on your home network, such as http://192.168.1.20:8080.', action: 'add-service' }],
  }),
  'preset-unknown': ({ name, detail }) => ({
    title: `There is no preset called "${name}".`,
    cause: 'A preset tells Porchlight which program runs there, and it knows only a few of them.',
    consequence: 'The service was not added.',
    steps: [{ text: `Choose from these: ${detail}.`, action: 'add-service' }, 'Or leave the preset out: the service works all the same.'],
  }),
  'preset-mismatch': ({ name, target, detail }) => ({
    title: `The preset "${name}" does not fit ${target}.`,
    cause: `That program is reached at an address such as ${detail}.`,
    consequence: 'The service was not added.',
    steps: [{ text: `Write the address like ${detail}, or leave the preset out.`, action: 'add-service' }],
  }),
  'link-unknown': ({ service }) => ({
    title: `${service} has no such link.`,
    cause: 'It may have been revoked meanwhile, or its id is spelt differently.',
    consequence: 'Nothing was changed.',
    steps: [{ text: 'Look at the list of its links and try again with one from it.', action: 'show-links' }],
  }),
  'links-full': ({ service }) => ({
    title: `There is no room for another link to ${service}.`,
    cause: 'A service has at most 20 links, and all services together 400, because the relay is told all of them in one message.',
    consequence: 'No link was made; the others go on as before.',
    steps: [{ text: 'Revoke a link that nobody needs any more, then make the new one.', action: 'show-links' }],
  }),
  'link-end-past': ({ service }) => ({
    title: 'A link cannot end before it begins.',
    cause: 'The end that was given is already past.',
    consequence: `No link to ${service} was made.`,
    steps: [{ text: 'Choose a time that is still to come.', action: 'show-links' }],
  }),
  'link-needs-gate': ({ service }) => ({
    title: `${service} is open to everybody, so its visitors cannot be counted.`,
    cause: 'Only a service that opens by link alone asks its visitors for one. Otherwise who has its address needs no link.',
    consequence: 'No link was made.',
    steps: [
      { text: `Let ${service} open by link alone first.`, action: 'set-access' },
      'Or make a link without a limit of uses that goes by the relay.',
    ],
  }),
  'alias-needs-public': ({ service }) => ({
    title: `A link that can be dictated cannot open ${service}.`,
    cause: 'Eight letters are easy to say and not hard enough to guess, so they never let anybody in who would else stay out.',
    consequence: 'No link was made.',
    steps: ['Make a link that is copied instead.', { text: `Or let everybody into ${service}.`, action: 'set-access' }],
  }),
  'gate-web-only': ({ service }) => ({
    title: `${service} cannot ask its visitors for a password of Porchlight.`,
    cause: 'Porchlight can only put a page of its own in front of a website. Other programs speak a language of their own.',
    consequence: 'Nothing was changed: who could come in still can.',
    steps: [
      { text: 'Let in who has opened a link, or certain addresses.', action: 'set-access' },
      'Or set a password in the program itself, if it has one.',
    ],
  }),
  'password-unfit': ({ service }) => ({
    title: `This password is too short for ${service}.`,
    cause: 'A password has 8 letters at least and 200 at most, because the whole internet may try to guess it.',
    consequence: 'Nothing was changed.',
    steps: [
      {
        text: 'Choose a longer one. Three or four words that have nothing to do with each other are good, and easy to say.',
        action: 'set-access',
      },
    ],
  }),
  'password-missing': ({ service }) => ({
    title: `${service} has no password yet.`,
    cause: 'It cannot ask for a password before you have chosen one.',
    consequence: 'Nothing was changed.',
    steps: [{ text: 'Choose the password together with the way in.', action: 'set-access' }],
  }),
  'passwords-differ': ({ service }) => ({
    title: 'The two passwords are not the same.',
    cause: 'What is typed without being seen is asked for twice.',
    consequence: `Nothing was changed: ${service} opens as before.`,
    steps: [{ text: 'Try again.', action: 'set-access' }],
  }),
  'allowed-invalid': ({ name, service }) => ({
    title: `"${name}" cannot stand on the list of ${service}.`,
    cause:
      'The list takes addresses such as 203.0.113.7, ranges such as 203.0.113.0/24, and full names such as marie.dyndns.example. It has room for 50.',
    consequence: 'Nothing was changed.',
    steps: [
      {
        text: 'Correct it and try again. Visitors who are turned away see their own address and can send it to you.',
        action: 'set-access',
      },
    ],
  }),
  'allowed-missing': ({ service }) => ({
    title: `Nobody is on the list of ${service} yet.`,
    cause: 'It cannot let certain addresses in before you have named one.',
    consequence: 'Nothing was changed.',
    steps: [{ text: 'Name an address, a range or a name together with the way in.', action: 'set-access' }],
  }),
  'not-admitted': ({ service, address }) => ({
    title: `${address} has not come in to ${service} by a link.`,
    cause: 'Its time may be over, or its link was revoked.',
    consequence: 'Nothing was changed.',
    steps: [{ text: 'Look at the list of those who came in and try again with one from it.', action: 'set-access' }],
  }),
  'link-locked': ({ service, name }) => ({
    title: `The link "${name}" to ${service} is locked.`,
    causes: [
      'Ten wrong PINs were given to it. Somebody has the link, does not know its PIN, and may have been guessing.',
      'Or whoever it is meant for has forgotten the PIN.',
    ],
    consequence: 'Nobody new comes in by it. Those who are in stay in.',
    steps: [
      { text: 'Revoke it, and make a new one for whom it was meant.', action: 'show-links' },
      'Send the new PIN by another way than the link.',
    ],
  }),
  'relay-address-invalid': ({ relay }) => ({
    title: `"${relay}" is neither a relay code nor the address of a relay.`,
    cause: 'A relay code is one long word that starts with plr1. An address starts with https://.',
    consequence: 'No relay was joined.',
    steps: [{ text: 'Copy the relay code again from the message you received, in full, and paste it here.', action: 'join-relay' }],
  }),
}

/** The service at home. Its owner mends it; the way from outside is fine. */
export const serviceProblems: ProblemWords<'service-refused' | 'service-silent' | 'service-not-found' | 'target-moved'> = {
  'service-refused': ({ service, target }) => ({
    title: `${service} isn't responding. Your connection is fine.`,
    causes: [
      `The program is probably stopped: its machine answers, but nothing listens at ${target}.`,
      'It may use another port since an update or a change of its settings.',
    ],
    consequence: 'Visitors cannot use it until it runs again.',
    steps: [
      `Start ${service} on its machine.`,
      { text: `Check that its port is the one in ${target}.`, action: 'show-service' },
      { text: 'Porchlight notices by itself when it answers again.', action: 'check-now' },
    ],
  }),
  'service-silent': ({ service, target }) => ({
    title: `${service} isn't responding. Your connection is fine.`,
    causes: [
      `Its machine may be off or asleep: no answer comes from ${target}.`,
      'It may have another address at home now.',
      'Its own firewall may keep Porchlight out.',
    ],
    consequence: 'Visitors wait in vain until it answers again.',
    steps: [
      'Switch the machine on.',
      { text: 'Open the service from this computer. Once that works, it works from outside too.', action: 'show-service' },
      { text: 'Porchlight notices by itself when it answers again.', action: 'check-now' },
    ],
  }),
  'service-not-found': ({ service, host }) => ({
    title: `The machine ${host} was not found on your network.`,
    causes: [
      'It may be off or asleep.',
      `Its name may have changed or be misspelt: ${service} is set to ${host}, and no device at home is called so.`,
    ],
    consequence: `Visitors cannot reach ${service}. Your connection is fine.`,
    steps: [
      'Check that the machine is on.',
      { text: 'Check that its name is spelt correctly, or use its address, such as 192.168.1.20.', action: 'show-service' },
      { text: 'Porchlight notices by itself when it is there.', action: 'check-now' },
    ],
  }),
  'target-moved': ({ service, address, target }) => ({
    title: `${service} has moved to another address at home, and Porchlight followed it.`,
    cause: `The router has given its machine a new address: it was at ${address}, and ${service} now answers at ${target}.`,
    consequence: 'Nothing is lost: the address for visitors is the same as before. Other programs at home may still look at the old place.',
    steps: [
      { text: 'Nothing has to be done.', action: 'show-service' },
      "To have it stay where it is, reserve a fixed address for that machine on the router's page, where it gives out addresses (DHCP).",
    ],
  }),
}
