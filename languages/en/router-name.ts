/** The name that a router updates by itself. */
import type { ProblemWords } from '../problems.ts'

export const routerName = {
  rows: { name: 'Name', addresses: 'Now at', updateUrl: 'Update URL', user: 'User', password: 'Password' },
  none: 'There is no name for your router.',
  once: 'The password is shown this once. Enter all of it in your router under dynamic DNS (often "DynDNS" or "user-defined").',
}

export const routerNameProblems: ProblemWords<'router-name-taken' | 'router-name-unsupported'> = {
  'router-name-taken': ({ name }) => ({
    title: `Your router cannot be called "${name}".`,
    cause: 'One of your services has that name already.',
    consequence: 'Nothing was changed.',
    remedy: 'Choose another name for the router.',
  }),
  'router-name-unsupported': ({ relay }) => ({
    title: 'This relay gives no names to routers.',
    cause: `${relay} is too old for that, or shares its domain with other relays.`,
    consequence: 'Your router cannot update a name by itself. Your services are not affected.',
    remedy: 'Use another provider of changing names for the router, or ask whoever runs the relay.',
  }),
}
