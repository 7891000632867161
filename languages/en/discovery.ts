/** What was found at home. */
export const discovery = {
  here: 'this computer',
  confidence: { likely: ', probably', guess: ', perhaps' },
  already: (service: string) => `already there as ${service}`,
  nothing: 'No program was found that people open from outside. Add it by its address.',

  /** On the page. */
  explain: 'Porchlight asks this computer and the devices in your network what runs on them. Nobody else learns of it.',
  look: 'Look around',
  looking: 'Looking…',
  stop: 'Stop looking',
  found: (count: number) => (count === 1 ? 'One program was found.' : `${count} programs were found.`),
  on: (machine: string) => `on ${machine}`,
}
