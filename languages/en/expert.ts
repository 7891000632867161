/** What few change, beside what it is by default. */
export const expert = {
  heading: 'Expert values',
  text: 'Porchlight chooses these well by itself. Beside each stands its default.',
  byDefault: (value: string) => `By default: ${value}`,
  change: 'Change',
  reset: 'Back to the default',
  wasReset: (name: string) => `${name}: back to the default.`,
  none: 'none',
  off: 'off',
  on: 'on',
  authority: 'Certificates come from',
  guide: 'Instructions for the router',
  guideByDefault: 'for the router that was recognised',
  uploadLimit: 'Largest upload',
  proxyProtocol: 'PROXY protocol',
  mail: {
    label: 'E-mail for certificates',
    help: 'Whoever gives the certificates may write there. By default: none.',
    wrong: 'An address such as anna@example.org, or nothing.',
    save: 'Save',
    saved: 'Saved.',
  },
}
