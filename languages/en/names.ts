/** What the device is called, and what it may be called. */
import { standing } from './problems-names.ts'

export const names = {
  standing,
  heading: 'Your address',
  text: 'Each of your services has its own name in front of it.',
  next: (domain: string) => `Soon ${domain}: its certificate is being made.`,
  former: (domain: string, until: string) => `${domain} goes on leading to you until ${until}.`,
  change: 'Change the name',
  label: 'New name',
  help: 'Small letters, digits and hyphens. The old name goes on working for 30 days.',
  missing: 'Type the name you would like.',
  checking: 'Asking the relay…',
  unasked: 'The relay cannot be asked just now.',
  submit: 'Use this name',
  busy: 'Changing…',
  keep: 'Keep the name',
  changed: (name: string) => `You are called ${name} now.`,
}
