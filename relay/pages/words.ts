/** What visitors read on the relay's own pages, in both languages; neither is a translation of the other. */

const en = {
  lang: 'en' as 'en' | 'fr',
  homeTitle: 'A Porchlight relay',
  homeText: 'This machine passes visitors on to people’s homes. It cannot read what they exchange.',
  nothingTitle: 'There is nothing here',
  nothingText: 'The address was mistyped, or is not complete. Ask the person who gave it to you.',
  joinTitle: 'You were given a relay code',
  joinText: 'Paste it into Porchlight when it asks “Do you have a relay code?”. It lets one computer in, once.',
  openApp: 'Open in Porchlight',
  abuseLink: 'Report abuse',
  abuseTitle: 'Report abuse',
  abuseWhat:
    'This relay passes visitors on to computers in people’s homes. What you met there is theirs; the relay stores none of it and cannot read what is encrypted.',
  abuseHow: 'Write to whoever runs this relay. Give the full address, the day and time with your time zone, and what is wrong with it.',
  abuseThen: 'They can take a link or a name down at once, and shut its owner out.',
  locale: 'en-GB',
}

export type PageWords = typeof en

const fr: PageWords = {
  lang: 'fr',
  homeTitle: 'Un relais Porchlight',
  homeText: 'Cette machine conduit les visiteurs jusque chez les gens. Elle ne peut pas lire ce qu’ils échangent.',
  nothingTitle: 'Il n’y a rien ici',
  nothingText: 'L’adresse comporte une faute de frappe ou n’est pas complète. Demandez-la à la personne qui vous l’a donnée.',
  joinTitle: 'On vous a donné un code de relais',
  joinText:
    'Collez-le dans Porchlight quand il demande « Avez-vous un code de relais ? ». Il laisse entrer un seul ordinateur, une seule fois.',
  openApp: 'Ouvrir dans Porchlight',
  abuseLink: 'Signaler un abus',
  abuseTitle: 'Signaler un abus',
  abuseWhat:
    'Ce relais conduit les visiteurs jusqu’à des ordinateurs chez des particuliers. Ce que vous y avez trouvé est à eux ; le relais n’en garde rien et ne peut pas lire ce qui est chiffré.',
  abuseHow:
    'Écrivez à la personne qui tient ce relais. Donnez l’adresse complète, le jour et l’heure avec votre fuseau horaire, et ce qui ne va pas.',
  abuseThen: 'Elle peut retirer aussitôt un lien ou un nom, et exclure son propriétaire.',
  locale: 'fr-FR',
}

export const wordsIn = (lang: string): PageWords => (lang === 'fr' ? fr : en)

/** Chosen from the visitor's Accept-Language: whichever of the two comes first; English when neither does. */
export function pageWords(acceptLanguage: string | undefined): PageWords {
  const first = (acceptLanguage ?? '')
    .slice(0, 500)
    .split(',')
    .map((part) => part.trim().slice(0, 2).toLowerCase())
    .find((tag) => tag === 'fr' || tag === 'en')
  return wordsIn(first ?? 'en')
}
