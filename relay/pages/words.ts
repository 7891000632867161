/** What visitors read on the relay's own pages, in both languages; neither is a translation of the other. */

const en = {
  lang: 'en',
  homeTitle: 'A Porchlight relay',
  homeText: 'This machine passes visitors on to people’s homes. It cannot read what they exchange.',
  goneTitle: 'This link leads nowhere',
  goneText: 'It was mistyped, or its owner has withdrawn it. Ask the person who gave it to you for a new one.',
  awayTitle: 'Nobody is home just now',
  awayText: (since: string) =>
    `The computer behind this link has not answered since ${since}. Tell its owner; the link itself stays valid.`,
  asleepTitle: 'The computer is asleep',
  asleepText: (since: string) =>
    `The computer behind this link has been asleep since ${since}. The link works again as soon as somebody wakes it; ask its owner.`,
  tryAgain: 'Try again',
  addressTitle: 'The address to use',
  addressText: 'Copy this address into the program that you want to connect with.',
  notDirect: 'It can’t be reached from outside just now. Tell its owner; the link itself stays valid.',
  joinTitle: 'You were given a relay code',
  joinText: 'Paste it into Porchlight when it asks “Do you have a relay code?”. It lets one computer in, once.',
  openApp: 'Open in Porchlight',
  locale: 'en-GB',
}

export type PageWords = typeof en

const fr: PageWords = {
  lang: 'fr',
  homeTitle: 'Un relais Porchlight',
  homeText: 'Cette machine conduit les visiteurs jusque chez les gens. Elle ne peut pas lire ce qu’ils échangent.',
  goneTitle: 'Ce lien ne mène nulle part',
  goneText: 'Il comporte une faute de frappe, ou son propriétaire l’a retiré. Demandez-en un nouveau à la personne qui vous l’a donné.',
  awayTitle: 'Il n’y a personne pour le moment',
  awayText: (since) =>
    `L’ordinateur derrière ce lien ne répond plus depuis le ${since}. Prévenez son propriétaire ; le lien, lui, reste valable.`,
  asleepTitle: 'L’ordinateur est en veille',
  asleepText: (since) =>
    `L’ordinateur derrière ce lien est en veille depuis le ${since}. Le lien fonctionnera de nouveau dès que quelqu’un le réveillera : demandez à son propriétaire.`,
  tryAgain: 'Réessayer',
  addressTitle: 'L’adresse à utiliser',
  addressText: 'Copiez cette adresse dans le programme avec lequel vous voulez vous connecter.',
  notDirect: 'Elle n’est pas joignable depuis l’extérieur pour le moment. Prévenez son propriétaire ; le lien, lui, reste valable.',
  joinTitle: 'On vous a donné un code de relais',
  joinText:
    'Collez-le dans Porchlight quand il demande « Avez-vous un code de relais ? ». Il laisse entrer un seul ordinateur, une seule fois.',
  openApp: 'Ouvrir dans Porchlight',
  locale: 'fr-FR',
}

/** Chosen from the visitor's Accept-Language: whichever of the two comes first; English when neither does. */
export function pageWords(acceptLanguage: string | undefined): PageWords {
  const first = (acceptLanguage ?? '')
    .slice(0, 500)
    .split(',')
    .map((part) => part.trim().slice(0, 2).toLowerCase())
    .find((tag) => tag === 'fr' || tag === 'en')
  return first === 'fr' ? fr : en
}
