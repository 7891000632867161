import type { ProblemWords } from '../problems.ts'

/** What the owner typed for a service. */
export const typedProblems: ProblemWords<
  | 'name-invalid'
  | 'name-taken'
  | 'service-unknown'
  | 'services-full'
  | 'target-invalid'
  | 'target-forbidden'
  | 'preset-unknown'
  | 'preset-mismatch'
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
}

/** The service at home. Its owner mends it; the way from outside is fine. */
export const serviceProblems: ProblemWords<
  'service-refused' | 'service-silent' | 'service-no-answer' | 'service-unavailable' | 'service-not-found' | 'target-moved'
> = {
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
  'service-no-answer': ({ service, target }) => ({
    title: `${service} isn't responding. Your connection is fine.`,
    causes: [
      `The program may be stuck: ${target} takes connections, and no page comes back.`,
      'Its container may be running although the program inside is not.',
      'Something that is no website may be listening there now.',
    ],
    consequence: 'Visitors see an error until it answers again.',
    steps: [
      `Restart ${service} on its machine.`,
      { text: 'Open the service from this computer. Once that works, it works from outside too.', action: 'show-service' },
      { text: 'Porchlight notices by itself when it answers again.', action: 'check-now' },
    ],
  }),
  'service-unavailable': ({ service, target, reason }) => ({
    title: `${service} is there, but not ready. Your connection is fine.`,
    causes: [
      `The program behind the web server may be stopped: ${target} answers with error ${reason}.`,
      'It may still be starting, or under maintenance.',
    ],
    consequence: 'Visitors see an error page until it is ready.',
    steps: [
      'Wait a minute if it has just been started.',
      `Restart ${service} on its machine.`,
      { text: 'Porchlight notices by itself when it is ready.', action: 'check-now' },
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
