/** Les visiteurs bloqués. */
import type { en } from '../en/index.ts'

export const bans: (typeof en)['bans'] = {
  reasons: {
    scan: 'cherchait des failles',
    credentials: "essayait des mots de passe l'un après l'autre",
    'sign-in': 'échouait sans cesse à se connecter',
    access: "essayait des mots de passe ou des liens l'un après l'autre",
    connections: 'se connectait sans cesse pour repartir aussitôt',
    flood: 'demandait beaucoup trop',
    owner: 'bloquée par vous',
  },
  at: (service) => `sur ${service}`,
  times: (count) => `${count} fois`,
  since: (time) => `depuis le ${time}`,
  until: (time) => `jusqu'au ${time}`,
  forGood: "jusqu'à ce que vous la débloquiez",
  none: "Aucune adresse n'est bloquée.",
  more: (count) => `et ${count} de plus`,
  page: {
    heading: 'Adresses bloquées',
    text: "Une adresse qui essaie des mots de passe ou cherche des failles est bloquée un moment : dix minutes la première fois, puis de plus en plus longtemps. Votre propre réseau ne l'est jamais.",
    letIn: 'Débloquer',
    wasLetIn: (address) => `${address} peut revenir.`,
    label: 'Adresse à bloquer',
    help: "Par exemple 203.0.113.7. Elle le reste jusqu'à ce que vous la débloquiez.",
    button: 'Bloquer',
    wasShutOut: (address) => `${address} est bloquée.`,
  },
}
