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
  keychain: {
    lockQuestion: 'Verrouiller les clés de ce foyer ?',
    lockDetail:
      "Le trousseau de votre compte les ouvrira ; un disque ou une sauvegarde volés, non. Vos services ne démarreront plus qu'une fois votre session ouverte et cette application lancée.\n\nSi le trousseau se perd un jour, les noms et les liens de ce foyer se perdent avec lui : exportez-le d'abord (porchlight export).\n\nLes visiteurs sont interrompus quelques secondes.",
    lockYes: 'Verrouiller',
    unlockQuestion: 'Ôter le verrou ?',
    unlockDetail:
      'Les clés resteront dans des fichiers que seul votre compte peut lire.\n\nLes visiteurs sont interrompus quelques secondes.',
    unlockYes: 'Ôter le verrou',
    no: 'Pas maintenant',
    notOurs:
      "Le Porchlight en marche a été lancé par autre chose, peut-être comme un service qui démarre avant toute session. Arrêtez-le d'abord là-bas, puis réessayez.",
    missing:
      "Ce bureau n'a pas de trousseau qui protège quoi que ce soit. Installez-en un, par exemple GNOME Keyring ou KWallet, rouvrez votre session, puis réessayez.",
    closed: "Le trousseau ne s'est pas ouvert. Rien n'est perdu : déverrouillez-le, puis choisissez Ouvrir Porchlight.",
  },
}
