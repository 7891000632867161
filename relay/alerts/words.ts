/** What owners read in an alert, and on the page that asks whether alerts are welcome; in both languages, neither a translation of the other. */

export type News = 'dark' | 'back' | 'test'

export interface Message {
  readonly title: string
  readonly text: string
}

interface AlertWords {
  readonly dark: (home: string, since: string) => Message
  readonly back: (home: string, since: string) => Message
  readonly test: (home: string) => Message
  readonly ask: (home: string, relay: string) => Message
  readonly stop: (url: string) => string
  readonly page: {
    readonly askTitle: string
    readonly askText: (home: string, to: string) => string
    readonly yes: string
    readonly no: string
    readonly givenTitle: string
    readonly givenText: string
    readonly refusedTitle: string
    readonly refusedText: string
    readonly unknownTitle: string
    readonly unknownText: string
  }
}

const en: AlertWords = {
  dark: (home, since) => ({
    title: `${home} cannot be reached`,
    text: `Your home ${home} has not answered since ${since}. Most likely its computer is switched off, or its internet connection is down. Share links show your visitors that nobody is home; nothing needs to be set up again when it comes back.`,
  }),
  back: (home, since) => ({
    title: `${home} is back`,
    text: `Your home ${home} is connected again. It was away since ${since}.`,
  }),
  test: (home) => ({
    title: `Alerts for ${home} work`,
    text: `This is the test that you asked for. A message like this will tell you when your home ${home} cannot be reached.`,
  }),
  ask: (home, relay) => ({
    title: `Alerts for ${home}?`,
    text: `Somebody who uses the Porchlight relay ${relay} wants this address to be told when the home ${home} cannot be reached. If that is you, say yes here:`,
  }),
  stop: (url) => `To stop these messages: ${url}`,
  page: {
    askTitle: 'Do you want these alerts?',
    askText: (home, to) => `${to} would be told by e-mail when the home ${home} cannot be reached, and when it is back.`,
    yes: 'Yes, send them',
    no: 'No, never',
    givenTitle: 'Alerts are on',
    givenText: 'You will be told. Every message has a link that ends them.',
    refusedTitle: 'No more alerts',
    refusedText: 'This home will not write to you any more.',
    unknownTitle: 'This address leads nowhere',
    unknownText: 'It may have been cut off on its way. Copy all of it from the message.',
  },
}

const fr: AlertWords = {
  dark: (home, since) => ({
    title: `${home} est injoignable`,
    text: `Votre maison ${home} ne répond plus depuis le ${since}. Le plus souvent, l’ordinateur est éteint ou la connexion à Internet est coupée. Vos liens de partage disent aux visiteurs qu’il n’y a personne ; il n’y aura rien à refaire quand elle reviendra.`,
  }),
  back: (home, since) => ({
    title: `${home} est de retour`,
    text: `Votre maison ${home} est de nouveau connectée. Elle était absente depuis le ${since}.`,
  }),
  test: (home) => ({
    title: `Les alertes de ${home} fonctionnent`,
    text: `Voici l’essai que vous avez demandé. Un message comme celui-ci vous préviendra quand votre maison ${home} sera injoignable.`,
  }),
  ask: (home, relay) => ({
    title: `Des alertes pour ${home} ?`,
    text: `Une personne qui utilise le relais Porchlight ${relay} souhaite que cette adresse soit prévenue quand la maison ${home} est injoignable. Si c’est vous, dites oui ici :`,
  }),
  stop: (url) => `Pour ne plus recevoir ces messages : ${url}`,
  page: {
    askTitle: 'Voulez-vous recevoir ces alertes ?',
    askText: (home, to) => `${to} serait prévenue par courriel quand la maison ${home} est injoignable, puis quand elle revient.`,
    yes: 'Oui, je les veux',
    no: 'Non, jamais',
    givenTitle: 'Les alertes sont activées',
    givenText: 'Vous serez prévenu. Chaque message contient un lien pour tout arrêter.',
    refusedTitle: 'Plus d’alertes',
    refusedText: 'Cette maison ne vous écrira plus.',
    unknownTitle: 'Cette adresse ne mène nulle part',
    unknownText: 'Elle a peut-être été coupée en route. Copiez-la en entier depuis le message.',
  },
}

export const ALERT_WORDS: Readonly<Record<'en' | 'fr', AlertWords>> = { en, fr }

export function messageOf(news: News, language: 'en' | 'fr', home: string, sinceMs: number): Message {
  const words = ALERT_WORDS[language]
  return news === 'test' ? words.test(home) : words[news](home, inWords(sinceMs, language))
}

/** The relay does not know where its owner lives. */
function inWords(atMs: number, language: 'en' | 'fr'): string {
  const locale = { en: 'en-GB', fr: 'fr-FR' }[language]
  return `${new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(atMs)} UTC`
}
