/** Ce dont le moteur se souvient. */
import type { RecordedState } from '../../protocol/model/history.ts'
import type { TestOutcome } from '../../protocol/model/service-test.ts'

export const history = {
  states: {
    direct: 'accessible, directement chez vous',
    relayed: 'accessible via le relais',
    'at-home': 'ouvert à votre réseau seulement',
    unreachable: "inaccessible depuis l'extérieur",
    unknown: "personne n'a pu vérifier",
    paused: 'en pause',
    asleep: 'ordinateur en veille ; état inconnu',
    off: 'Porchlight arrêté ; état inconnu',
  } satisfies Record<RecordedState, string>,
  outcomes: {
    reachable: "Accessible depuis l'extérieur.",
    unreachable: "Inaccessible depuis l'extérieur.",
    unknown: "Vérification impossible pour l'instant. Ce n'est ni bon ni mauvais signe.",
    'not-asked': "Personne n'a été interrogé à l'extérieur : le service est en pause, ou ouvert à votre réseau seulement.",
  } satisfies Record<TestOutcome, string>,
  events: {
    path: (service: string, family: string, before: string, after: string) => `${service}, en ${family} : ${before} → ${after}`,
    address: (family: string, before: string | null, after: string) =>
      before === null
        ? `Votre domicile est à l'adresse ${after} (${family}).`
        : `Votre domicile est passé de ${before} à ${after} (${family}).`,
    relay: (relay: string) => `Le relais ${relay} est en service.`,
    relayLost: (relay: string) => `Le relais ${relay} était injoignable.`,
    problem: (title: string, until: string | null) => (until === null ? `${title} (en cours)` : `${title} (jusqu'au ${until})`),
    engine: {
      started: 'Porchlight a démarré.',
      stopped: "Porchlight s'est arrêté.",
      asleep: "L'ordinateur s'est mis en veille.",
      awake: "L'ordinateur s'est réveillé.",
    },
  },
  notKnown: 'inconnu',
  nobody: "Il n'y a personne.",
  direct: 'en direct',
  relayed: 'via le relais',
  received: (size: string) => `reçu ${size}`,
  sent: (size: string) => `envoyé ${size}`,
  visits: (count: number) => `${count} ${count < 2 ? 'visite' : 'visites'}`,
  requests: (count: number, failed: number) =>
    `${count} ${count < 2 ? 'demande' : 'demandes'}${failed > 0 ? `, dont ${failed} en échec` : ''}`,
  latency: (medianMs: number, p95Ms: number) => `${medianMs} ms, 95 % en moins de ${p95Ms} ms`,
}
