/** A router that its owner can let us into. */
import type { ProblemWords } from '../problems.ts'

const MEANWHILE = 'Visitors take the relay: it works, only a little slower.'

export const routerAccessProblems: ProblemWords<
  | 'gateway-access-absent'
  | 'gateway-access-denied'
  | 'gateway-access-unanswered'
  | 'gateway-access-locked'
  | 'gateway-access-lost'
  | 'gateway-access-password'
  | 'gateway-access-right'
  | 'gateway-access-second-factor'
> = {
  'gateway-access-absent': ({ address }) => ({
    title: 'Porchlight cannot ask this router to be let in.',
    causes: [`What answers at ${address} is not the router it is taken for.`, 'The router keeps programs out altogether.'],
    consequence: `Nothing was changed. ${MEANWHILE}`,
    steps: [
      'Fritzbox: under "Home Network", "Network", "Network Settings", allow access for applications.',
      { text: 'Check which router is chosen in its guide, or add the rule by hand.', action: 'open-guide' },
    ],
  }),
  'gateway-access-denied': ({ address }) => ({
    title: 'The box said no.',
    causes: ['Somebody refused on its screen.', `The box at ${address} takes no new programs.`],
    consequence: `Porchlight sets no rule there. ${MEANWHILE}`,
    steps: [{ text: 'If that was a mistake, ask again and say yes on the box.', action: 'open-guide' }],
  }),
  'gateway-access-unanswered': ({ address }) => ({
    title: 'Nobody answered on the box.',
    cause: `The box at ${address} showed the question on its screen, and waited in vain.`,
    consequence: `Porchlight sets no rule there. ${MEANWHILE}`,
    steps: ['Go to the box.', { text: 'Ask again from there, and say yes on its screen.', action: 'open-guide' }],
  }),
  'gateway-access-locked': ({ address }) => ({
    title: 'Your router lets nobody in for a while.',
    cause: `Too many have tried at ${address}, so it makes everybody wait.`,
    consequence: MEANWHILE,
    steps: ['Wait some minutes.', { text: 'Then try again.', action: 'open-guide' }],
  }),
  'gateway-access-lost': ({ address }) => ({
    title: 'Your router no longer lets Porchlight in.',
    causes: [`The permission was taken back on the box at ${address}.`, 'Its password was changed, or it was reset.'],
    consequence: `Rules there can no longer be looked after. ${MEANWHILE}`,
    steps: [{ text: 'Let Porchlight in again.', action: 'open-guide' }],
  }),
  'gateway-access-password': ({ address }) => ({
    title: 'Your router does not take this password.',
    causes: ['It was mistyped.', `It belongs to another router than the one at ${address}.`],
    consequence: `Nothing was kept of it. ${MEANWHILE}`,
    steps: [
      'Look at the label of the box: its password is often there, or was chosen when it was set up.',
      { text: 'Enter it again. After several wrong ones the box may make you wait.', action: 'open-guide' },
    ],
  }),
  'gateway-access-right': ({ address }) => ({
    title: 'Your router knows Porchlight, and lets it change nothing yet.',
    causes: ['New programs may read the settings of a Freebox, and no more.', 'On a Fritzbox, this user may not change the settings.'],
    consequence: MEANWHILE,
    steps: [
      { text: `Open http://${address} in a browser.`, action: 'open-router' },
      'Freebox: "Paramètres de la Freebox", "Gestion des accès", "Applications". Allow Porchlight "Modification des réglages de la Freebox".',
      'Fritzbox: give the user the right to change its settings.',
      { text: 'Porchlight notices within a minute.', action: 'check-now' },
    ],
  }),
  'gateway-access-second-factor': ({ address }) => ({
    title: 'Your router wants somebody at the box to confirm each change.',
    cause: `The box at ${address} asks for a press on a button, or a call, before a rule is set. Porchlight cannot do that.`,
    consequence: MEANWHILE,
    steps: [
      { text: 'Add the rule by hand instead.', action: 'open-guide' },
      { text: 'Porchlight notices by itself.', action: 'check-now' },
    ],
  }),
}
