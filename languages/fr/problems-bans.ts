/** Ce qui peut ne pas aller avec les visiteurs bloqués. */
import type { ProblemWords } from '../problems.ts'

export const banProblems: ProblemWords<'ban-address-invalid' | 'ban-exempt' | 'ban-unknown' | 'bans-full' | 'bans-damaged'> = {
  'ban-address-invalid': ({ address }) => ({
    title: `« ${address} » n'est pas une adresse.`,
    cause: 'Seule une adresse internet se bloque, ancienne (IPv4) ou nouvelle (IPv6) : un nom peut mener ailleurs dès demain.',
    consequence: "Rien n'a changé.",
    steps: [{ text: 'Saisissez une adresse IPv4 comme 203.0.113.7, ou une adresse IPv6.', action: 'show-bans' }],
  }),
  'ban-exempt': ({ address }) => ({
    title: `${address} ne peut pas être bloquée.`,
    cause: "C'est une adresse de votre maison, de votre relais ou d'une personne que vous avez vous-même autorisée.",
    consequence: "Rien n'a changé.",
    steps: [
      "Pour tenir quelqu'un de la maison à l'écart d'un service, protégez le service par un mot de passe.",
      { text: 'Ou mettez le service en pause.', action: 'show-service' },
    ],
  }),
  'ban-unknown': ({ address }) => ({
    title: `${address} n'est pas bloquée.`,
    cause: 'Son temps est peut-être déjà écoulé.',
    consequence: "Rien n'a changé.",
    steps: [{ text: 'Consultez la liste des adresses bloquées.', action: 'show-bans' }],
  }),
  'bans-full': ({ limit }) => ({
    title: 'Impossible de bloquer une adresse de plus.',
    cause: `Vous en avez bloqué ${limit} sans limite de durée, et la liste n'en contient pas davantage.`,
    consequence: "Rien n'a changé, et plus aucune adresse n'est bloquée d'elle-même.",
    steps: [{ text: 'Débloquez-en quelques-unes.', action: 'show-bans' }],
  }),
  'bans-damaged': ({ keptAs }) => ({
    title: 'La liste des adresses bloquées était abîmée.',
    causes: ['Le disque est défaillant, ou le courant a été coupé pendant un enregistrement.', 'Un autre programme a modifié le fichier.'],
    consequence: `Ce qui a pu en être lu reste valable. Le fichier abîmé a été conservé sous ${keptAs}.`,
    steps: [{ text: 'Consultez la liste et bloquez de nouveau les adresses qui y manquent.', action: 'show-bans' }],
  }),
}
