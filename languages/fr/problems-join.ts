/** Un code de relais, et ce que l'on saisit à sa place. */
import type { ProblemWords } from '../problems.ts'

export const joinProblems: ProblemWords<
  | 'relay-code-invalid'
  | 'relay-code-unknown'
  | 'relay-code-used'
  | 'relay-code-expired'
  | 'relay-closed'
  | 'relays-full'
  | 'relay-not-joined'
  | 'relay-address-invalid'
> = {
  'relay-code-invalid': () => ({
    title: 'Ce code de relais contient une erreur.',
    cause: 'Une lettre est fausse ou manque ; chaque code contient de quoi le remarquer.',
    consequence: "Aucun relais n'a été rejoint. Le code lui-même n'a pas été utilisé.",
    steps: [{ text: 'Copiez de nouveau le code en entier, de « plr1 » à sa dernière lettre, et collez-le ici.', action: 'join-relay' }],
  }),
  'relay-code-unknown': ({ relay }) => ({
    title: 'Le relais ne connaît pas ce code.',
    cause: `${relay} ne l'a jamais donné, ou l'a retiré.`,
    consequence: "Aucun relais n'a été rejoint.",
    steps: [{ text: 'Demandez un nouveau code de relais à la personne qui tient le relais.', action: 'join-relay' }],
  }),
  'relay-code-used': ({ relay }) => ({
    title: 'Ce code de relais a déjà servi.',
    cause: `${relay} laisse entrer un appareil par code, et un autre est passé le premier.`,
    consequence: "Aucun relais n'a été rejoint.",
    steps: [
      { text: 'Demandez un nouveau code de relais à la personne qui tient le relais.', action: 'join-relay' },
      "Si ce n'est pas vous qui avez utilisé l'ancien, dites-le-lui.",
    ],
  }),
  'relay-code-expired': ({ relay }) => ({
    title: 'Ce code de relais a expiré.',
    cause: `Les codes de ${relay} ne sont valables qu'un certain temps.`,
    consequence: "Aucun relais n'a été rejoint.",
    steps: [{ text: 'Demandez un nouveau code de relais à la personne qui tient le relais.', action: 'join-relay' }],
  }),
  'relay-closed': ({ relay }) => ({
    title: 'Ce relais demande un code de relais.',
    cause: `${relay} ne laisse entrer un nouvel appareil qu'avec un code donné par la personne qui le tient.`,
    consequence: "Aucun relais n'a été rejoint.",
    steps: [{ text: "Demandez un code de relais à cette personne et collez-le ici, à la place de l'adresse.", action: 'join-relay' }],
  }),
  'relays-full': ({ relay }) => ({
    title: 'Porchlight utilise déjà autant de relais que possible.',
    cause: `Quatre relais ont été rejoints ; ${relay} serait le cinquième.`,
    consequence: "Il n'a pas été rejoint. Les autres continuent.",
    steps: [{ text: "Quittez-en un dont vous n'avez plus besoin, puis rejoignez celui-ci.", action: 'join-relay' }],
  }),
  'relay-not-joined': ({ relay }) => ({
    title: "Ce relais n'a pas été rejoint.",
    cause: `${relay} n'est aucun des relais que ce Porchlight utilise.`,
    consequence: "Rien n'a été modifié.",
    remedy: "Regardez avec « porchlight status » quels relais il y a, et donnez l'adresse telle qu'elle y figure.",
  }),
  'relay-address-invalid': ({ relay }) => ({
    title: `« ${relay} » n'est ni un code de relais ni l'adresse d'un relais.`,
    cause: 'Un code de relais est un seul long mot qui commence par plr1. Une adresse commence par https://.',
    consequence: "Aucun relais n'a été rejoint.",
    steps: [
      { text: 'Copiez de nouveau, en entier, le code de relais du message que vous avez reçu, et collez-le ici.', action: 'join-relay' },
    ],
  }),
}
