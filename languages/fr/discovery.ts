import type { Words } from '../index.ts'

export const discovery: Words['discovery'] = {
  here: 'cet ordinateur',
  confidence: { likely: ', probablement', guess: ', peut-être' },
  already: (service) => `déjà présent sous le nom ${service}`,
  nothing: "Aucun programme à ouvrir de l'extérieur n'a été trouvé. Ajoutez-le par son adresse.",

  explain: "Porchlight demande à cet ordinateur et aux appareils de votre réseau ce qui y tourne. Personne d'autre ne l'apprend.",
  look: 'Chercher',
  looking: 'Recherche en cours…',
  stop: 'Arrêter',
  found: (count) => (count === 1 ? 'Un programme a été trouvé.' : `${count} programmes ont été trouvés.`),
  on: (machine) => `sur ${machine}`,
}
