import type { shell as english } from '../en/shell.ts'

export const shell: typeof english = {
  skip: 'Aller au contenu',
  nav: 'Menu principal',
  places: { home: 'Accueil', visitors: 'Visiteurs', names: 'Noms', history: 'Historique', settings: 'Réglages' },
  colon: ' : ',
  add: 'Ajouter un service',
  guide: 'La box',
  loading: 'Un instant…',
  noService: (name) => `Il n'y a pas de service nommé ${name} ici.`,
  service: {
    label: (name) => `Parties de ${name}`,
    tabs: { overview: "Vue d'ensemble", share: 'Partage', access: 'Accès', expert: 'Expert' },
  },
  visitors: {
    none: "Ici figurent les liens que vous donnez, chacun avec son destinataire. Il n'y en a pas encore.",
    more: 'Qui est exclu',
  },
  names: {
    none: "Le nom vient avec un relais. Rejoignez-en un d'abord : vos services auront alors une adresse pour tous.",
  },
  history: {
    none: 'Ici figure ce qui a été : quand vos services étaient accessibles, et ce qui a changé.',
  },
  settings: {
    relay: 'Rejoindre un autre relais',
  },
}
