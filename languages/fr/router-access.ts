/** Une box dont le propriétaire nous ouvre la porte. */
import type { routerAccess as en } from '../en/router-access.ts'

export const routerAccess: typeof en = {
  title: (router) => `Laisser Porchlight poser la règle sur votre ${router}`,
  why: "Il ne pose que les règles dont vos services ont besoin, et les retire dès qu'elles ne servent plus.",
  how: {
    freebox: "Votre Freebox vous demande votre accord sur son propre écran. Aucun mot de passe n'est nécessaire.",
    livebox: 'La Livebox veut son mot de passe. Il est gardé parmi les secrets de cet ordinateur, et donné à cette Livebox seule.',
    tr064:
      "La Fritzbox veut un utilisateur et un mot de passe. Ils sont gardés parmi les secrets de cet ordinateur, et ne servent qu'à cette box.",
  },
  user: 'Utilisateur',
  userHelp: "Laissez vide si la box ne demande qu'un mot de passe.",
  password: 'Mot de passe de la box',
  connect: { freebox: 'Demander à la Freebox', livebox: 'Laisser entrer Porchlight', tr064: 'Laisser entrer Porchlight' },
  waiting: "Allez près de votre Freebox et appuyez sur la flèche à côté de « Oui » sur son écran. L'étape se validera toute seule.",
  open: (router) => `Porchlight peut poser des règles sur votre ${router}.`,
  refused: (router) => `Votre ${router} ne laisse Porchlight poser aucune règle.`,
  none: 'Porchlight ne demande rien de particulier à votre box.',
  forget: "S'en passer",
  forgotten: "Porchlight a retiré ses règles et oublié l'accès que vous lui aviez donné.",
  left: "Porchlight a oublié l'accès que vous lui aviez donné. Une de ses règles est peut-être restée sur la box : supprimez-la sur sa page.",
  again: 'Redemander',
}
