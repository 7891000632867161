/** What a visitor reads when there is nothing to show him. Not the owner's words: he sees no address of the home and needs no remedy. */

export type VisitorMessage = 'bad-request' | 'misdirected' | 'not-running' | 'silent' | 'loop'

interface Words {
  readonly title: string
  readonly text: string
}

type Language = 'en' | 'fr'

const WORDS: Readonly<Record<Language, Readonly<Record<VisitorMessage, Words>>>> = {
  en: {
    'bad-request': { title: 'This request cannot be answered', text: 'It is not written as it should be, so it was not passed on.' },
    misdirected: { title: 'Nothing here under this name', text: 'Please check the address, and open the page again.' },
    'not-running': {
      title: 'The service is not running',
      text: 'The way to this home works, but the service behind this address is not running right now. Please try again later, or tell the person who shared it with you.',
    },
    silent: {
      title: 'The service does not answer',
      text: 'The way to this home works, but the service behind this address did not answer in time. Please try again in a moment.',
    },
    loop: {
      title: 'This address leads back to itself',
      text: 'The service behind it points to this very address, so nothing can ever answer.',
    },
  },
  fr: {
    'bad-request': { title: 'Cette requête ne peut pas recevoir de réponse', text: 'Elle est mal formée et n’a donc pas été transmise.' },
    misdirected: { title: 'Rien ici sous ce nom', text: 'Vérifiez l’adresse, puis ouvrez de nouveau la page.' },
    'not-running': {
      title: 'Le service n’est pas démarré',
      text: 'L’accès à cette maison fonctionne, mais le service derrière cette adresse n’est pas démarré pour l’instant. Réessayez plus tard ou prévenez la personne qui l’a partagé avec vous.',
    },
    silent: {
      title: 'Le service ne répond pas',
      text: 'L’accès à cette maison fonctionne, mais le service derrière cette adresse n’a pas répondu à temps. Réessayez dans un instant.',
    },
    loop: {
      title: 'Cette adresse mène à elle-même',
      text: 'Le service qui se trouve derrière renvoie vers cette même adresse : rien ne pourra jamais répondre.',
    },
  },
}

export function visitorWords(message: VisitorMessage, acceptLanguage: string | undefined): Words & { readonly language: Language } {
  const language = preferred(acceptLanguage ?? '')
  return { language, ...WORDS[language][message] }
}

/** The wish with the highest weight that we speak (RFC 9110 §12.5.4); English when there is none. */
function preferred(acceptLanguage: string): Language {
  let best: { language: Language; weight: number } | undefined
  for (const wish of acceptLanguage.slice(0, 500).split(',')) {
    const match = /^\s*(en|fr)(?:-[a-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*$/i.exec(wish)
    const weight = match ? Number(match[2] ?? '1') : 0
    if (match && weight > (best?.weight ?? 0)) best = { language: match[1]?.toLowerCase() as Language, weight }
  }
  return best?.language ?? 'en'
}
