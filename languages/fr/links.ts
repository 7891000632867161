import type { LinkName, LinkVerdict } from '../../protocol/chain.ts'

export const links: Readonly<Record<LinkName, string>> = {
  service: 'Vos services répondent',
  computer: 'Cet ordinateur est relié à un réseau',
  router: 'Votre box accepte les demandes',
  internet: 'La connexion à internet fonctionne',
  relay: 'Le relais est connecté',
  certificate: 'Le certificat est en place',
  outside: "Quelqu'un, dehors, est arrivé jusqu'à vous",
}

/** Ce que signifie le signe devant chaque ligne de `diagnose`. */
export const marks: Readonly<Record<LinkVerdict, string>> = {
  ok: 'tout va bien',
  broken: 'ne marche pas',
  warning: 'marche, avec une remarque',
  unknown: 'impossible à savoir pour le moment',
}
