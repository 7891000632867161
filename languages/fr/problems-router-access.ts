/** Une box dont le propriétaire peut nous ouvrir la porte. */
import type { ProblemWords } from '../problems.ts'

const MEANWHILE = 'Les visiteurs passent par le relais : cela fonctionne, un peu moins vite.'

export const routerAccessProblems: ProblemWords<
  | 'gateway-access-absent'
  | 'gateway-access-denied'
  | 'gateway-access-unanswered'
  | 'gateway-access-locked'
  | 'gateway-access-lost'
  | 'gateway-access-password'
  | 'gateway-access-right'
  | 'gateway-access-second-factor'
> = {
  'gateway-access-absent': ({ address }) => ({
    title: "Porchlight ne peut pas demander l'accès à cette box.",
    causes: [`Ce qui répond à l'adresse ${address} n'est pas la box attendue.`, "La box n'admet aucun programme."],
    consequence: `Rien n'a changé. ${MEANWHILE}`,
    steps: [
      "Fritzbox : dans « Home Network », « Network », « Network Settings », autorisez l'accès des applications.",
      { text: 'Vérifiez quelle box est choisie dans son guide, ou ajoutez la règle à la main.', action: 'open-guide' },
    ],
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
  'gateway-access-password': ({ address }) => ({
    title: "Votre box n'accepte pas ce mot de passe.",
    causes: ['Il a été mal saisi.', `Il est celui d'une autre box que ${address}.`],
    consequence: `Rien n'en a été gardé. ${MEANWHILE}`,
    steps: [
      "Regardez l'étiquette de la box : il y est souvent, à moins d'avoir été choisi à l'installation.",
      { text: 'Saisissez-le de nouveau. Après plusieurs erreurs, la box peut vous faire patienter.', action: 'open-guide' },
    ],
  }),
  'gateway-access-right': ({ address }) => ({
    title: 'Votre box connaît Porchlight, mais ne le laisse encore rien régler.',
    causes: [
      "Une nouvelle application peut lire les réglages d'une Freebox, rien de plus.",
      "Sur une Fritzbox, cet utilisateur n'a pas le droit de modifier les réglages.",
    ],
    consequence: MEANWHILE,
    steps: [
      { text: `Ouvrez http://${address} dans un navigateur.`, action: 'open-router' },
      'Freebox : « Paramètres de la Freebox », « Gestion des accès », « Applications ». Cochez « Modification des réglages de la Freebox » pour Porchlight.',
      "Fritzbox : donnez à l'utilisateur le droit de modifier les réglages.",
      { text: "Porchlight s'en apercevra en moins d'une minute.", action: 'check-now' },
    ],
  }),
  'gateway-access-second-factor': ({ address }) => ({
    title: "Votre box veut qu'on confirme chaque changement sur place.",
    cause: `La box ${address} demande d'appuyer sur une touche, ou un appel, avant de poser une règle. Porchlight ne peut pas le faire.`,
    consequence: MEANWHILE,
    steps: [
      { text: 'Ajoutez plutôt la règle à la main.', action: 'open-guide' },
      { text: "Porchlight s'en apercevra tout seul.", action: 'check-now' },
    ],
  }),
}
