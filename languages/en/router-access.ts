/** A router that its owner lets us into. */
import type { RouterApi } from '../../protocol/model/router-api.ts'

export const routerAccess = {
  title: (router: string) => `Let Porchlight set the rule on your ${router}`,
  why: 'It sets only the rules that your services need, and takes them back when they are no longer needed.',
  how: {
    freebox: 'Your Freebox asks you on its own screen whether you allow it. No password is needed.',
  } satisfies Record<RouterApi, string>,
  connect: { freebox: 'Ask the Freebox' } satisfies Record<RouterApi, string>,
  waiting: {
    freebox: 'Go to your Freebox and press the arrow next to "Yes" on its screen. This step confirms itself.',
  } satisfies Record<RouterApi, string>,
  open: (router: string) => `Porchlight may set rules on your ${router}.`,
  refused: (router: string) => `Your ${router} lets Porchlight set no rules.`,
  none: 'Porchlight asks your router in no way of its own.',
  forget: 'Do without it',
  forgotten: 'Porchlight has taken its rules back and forgotten how it was let in.',
  left: 'Porchlight has forgotten how it was let in. A rule of its own may still stand on the router: delete it there.',
  again: 'Ask again',
}
