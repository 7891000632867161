/** Ce qui peut ne pas aller avec les alertes. */
import type { ProblemWords } from '../problems.ts'

export const alertProblems: ProblemWords<
  'alert-invalid' | 'alerts-full' | 'alert-unknown' | 'alert-undelivered' | 'alert-refused' | 'alert-no-mail'
> = {
  'alert-invalid': ({ address }) => ({
    title: `Impossible d'envoyer des alertes à « ${address} ».`,
    cause: "Ce n'est ni une adresse de courriel, ni une adresse qui commence par https://.",
    consequence: "Rien n'a été modifié.",
    steps: [
      { text: 'Saisissez une adresse de courriel.', action: 'show-alerts' },
      "Ou une adresse ntfy comme https://ntfy.sh/mon-sujet, ou l'adresse https:// de votre propre programme.",
    ],
  }),
  'alerts-full': ({ address }) => ({
    title: `${address} n'a pas pu être ajoutée.`,
    cause: 'Cinq adresses au plus peuvent être prévenues quand votre maison est injoignable.',
    consequence: 'Les cinq premières restent en place.',
    steps: [{ text: "Retirez-en une d'abord.", action: 'show-alerts' }],
  }),
  'alert-unknown': ({ name }) => ({
    title: `Il n'y a pas d'alerte ${name}.`,
    cause: 'Elle a peut-être déjà été retirée.',
    consequence: "Rien n'a été modifié.",
    steps: [{ text: 'Cherchez la bonne dans la liste.', action: 'show-alerts' }],
  }),
  'alert-undelivered': ({ address, reason }) => ({
    title: `Un message pour ${address} n'est pas arrivé.`,
    cause: `Le relais a essayé plusieurs fois, sans succès : ${reason}.`,
    consequence: 'Vous ne seriez pas prévenu par là quand votre maison est injoignable.',
    steps: [
      { text: "Vérifiez l'adresse.", action: 'show-alerts' },
      { text: 'Envoyez ensuite un essai.', action: 'test-alerts' },
    ],
  }),
  'alert-refused': ({ address }) => ({
    title: `${address} ne veut pas de vos alertes.`,
    cause: 'La personne qui lit cette boîte y a mis fin.',
    consequence: "Plus aucun message sur votre maison n'y est envoyé.",
    steps: [{ text: 'Retirez-la, et ajoutez une autre adresse si vous le souhaitez.', action: 'show-alerts' }],
  }),
  'alert-no-mail': ({ address }) => ({
    title: `Votre relais ne peut pas écrire à ${address}.`,
    cause: 'La personne qui le tient ne lui a pas donné de serveur de courriel.',
    consequence: 'Vous ne recevrez pas de courriel quand votre maison sera injoignable.',
    steps: [
      { text: "Utilisez plutôt ntfy ou l'adresse de votre propre programme.", action: 'show-alerts' },
      'Ou demandez un serveur de courriel à la personne qui tient le relais.',
    ],
  }),
}
