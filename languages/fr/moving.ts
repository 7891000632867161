import type { AllWords } from '../index.ts'

export const moving: AllWords['moving'] = {
  leftOut: (name) => `Laissé de côté, car trop gros pour faire partie de votre maison : ${name}`,
  exported: (file) =>
    `Votre maison est dans ${file}. Ce code de récupération l'ouvre. Notez-le : il n'est montré qu'une fois, et qui possède les deux est vous.`,
  ask: 'Code de récupération :',
  putAside: (folder) => `Ce qui se trouvait ici est maintenant dans ${folder}.`,
  imported:
    "Cet ordinateur est maintenant cette maison. Arrêtez Porchlight pour de bon sur l'ancien avant de le lancer ici : un seul peut répondre.",
}
