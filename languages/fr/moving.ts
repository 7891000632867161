import type { AllWords } from '../index.ts'

export const moving: AllWords['moving'] = {
  leftOut: (name) => `Laissé de côté, car trop gros pour faire partie de votre maison : ${name}`,
  exported: (file) =>
    `Votre maison est dans ${file}. Ce code de récupération l'ouvre. Notez-le : il n'est montré qu'une fois, et qui possède les deux peut se faire passer pour vous.`,
  ask: 'Code de récupération :',
  putAside: (folder) => `Ce qui se trouvait ici est maintenant dans ${folder}.`,
  imported:
    "Cet ordinateur est maintenant cette maison. Arrêtez Porchlight pour de bon sur l'ancien avant de le lancer ici : un seul peut répondre.",
  page: {
    heading: "Changer d'ordinateur",
    lead: 'Vos noms, vos liens et vos certificats vous suivent, dans un seul fichier scellé.',
    make: 'Créer le fichier',
    making: 'Création du fichier…',
    made: 'Le fichier est prêt.',
    save: 'Enregistrer le fichier',
    code: 'Code de récupération',
    codeHelp:
      "Notez-le maintenant : il n'est montré qu'une fois. Qui possède le fichier et le code peut se faire passer pour vous ; gardez-les à deux endroits.",
    copyCode: 'Copier le code',
    codeCopied: 'Le code est dans le presse-papiers.',
    fetch: "C'est le nouvel ordinateur",
    fetchLead: "Il devient la maison que contient le fichier. Arrêtez d'abord Porchlight sur l'ancien : un seul peut répondre.",
    choose: 'Choisir le fichier',
    chosen: (name) => `Le fichier est ${name}.`,
    tooLarge: 'Ce fichier est trop gros pour la page. La commande « porchlight import » le prend.',
    become: 'Devenir cette maison',
    question: 'Devenir la maison que contient ce fichier ?',
    detail:
      'Ce qui est réglé sur cet ordinateur est mis de côté, dans un dossier voisin. Porchlight redémarre, et les liens créés ici ne fonctionnent plus.',
    keep: 'Tout laisser tel quel',
    becoming: 'Porchlight redémarre en tant que cette maison.',
  },
}
