/** A router that its owner lets us into. */
import type { RouterApi } from '../../protocol/model/router-api.ts'

export const routerAccess = {
  title: (router: string) => `Let Porchlight set the rule on your ${router}`,
  why: 'It sets only the rules that your services need, and takes them back when they are no longer needed.',
  how: {
    freebox: 'Your Freebox asks you on its own screen whether you allow it. No password is needed.',
    livebox: 'The Livebox wants its password. It is kept among the secrets of this computer, and given to this Livebox alone.',
    tr064: 'The Fritzbox wants a user and a password. They are kept among the secrets of this computer, and used for this box alone.',
  } satisfies Record<RouterApi, string>,
  user: 'User',
  userHelp: 'Leave it empty when the box asks for a password alone.',
  password: 'Password of the router',
  connect: { freebox: 'Ask the Freebox', livebox: 'Let Porchlight in', tr064: 'Let Porchlight in' } satisfies Record<RouterApi, string>,
  waiting: 'Go to your Freebox and press the arrow next to "Yes" on its screen. This step confirms itself.',
  open: (router: string) => `Porchlight may set rules on your ${router}.`,
  refused: (router: string) => `Your ${router} lets Porchlight set no rules.`,
  none: 'Porchlight asks your router in no way of its own.',
  forget: 'Do without it',
  forgotten: 'Porchlight has taken its rules back and forgotten how it was let in.',
  left: 'Porchlight has forgotten how it was let in. A rule of its own may still stand on the router: delete it there.',
  again: 'Ask again',
}
