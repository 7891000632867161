import type { AllWords } from '../index.ts'

export const desktop: AllWords['desktop'] = {
  notice: {
    unreachable: (service) => `${service} ne répond plus depuis l'extérieur`,
    unreachableText: "Depuis plus d'une minute. Ouvrez Porchlight pour voir ce qui se passe.",
    manyUnreachable: (count) => (count < 2 ? `${count} service est hors de portée` : `${count} services sont hors de portée`),
    needsYou: (service) => `${service} a besoin de vous`,
    reachable: (service) => `${service} est de nouveau accessible`,
    manyReachable: (count) => (count < 2 ? `${count} service est de retour` : `${count} services sont de retour`),
    reachableText: "Vérifié depuis l'extérieur.",
  },
  join: {
    question: (relay) => `Utiliser le relais ${relay} ?`,
    detail: (fingerprint) =>
      `Son code de relais vient d'un lien. Vos visiteurs pourront atteindre vos services par ce relais ; vos autres relais restent en place.\n\nEmpreinte : ${fingerprint}\n\nContinuez seulement si vous avez demandé ce code, ou si vous savez qui vous l'envoie.`,
    yes: 'Utiliser ce relais',
    no: 'Pas maintenant',
  },
}
