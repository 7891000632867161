import type { Words } from '../index.ts'

export const light: Words['light'] = {
  reachable: {
    headline: 'Accessible depuis internet',
    sentence: "Vos visiteurs arrivent directement chez vous. C'est vérifié de l'extérieur.",
  },
  relayed: {
    headline: 'Accessible via le relais',
    sentence: "Vos liens fonctionnent. Vos visiteurs passent par le relais au lieu d'arriver directement chez vous.",
  },
  checking: {
    headline: 'Vérification en cours',
    sentence: "Vos liens sont en train d'être essayés de l'extérieur. Quelques secondes suffisent.",
  },
  'cannot-check': {
    headline: "Vérification impossible pour l'instant",
    sentence: "Personne ne peut essayer vos liens de l'extérieur en ce moment. Ce n'est ni bon ni mauvais signe.",
  },
  unreachable: {
    headline: 'Inaccessible depuis internet',
    sentence: "Vos liens ont été essayés de l'extérieur, et rien n'est passé.",
  },
  paused: {
    headline: 'En pause',
    sentence: "Vos services se reposent. Personne n'y accède de l'extérieur tant que dure la pause.",
  },
  'at-home': {
    headline: 'Réservé à la maison',
    sentence: "Vos services ne s'ouvrent que dans votre propre réseau. Qui vient d'ailleurs est refusé.",
  },
  'needs-you': {
    headline: 'On a besoin de vous',
    sentence: "Porchlight ne peut pas régler cela tout seul, mais vous, si. L'étape suivante est expliquée plus bas.",
  },
  empty: {
    headline: "Rien à rendre accessible pour l'instant",
    sentence: 'Ajoutez un premier service : son lien apparaîtra ici.',
  },
}

export const rehearsal: Words['rehearsal'] = {
  title: "Ceci est une répétition sur cet ordinateur : rien n'est sur internet.",
  text: "Les liens ci-dessous ne fonctionnent que sur cet ordinateur. Pour accéder à vos services de l'extérieur, rejoignez un relais.",
  light: {
    headline: 'La répétition fonctionne',
    sentence: 'Tout répond sur cet ordinateur. Rejoignez un relais pour passer sur internet.',
  },
}

export const serviceState: Words['serviceState'] = {
  reachable: 'Accessible',
  checking: 'Vérification en cours',
  unreachable: 'Inaccessible',
  unknown: "Vérification impossible pour l'instant",
  paused: 'En pause',
  'at-home': 'Seulement chez vous',
}

export const serviceLight: Words['serviceLight'] = {
  reachable: 'Accessible',
  relayed: 'Via le relais',
  checking: 'Vérification en cours',
  'cannot-check': "Vérification impossible pour l'instant",
  unreachable: 'Inaccessible',
  paused: 'En pause',
  'at-home': 'Seulement chez vous',
  'needs-you': "À vous d'agir",
}

export const path: Words['path'] = {
  rung: {
    direct: 'droit sur cet ordinateur',
    mapped: 'directement, par une règle que Porchlight a posée sur votre box',
    manual: 'directement, par une règle que vous avez posée sur votre box',
    tunnel: 'via le relais',
  },
  families: (ipv4, ipv6) => `En IPv4 : ${ipv4}. En IPv6 : ${ipv6}.`,
  none: "Aucun passage pour l'instant",
}
