/** Une box dont le propriétaire peut nous ouvrir la porte. */
import type { ProblemWords } from '../problems.ts'

const MEANWHILE = 'Les visiteurs passent par le relais : cela fonctionne, un peu moins vite.'

export const routerAccessProblems: ProblemWords<
  | 'gateway-access-absent'
  | 'gateway-access-denied'
  | 'gateway-access-unanswered'
  | 'gateway-access-locked'
  | 'gateway-access-lost'
  | 'gateway-access-right'
> = {
  'gateway-access-absent': ({ address }) => ({
    title: "Porchlight ne peut pas demander l'accès à cette box.",
    causes: [`Ce qui répond à l'adresse ${address} n'est pas la box attendue.`, "La box n'admet aucun programme."],
    consequence: `Rien n'a changé. ${MEANWHILE}`,
    steps: [{ text: 'Vérifiez quelle box est choisie dans son guide, ou ajoutez la règle à la main.', action: 'open-guide' }],
  }),
  'gateway-access-denied': ({ address }) => ({
    title: 'La box a répondu non.',
    causes: ["Quelqu'un a refusé sur son écran.", `La box ${address} n'accepte aucune nouvelle application.`],
    consequence: `Porchlight n'y pose aucune règle. ${MEANWHILE}`,
    steps: [{ text: "Si c'était une erreur, redemandez et acceptez sur la box.", action: 'open-guide' }],
  }),
  'gateway-access-unanswered': ({ address }) => ({
    title: "Personne n'a répondu sur la box.",
    cause: `La box ${address} a posé la question sur son écran, et a attendu en vain.`,
    consequence: `Porchlight n'y pose aucune règle. ${MEANWHILE}`,
    steps: ['Allez près de la box.', { text: 'Redemandez, puis acceptez sur son écran.', action: 'open-guide' }],
  }),
  'gateway-access-locked': ({ address }) => ({
    title: 'Votre box fait patienter tout le monde.',
    cause: `Trop de tentatives ont échoué sur ${address} : elle n'en admet plus pendant un moment.`,
    consequence: MEANWHILE,
    steps: ['Attendez quelques minutes.', { text: 'Puis recommencez.', action: 'open-guide' }],
  }),
  'gateway-access-lost': ({ address }) => ({
    title: 'Votre box ne laisse plus entrer Porchlight.',
    causes: [`L'autorisation a été retirée sur la box ${address}.`, 'Son mot de passe a changé, ou elle a été réinitialisée.'],
    consequence: `Ses règles ne peuvent plus être entretenues. ${MEANWHILE}`,
    steps: [{ text: "Redonnez l'accès à Porchlight.", action: 'open-guide' }],
  }),
  'gateway-access-right': ({ address }) => ({
    title: 'Votre Freebox connaît Porchlight, mais ne le laisse encore rien régler.',
    cause: "Une nouvelle application peut lire les réglages d'une Freebox, rien de plus.",
    consequence: MEANWHILE,
    steps: [
      { text: `Ouvrez http://${address} dans un navigateur.`, action: 'open-router' },
      'Allez dans « Paramètres de la Freebox », « Gestion des accès », « Applications ».',
      'À côté de Porchlight, cochez « Modification des réglages de la Freebox ».',
      { text: "Porchlight s'en apercevra en moins d'une minute.", action: 'check-now' },
    ],
  }),
}
