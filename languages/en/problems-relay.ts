/** The relay: what keeps us from it, and what it does for us. */
import type { ProblemWords } from '../problems.ts'
import { moment } from './times.ts'

export const relayProblems: ProblemWords<
  | 'no-relay'
  | 'relay-unreachable'
  | 'relay-cannot-look'
  | 'relay-blocked'
  | 'proxy-refused'
  | 'relay-untrusted'
  | 'relay-changed'
  | 'tls-inspected'
  | 'relay-older'
  | 'relay-newer'
  | 'relay-never-run'
  | 'device-unknown'
  | 'relay-busy'
  | 'relay-suspended'
  | 'relay-suspends'
  | 'relay-no-port'
  | 'relay-far-for-music'
> = {
  'no-relay': () => ({
    title: 'No relay has been joined yet.',
    cause: 'A relay is a server on the internet that gives your services their names and checks them from outside.',
    consequence: 'Your services have no links yet, and nobody can check whether they are reachable.',
    steps: [
      'Get a relay code from somebody who runs a relay, or from a relay of your own on a rented server.',
      { text: 'Paste it here.', action: 'join-relay' },
    ],
  }),
  'relay-unreachable': ({ relay, reason }) => ({
    title: 'The relay does not answer.',
    causes: [
      `The relay may be down or be restarting: Porchlight cannot connect to ${relay}, because ${reason}.`,
      'Your internet connection may be disturbed.',
    ],
    consequence: 'Nothing can be checked from outside right now. Visitors who come straight to your home still get in.',
    steps: [
      { text: 'Wait a little: Porchlight keeps trying by itself.', action: 'check-now' },
      'If other websites fail too, look at your internet connection.',
      'If they work, ask whoever runs the relay.',
    ],
  }),
  'relay-cannot-look': ({ relay }) => ({
    title: 'The relay cannot look from outside.',
    causes: [
      `${relay} does not reach its own address on the internet: a firewall, its router or its hosting company may be in the way.`,
      'Or it does not reach the witness that whoever runs it has named.',
    ],
    consequence: 'Nobody knows whether visitors get in. Porchlight says so instead of guessing.',
    steps: [
      `Tell whoever runs ${relay} to look at it: "porchlight-relay check" there says what is missing.`,
      { text: 'As soon as the relay sees again, Porchlight looks by itself.', action: 'check-now' },
    ],
  }),
  'relay-blocked': ({ relay, port }) => ({
    title: 'This network does not let Porchlight out.',
    causes: [
      `A firewall or a filter of this network blocks port ${port}: ${relay} is up, but cannot be reached from here.`,
      'It is a guest network that wants you to sign in first.',
    ],
    consequence: 'Your links do not work from here, and nothing can be checked from outside.',
    steps: [
      'If this network has a page to sign in, open any website and sign in there.',
      `Ask whoever runs this network to allow outgoing TCP connections to ${relay}, port ${port}.`,
      { text: 'If it has a web proxy, enter it in the system settings. Porchlight uses it by itself.', action: 'check-now' },
    ],
  }),
  'proxy-refused': ({ relay, address, reason }) => ({
    title: 'The web proxy does not let Porchlight through.',
    cause: `Nothing else leads out of this network, and the proxy ${address} refuses the way to ${relay}: ${reason}.`,
    consequence: 'Your links do not work from here, and nothing can be checked from outside.',
    steps: [
      `Ask whoever runs this network to let connections to ${relay} through the proxy (they call it "CONNECT").`,
      { text: 'If it wants a name and a password, put them into the address in HTTPS_PROXY and restart Porchlight.', action: 'restart' },
    ],
  }),
  'relay-untrusted': ({ relay, reason }) => ({
    title: 'The relay could not prove who it is.',
    causes: [
      `The connection to ${relay} is not safe: ${reason}.`,
      "This computer's date may be wrong: then every proof seems to be out of date.",
    ],
    consequence: 'Porchlight stays away from it, so that nobody can listen in.',
    steps: [
      "Check this computer's date and time.",
      { text: "Check the relay's address.", action: 'join-relay' },
      { text: 'If both are right, tell whoever runs the relay.', action: 'check-now' },
    ],
  }),
  'relay-changed': ({ relay }) => ({
    title: 'This is not the relay you joined.',
    causes: [`It was set up anew: ${relay} answers with another identity.`, 'Or somebody stands in its place.'],
    consequence: 'Porchlight stays away from it, so that nobody can take over your links.',
    steps: [
      'Ask whoever runs the relay whether it was set up anew.',
      { text: 'If so, join it again with a new relay code.', action: 'join-relay' },
      'If not, use another network or another relay.',
    ],
  }),
  'tls-inspected': ({ relay }) => ({
    title: 'Something on the way opens your encrypted connections.',
    causes: [
      `An antivirus program on this computer reads what goes to ${relay}.`,
      'A parental filter in the router does.',
      'A company network does.',
    ],
    consequence: 'Porchlight does not use such a connection, because your links could be read on the way.',
    steps: [
      'Make an exception for the relay in the antivirus program or filter (look for "HTTPS scanning").',
      { text: 'Or use another network.', action: 'check-now' },
    ],
  }),
  'relay-older': ({ relay, ours, theirs }) => ({
    title: 'The relay needs an update.',
    cause: `${relay} speaks version ${theirs}, and this Porchlight speaks version ${ours}.`,
    consequence: 'They do not understand each other, so the relay cannot be used.',
    steps: ['Ask whoever runs the relay to update it.', { text: 'Porchlight then connects by itself.', action: 'check-now' }],
  }),
  'relay-newer': ({ relay, ours, theirs }) => ({
    title: 'Porchlight needs an update.',
    cause: `${relay} speaks version ${theirs}, and this Porchlight speaks only version ${ours}.`,
    consequence: 'They do not understand each other, so the relay cannot be used.',
    remedy: 'Install the latest Porchlight. Your services and links are kept.',
  }),
  'relay-never-run': ({ data }) => ({
    title: `No relay has run in ${data} yet.`,
    cause: 'A relay code tells where the relay is, and that is known only once it has run.',
    consequence: 'No code was made.',
    remedy: 'Start the relay with "porchlight-relay run", then ask for a code with the same --data.',
  }),
  'device-unknown': ({ name }) => ({
    title: `No device is called ${name} here.`,
    cause: 'The label is mistyped, or the device has left this relay.',
    consequence: 'Nothing was changed.',
    remedy: 'Look the label up with "porchlight-relay devices" and try again.',
  }),
  'relay-busy': ({ relay }) => ({
    title: 'The relay is busy.',
    cause: `${relay} has as much to do as it can take at the moment.`,
    consequence: 'Your links may be slow or wait for a moment. Visitors who come straight to your home notice nothing.',
    steps: [{ text: 'Nothing to do: Porchlight tries again by itself.', action: 'check-now' }, 'If it lasts, tell whoever runs the relay.'],
  }),
  'relay-suspended': ({ relay }) => ({
    title: 'The relay has suspended this device.',
    cause: `Whoever runs ${relay} switched its access off.`,
    consequence: 'Your links do not work, and nothing is checked from outside.',
    steps: [
      'Ask whoever runs the relay for the reason.',
      { text: 'Once it is lifted, Porchlight connects by itself.', action: 'check-now' },
      { text: 'Or join another relay.', action: 'join-relay' },
    ],
  }),
  'relay-suspends': ({ relay, until }) => ({
    title: `The relay will suspend this device on ${moment(until)}.`,
    cause: `Whoever runs ${relay} has set this date.`,
    consequence: 'From then on your links do not work, and nothing is checked from outside. Until then everything goes on.',
    steps: [
      'Ask whoever runs the relay for the reason before that date.',
      { text: 'Or join another relay in time.', action: 'join-relay' },
    ],
  }),
  'relay-no-port': ({ service, relay }) => ({
    title: `${service} can only be reached directly.`,
    causes: [
      `The ports of ${relay}, or your share of them, are used up. What is no website needs one of its own there.`,
      'It runs an older version that gives none.',
    ],
    consequence: `${service} needs an open way through your router; without one, visitors cannot reach it.`,
    steps: [
      {
        text: 'Switch UPnP on in your router: with it, Porchlight can open the direct way, which needs no port of the relay.',
        action: 'open-guide',
      },
      'Or remove a service of this kind that you no longer need.',
      'Or ask whoever runs the relay for more ports.',
    ],
  }),
  'relay-far-for-music': ({ service, relay, delayMs }) => ({
    title: `${service} goes a long way round for music.`,
    cause: `It goes through ${relay}, and the way there and back takes ${delayMs} ms (thousandths of a second).`,
    consequence: 'Playing together gets hard when everybody hears the others late. Above some 50 ms most bands fall apart.',
    steps: [
      { text: 'Switch UPnP on in your router: with it, Porchlight can open the direct way.', action: 'open-guide' },
      { text: 'Where that cannot be done, a relay closer to you helps.', action: 'join-relay' },
    ],
  }),
}
