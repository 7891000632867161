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
  | 'internal'
> = {
  'no-network': () => ({
    title: 'This computer has no network.',
    cause: 'Neither a cable nor Wi-Fi gives it an address at the moment.',
    consequence: 'Your services stay set up, but nobody can reach them.',
    steps: [{ text: 'Plug in the cable or join your Wi-Fi. Porchlight notices and carries on by itself.', action: 'check-now' }],
  }),
  'settings-damaged': ({ keptAs }) => ({
    title: 'The settings file could not be read.',
    cause: 'It was damaged, perhaps when the computer lost power while saving.',
    consequence: `Porchlight started with its standard settings. The damaged file is kept as ${keptAs}.`,
    remedy: 'Check your services and add what is missing. If you have a backup of the file, put it back and restart Porchlight.',
  }),
  'journal-damaged': ({ keptAs }) => ({
    title: 'The list of rules on your router could not be read.',
    cause: 'The file was damaged, perhaps when the computer lost power while saving.',
    consequence: `A rule that Porchlight made earlier may stay on the router. The damaged file is kept as ${keptAs}.`,
    remedy:
      'Such rules end by themselves, mostly within half an hour. One named Porchlight that stays longer you can delete on the router.',
  }),
  'data-unwritable': ({ path, reason }) => ({
    title: 'Porchlight cannot save its settings.',
    cause: `Writing to ${path} failed: ${reason}.`,
    consequence: 'Porchlight does not start without a place for its settings, so that nothing gets lost.',
    remedy: 'Give your account the right to write to that folder, or choose another one with --data.',
  }),
  'disk-full': ({ path }) => ({
    title: 'The disk is full.',
    cause: `There is no room left for ${path}.`,
    consequence: 'Porchlight cannot save changes. What already runs goes on.',
    steps: [{ text: 'Free some space on that disk, then try again.', action: 'check-now' }],
  }),
  'port-forbidden': ({ address }) => ({
    title: `This account may not listen at ${address}.`,
    cause: 'Ports below 1024 are kept for the administrator of a computer.',
    consequence: 'Porchlight did not start.',
    remedy: 'Start it as administrator, let your system hand the port over, or choose a port above 1023.',
  }),
  'port-taken': ({ address }) => ({
    title: `Another program already uses ${address}.`,
    cause: 'Only one program at a time can listen there.',
    consequence: 'Porchlight cannot start at that address.',
    remedy: 'Stop the other program, or choose another address and start Porchlight again.',
  }),
  'engine-running': ({ data }) => ({
    title: 'Porchlight is already running.',
    cause: `Another Porchlight uses the folder ${data}.`,
    consequence: 'A second one would disturb the first, so it did not start. The first goes on.',
    remedy: 'Use the one that runs. For a second, separate one, choose another folder with --data.',
  }),
  'engine-absent': ({ data }) => ({
    title: 'Porchlight is not running.',
    cause: `Nothing answers for the folder ${data}.`,
    consequence: 'Your services are not reachable, and nothing can be changed.',
    remedy: 'Open Porchlight, or start it with: porchlight run. If it runs with another folder, name that folder with --data.',
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
    remedy: 'Start the newer Porchlight, or name another folder with --data.',
  }),
  'file-unreadable': ({ path, reason }) => ({
    title: `The file ${path} cannot be read.`,
    cause: `The system says: ${reason}.`,
    consequence: 'Porchlight did not start.',
    remedy: 'Check that the path is right and that this account may read the file, then start again.',
  }),
  'identity-damaged': ({ path }) => ({
    title: "This computer's key is damaged.",
    cause: `The file ${path} does not hold a key any more.`,
    consequence: 'Porchlight did not start: with a new key your names and links would belong to nobody.',
    remedy: 'Put the file back from a backup. If there is none, move it away; Porchlight then begins anew, with new links.',
  }),
  internal: ({ detail }) => ({
    title: 'Something went wrong inside Porchlight.',
    cause: `This is a fault of ours, not of yours. Detail: ${detail}.`,
    consequence: 'The last action may not have been carried out. Your other services go on.',
    remedy: 'Try once more. If it happens again, restart Porchlight and send us its log.',
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
    remedy: 'Choose a name such as jeedom, photos or my-music: up to 40 small letters, digits and hyphens.',
  }),
  'name-taken': ({ name }) => ({
    title: `You already have a service called ${name}.`,
    cause: 'Each service needs its own name, because the name is part of its address.',
    consequence: 'Nothing was changed.',
    remedy: `Choose another name, or remove ${name} first.`,
  }),
  'service-unknown': ({ name }) => ({
    title: `There is no service called ${name}.`,
    cause: 'It may have been removed meanwhile, or its name is spelt differently.',
    consequence: 'Nothing was changed.',
    remedy: 'Look at the list of your services and try again with a name from it.',
  }),
  'services-full': ({ name }) => ({
    title: `There is no room for ${name}: Porchlight keeps at most 80 services.`,
    cause: 'All of them are told to the relay in one message, and that message is full.',
    consequence: 'The service was not added; the others go on as before.',
    remedy: 'Remove a service that you no longer need, then add this one again.',
  }),
  'target-invalid': ({ target }) => ({
    title: `"${target}" is not an address Porchlight can use.`,
    cause: 'A kind, a machine and a port are needed, and nothing after them.',
    consequence: 'The service was not added.',
    remedy: 'Write it like http://192.168.1.20:8080. For other programs than websites: tcp://192.168.1.20:22 or udp://192.168.1.20:22124.',
  }),
  'target-forbidden': ({ target, reason }) => ({
    title: `${target} cannot be shared.`,
    cause: `This address is not allowed: ${reason}.`,
    consequence: 'The service was not added, to keep you safe.',
    remedy: 'Enter the address of a device on your home network, such as http://192.168.1.20:8080.',
  }),
  'preset-unknown': ({ name, detail }) => ({
    title: `There is no preset called "${name}".`,
    cause: 'A preset tells Porchlight which program runs there, and it knows only a few of them.',
    consequence: 'The service was not added.',
    remedy: `Choose from these: ${detail}. Or leave the preset out: the service works all the same.`,
  }),
  'preset-mismatch': ({ name, target, detail }) => ({
    title: `The preset "${name}" does not fit ${target}.`,
    cause: `That program is reached at an address such as ${detail}.`,
    consequence: 'The service was not added.',
    remedy: `Write the address like ${detail}, or leave the preset out.`,
  }),
  'link-unknown': ({ service }) => ({
    title: `${service} has no such link.`,
    cause: 'It may have been revoked meanwhile, or its id is spelt differently.',
    consequence: 'Nothing was changed.',
    remedy: 'Look at the list of its links and try again with one from it.',
  }),
  'links-full': ({ service }) => ({
    title: `There is no room for another link to ${service}.`,
    cause: 'A service has at most 20 links, and all services together 400, because the relay is told all of them in one message.',
    consequence: 'No link was made; the others go on as before.',
    remedy: 'Revoke a link that nobody needs any more, then make the new one.',
  }),
  'link-end-past': ({ service }) => ({
    title: 'A link cannot end before it begins.',
    cause: 'The end that was given is already past.',
    consequence: `No link to ${service} was made.`,
    remedy: 'Choose a time that is still to come.',
  }),
  'link-needs-gate': ({ service }) => ({
    title: `${service} is open to everybody, so its visitors cannot be counted.`,
    cause: 'Only a service that opens by link alone asks its visitors for one. Otherwise who has its address needs no link.',
    consequence: 'No link was made.',
    remedy: `Let ${service} open by link alone first, or make a link without a limit of uses that goes by the relay.`,
  }),
  'alias-needs-public': ({ service }) => ({
    title: `A link that can be dictated cannot open ${service}.`,
    cause: 'Eight letters are easy to say and not hard enough to guess, so they never let anybody in who would else stay out.',
    consequence: 'No link was made.',
    remedy: `Make a link that is copied instead, or let everybody into ${service}.`,
  }),
  'gate-web-only': ({ service }) => ({
    title: `${service} cannot ask its visitors for a password of Porchlight.`,
    cause: 'Porchlight can only put a page of its own in front of a website. Other programs speak a language of their own.',
    consequence: 'Nothing was changed: who could come in still can.',
    remedy: 'Let in who has opened a link, or certain addresses. Or set a password in the program itself, if it has one.',
  }),
  'password-unfit': ({ service }) => ({
    title: `This password is too short for ${service}.`,
    cause: 'A password has 8 letters at least and 200 at most, because the whole internet may try to guess it.',
    consequence: 'Nothing was changed.',
    remedy: 'Choose a longer one. Three or four words that have nothing to do with each other are good, and easy to say.',
  }),
  'password-missing': ({ service }) => ({
    title: `${service} has no password yet.`,
    cause: 'It cannot ask for a password before you have chosen one.',
    consequence: 'Nothing was changed.',
    remedy: 'Choose the password together with the way in.',
  }),
  'passwords-differ': ({ service }) => ({
    title: 'The two passwords are not the same.',
    cause: 'What is typed without being seen is asked for twice.',
    consequence: `Nothing was changed: ${service} opens as before.`,
    remedy: 'Try again.',
  }),
  'allowed-invalid': ({ name, service }) => ({
    title: `"${name}" cannot stand on the list of ${service}.`,
    cause:
      'The list takes addresses such as 203.0.113.7, ranges such as 203.0.113.0/24, and full names such as marie.dyndns.example. It has room for 50.',
    consequence: 'Nothing was changed.',
    remedy: 'Correct it and try again. Visitors who are turned away see their own address and can send it to you.',
  }),
  'allowed-missing': ({ service }) => ({
    title: `Nobody is on the list of ${service} yet.`,
    cause: 'It cannot let certain addresses in before you have named one.',
    consequence: 'Nothing was changed.',
    remedy: 'Name an address, a range or a name together with the way in.',
  }),
  'not-admitted': ({ service, address }) => ({
    title: `${address} has not come in to ${service} by a link.`,
    cause: 'Its time may be over, or its link was revoked.',
    consequence: 'Nothing was changed.',
    remedy: 'Look at the list of those who came in and try again with one from it.',
  }),
  'link-locked': ({ service, name }) => ({
    title: `The link "${name}" to ${service} is locked.`,
    cause: 'Ten wrong PINs were given to it. Somebody who has the link does not know its PIN, and may have been guessing.',
    consequence: 'Nobody new comes in by it. Those who are in stay in.',
    steps: [
      { text: 'Revoke it, and make a new one for whom it was meant. Send its PIN by another way than the link.', action: 'show-links' },
    ],
  }),
  'relay-address-invalid': ({ relay }) => ({
    title: `"${relay}" is neither a relay code nor the address of a relay.`,
    cause: 'A relay code is one long word that starts with plr1. An address starts with https://.',
    consequence: 'No relay was joined.',
    remedy: 'Copy the relay code again from the message you received, in full, and paste it here.',
  }),
}

