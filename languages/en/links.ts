import type { LinkName, LinkVerdict } from '../../protocol/chain.ts'

/** The links of the chain, from the house outwards. */
export const links: Readonly<Record<LinkName, string>> = {
  service: 'Your services answer',
  computer: 'This computer is on a network',
  router: 'Your router lets itself be asked',
  internet: 'The internet connection works',
  relay: 'The relay is connected',
  certificate: 'The certificate is in place',
  outside: 'Somebody outside got through',
}

/** What `diagnose` means by the mark before a link. */
export const marks: Readonly<Record<LinkVerdict, string>> = {
  ok: 'as it should be',
  broken: 'broken',
  warning: 'works, with a remark',
  unknown: 'cannot be known yet',
}
