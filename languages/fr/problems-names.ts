/** Ce qui peut ne pas aller avec le nom de cet appareil. */
import type { en } from '../en/index.ts'
import type { ProblemWords } from '../problems.ts'
import { moment } from './times.ts'

export const standing: (typeof en)['names']['standing'] = {
  free: (name) => `${name} est libre.`,
  own: (name) => `${name} est à vous.`,
  malformed: () => 'Un nom compte de 3 à 30 caractères (minuscules, chiffres, tirets isolés) et commence par une lettre.',
  taken: (name) => `${name} est déjà pris.`,
  quarantined: (name) =>
    `${name} a été rendu il y a peu et reste vide pendant 90 jours, pour que personne n'arrive par erreur chez un inconnu.`,
  reserved: (name) => `${name} est réservé.`,
  imitates: (name, brand) => `${name} pourrait passer pour ${brand}.`,
  tooSoon: (until) =>
    `Vous avez souvent changé de nom ces derniers temps. Un nouveau sera possible à partir du ${until} ; revenir à un ancien l'est à tout moment.`,
}

const unchanged = "Rien n'a changé : votre adresse reste la même."

export const nameProblems: ProblemWords<
  'label-malformed' | 'label-taken' | 'label-resting' | 'label-reserved' | 'label-imitates' | 'label-too-soon' | 'label-unsupported'
> = {
  'label-malformed': ({ name }) => ({
    title: `« ${name} » ne peut pas faire partie d'une adresse.`,
    cause: standing.malformed(),
    consequence: unchanged,
    steps: [{ text: 'Choisissez-en un autre, par exemple notre-maison.', action: 'choose-name' }],
  }),
  'label-taken': ({ name }) => ({
    title: standing.taken(name),
    cause: "Un autre appareil de ce relais s'appelle ainsi.",
    consequence: unchanged,
    steps: [{ text: 'Choisissez un autre nom, par exemple avec un mot ou un nombre de plus.', action: 'choose-name' }],
  }),
  'label-resting': ({ name }) => ({
    title: `${name} n'est pas encore libre.`,
    cause: standing.quarantined(name),
    consequence: unchanged,
    steps: [
      {
        text: "Choisissez un autre nom. S'il était à vous, seul l'ordinateur qui le portait peut le reprendre pour l'instant.",
        action: 'choose-name',
      },
    ],
  }),
  'label-reserved': ({ name }) => ({
    title: standing.reserved(name),
    cause: "Le relais garde quelques mots pour lui, comme www, mail ou admin, et ceux qu'a mis de côté la personne qui le tient.",
    consequence: unchanged,
    steps: [{ text: 'Choisissez un autre nom.', action: 'choose-name' }],
  }),
  'label-imitates': ({ name, detail }) => ({
    title: standing.imitates(name, detail),
    cause: "Les noms qui ressemblent à ceux de banques, d'administrations ou de grands services sont refusés : les escrocs s'en servent.",
    consequence: unchanged,
    steps: [
      { text: 'Choisissez un autre nom. Si le vôtre est honnête, dites-le à la personne qui tient le relais.', action: 'choose-name' },
    ],
  }),
  'label-too-soon': ({ name, until }) => ({
    title: `Vous ne pouvez pas encore vous appeler ${name}.`,
    cause: 'Trois anciens noms au plus mènent chez vous en même temps.',
    consequence: unchanged,
    steps: [
      {
        text: `Attendez le ${moment(until)}, ou revenez à l'un de vos anciens noms, ce qui est possible à tout moment.`,
        action: 'choose-name',
      },
    ],
  }),
  'label-unsupported': ({ relay }) => ({
    title: `${relay} ne sait pas changer de nom.`,
    cause: 'Il fonctionne avec une version plus ancienne de Porchlight.',
    consequence: unchanged,
    remedy: 'Demandez à la personne qui tient le relais de le mettre à jour.',
  }),
}