/** The service at home. Its owner mends it; the way from outside is fine. */
export const serviceProblems: ProblemWords<'service-refused' | 'service-silent' | 'service-not-found' | 'target-moved'> = {
  'service-refused': ({ service, target }) => ({
    title: `${service} isn't responding. Your connection is fine.`,
    cause: `The machine answers, but nothing listens at ${target}. The program is probably stopped, or uses another port.`,
    consequence: 'Visitors cannot use it until it runs again.',
    steps: [
      {
        text: `Start ${service} on its machine, and check that its port is the one in ${target}. Porchlight notices by itself.`,
        action: 'check-now',
      },
    ],
  }),
  'service-silent': ({ service, target }) => ({
    title: `${service} isn't responding. Your connection is fine.`,
    cause: `No answer comes from ${target}. The machine may be off or asleep, or its firewall keeps Porchlight out.`,
    consequence: 'Visitors wait in vain until it answers again.',
    steps: [
      {
        text: 'Switch the machine on and open the service from this computer. Once that works, it works from outside too.',
        action: 'check-now',
      },
    ],
  }),
  'service-not-found': ({ service, host }) => ({
    title: `The machine ${host} was not found on your network.`,
    cause: `${service} is set to ${host}, and no device at home has that name or address at the moment.`,
    consequence: `Visitors cannot reach ${service}. Your connection is fine.`,
    steps: [
      {
        text: 'Check that the machine is on and that the name is spelt correctly, or use its address, such as 192.168.1.20.',
        action: 'check-now',
      },
    ],
  }),
  'target-moved': ({ service, address, target }) => ({
    title: `${service} has moved to another address at home, and Porchlight followed it.`,
    cause: `The router has given its machine a new address: it was at ${address}, and ${service} now answers at ${target}.`,
    consequence: 'Nothing is lost: the address for visitors is the same as before. Other programs at home may still look at the old place.',
    steps: [
      {
        text: `So that it stays where it is: on the router's page, under DHCP, reserve a fixed address for that machine. Nothing else is needed.`,
        action: 'show-service',
      },
    ],
  }),
}
