/** What a visitor reads when there is nothing to show him. Not the owner's words: he sees no address of the home and needs no remedy. */

import { type Language, preferredLanguage } from '../../languages/index.ts'

export type VisitorMessage =
  | 'bad-request'
  | 'misdirected'
  | 'not-running'
  | 'not-verified'
  | 'silent'
  | 'too-large'
  | 'loop'
  | 'link-needed'
  | 'link-unknown'
  | 'link-ended'
  | 'link-used-up'
  | 'link-busy'

interface Words {
  readonly title: string
  readonly text: string
}

const WORDS: Readonly<Record<Language, Readonly<Record<VisitorMessage, Words>>>> = {
  en: {
    'bad-request': { title: 'This request cannot be answered', text: 'It is not written as it should be, so it was not passed on.' },
    misdirected: { title: 'Nothing here under this name', text: 'Please check the address, and open the page again.' },
    'not-running': {
      title: 'The service is not running',
      text: 'The way to this home works, but the service behind this address is not running right now. Please try again later, or tell the person who shared it with you.',
    },
    'not-verified': {
      title: 'The service could not be recognised',
      text: 'The way to this home works, but the service behind this address does not prove that it is the right one, so nothing was sent to it. Please tell the person who shared it with you.',
    },
    silent: {
      title: 'The service does not answer',
      text: 'The way to this home works, but the service behind this address did not answer in time. Please try again in a moment.',
    },
    'too-large': {
      title: 'This is too large for the service',
      text: 'Its owner takes no more than a certain size at once. Send something smaller, or ask the person who shared it with you.',
    },
    loop: {
      title: 'This address leads back to itself',
      text: 'The service behind it points to this very address, so nothing can ever answer.',
    },
    'link-needed': {
      title: 'This service opens with a link',
      text: 'Open the whole link that you were given, up to its last letter. If it was cut, ask the person who gave it to you.',
    },
    'link-unknown': {
      title: 'This link does not open anything',
      text: 'It was cut or mistyped, or its owner has withdrawn it. Ask the person who gave it to you for a new one.',
    },
    'link-ended': {
      title: 'This link has expired',
      text: 'It was meant to work for a while only, and that time is over. Ask the person who gave it to you for a new one.',
    },
    'link-used-up': {
      title: 'This link has been used up',
      text: 'It was meant for so many openings, and somebody has had each of them. Ask the person who gave it to you for a new one.',
    },
    'link-busy': {
      title: 'Too many visitors at once',
      text: 'Many people are opening links of this home just now. Your link stays valid: open it again in a minute.',
    },
  },
  fr: {
    'bad-request': { title: 'Cette requête ne peut pas recevoir de réponse', text: 'Elle est mal formée et n’a donc pas été transmise.' },
    misdirected: { title: 'Rien ici sous ce nom', text: 'Vérifiez l’adresse, puis ouvrez de nouveau la page.' },
    'not-running': {
      title: 'Le service n’est pas démarré',
      text: 'L’accès à cette maison fonctionne, mais le service derrière cette adresse n’est pas démarré pour l’instant. Réessayez plus tard ou prévenez la personne qui l’a partagé avec vous.',
    },
    'not-verified': {
      title: 'Le service n’a pas été reconnu',
      text: 'L’accès à cette maison fonctionne, mais rien ne prouve que le service derrière cette adresse est le bon : rien ne lui a donc été envoyé. Prévenez la personne qui l’a partagé avec vous.',
    },
    silent: {
      title: 'Le service ne répond pas',
      text: 'L’accès à cette maison fonctionne, mais le service derrière cette adresse n’a pas répondu à temps. Réessayez dans un instant.',
    },
    'too-large': {
      title: 'C’est trop volumineux pour ce service',
      text: 'Son propriétaire n’accepte pas plus d’une certaine taille à la fois. Envoyez quelque chose de plus petit, ou demandez à la personne qui l’a partagé avec vous.',
    },
    loop: {
      title: 'Cette adresse mène à elle-même',
      text: 'Le service qui se trouve derrière renvoie vers cette même adresse : rien ne pourra jamais répondre.',
    },
    'link-needed': {
      title: 'Ce service s’ouvre avec un lien',
      text: 'Ouvrez en entier le lien qu’on vous a donné, jusqu’à sa dernière lettre. S’il a été coupé, demandez-le à la personne qui vous l’a donné.',
    },
    'link-unknown': {
      title: 'Ce lien n’ouvre rien',
      text: 'Il est coupé, il comporte une faute de frappe, ou son propriétaire l’a retiré. Demandez-en un nouveau à la personne qui vous l’a donné.',
    },
    'link-ended': {
      title: 'Ce lien a expiré',
      text: 'Il ne devait servir qu’un certain temps, et ce temps est passé. Demandez-en un nouveau à la personne qui vous l’a donné.',
    },
    'link-used-up': {
      title: 'Ce lien a déjà servi',
      text: 'Il ne pouvait être ouvert qu’un certain nombre de fois, et c’est fait. Demandez-en un nouveau à la personne qui vous l’a donné.',
    },
    'link-busy': {
      title: 'Trop de visiteurs à la fois',
      text: 'Beaucoup de monde ouvre des liens de cette maison en ce moment. Le vôtre reste valable : rouvrez-le dans une minute.',
    },
  },
}

/** What else stands on the page that takes a link's secret part. */
const OPEN_WORDS = {
  en: { label: 'What stands behind the # in your link', button: 'Open', opening: 'Opening…' },
  fr: { label: 'Ce qui suit le # dans votre lien', button: 'Ouvrir', opening: 'Ouverture…' },
} as const

export const openWords = (language: Language) => OPEN_WORDS[language]

export function visitorWords(message: VisitorMessage, acceptLanguage: string | undefined): Words & { readonly language: Language } {
  const language = preferredLanguage(acceptLanguage)
  return { language, ...WORDS[language][message] }
}
