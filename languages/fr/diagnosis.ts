import type { ActionId } from '../../protocol/action.ts'
import type { FactName, LinkName, LinkVerdict } from '../../protocol/diagnosis.ts'
import type { ProblemWords } from '../problems.ts'

/** Les maillons de la chaîne, de la maison vers l'extérieur. */
export const links: Readonly<Record<LinkName, string>> = {
  service: 'Vos services répondent',
  computer: 'Cet ordinateur est relié à un réseau',
  firewall: 'Son pare-feu laisse entrer les visiteurs',
  lan: 'Votre réseau domestique fonctionne',
  router: 'Votre box ouvre le passage',
  'second-router': 'Aucune deuxième box ne barre le passage',
  provider: 'Votre opérateur laisse passer les visiteurs',
  internet: 'La connexion à internet fonctionne',
  relay: 'Le relais est connecté',
  outside: "Quelqu'un, dehors, est arrivé jusqu'à vous",
  name: 'Vos noms mènent ici',
  certificate: 'Le certificat est en place',
  visitor: 'Les visiteurs arrivent à vos services',
}

/** Ce que signifie le signe devant chaque ligne de `diagnose`. */
export const marks: Readonly<Record<LinkVerdict, string>> = {
  ok: 'tout va bien',
  broken: 'ne marche pas',
  warning: 'marche, avec une remarque',
  unknown: 'impossible à savoir pour le moment',
}

const LINES: Readonly<Record<string, string>> = {
  single: "rien de votre opérateur ne sépare votre box d'internet",
  double: "deux box l'une derrière l'autre",
  carrier: 'votre opérateur partage une adresse IPv4 entre de nombreux clients',
  'ds-lite': "votre opérateur transporte l'IPv4 dans l'IPv6, et partage son adresse",
  'shared-ports': "votre opérateur ne vous donne qu'une partie des ports de votre adresse",
  mobile: 'un réseau mobile',
  unsure: "ce qui sépare votre box de l'internet n'est pas clair",
}

/** Sur quoi repose un verdict. */
export const facts: Readonly<Record<FactName, (value: string) => string>> = {
  answers: (value) => `répond\u00a0: ${value}`,
  silent: (value) => `ne répond pas\u00a0: ${value}`,
  'our-address': (value) => `adresse de cet ordinateur\u00a0: ${value}`,
  interface: (value) => `carte réseau\u00a0: ${value}`,
  firewall: (value) => `pare-feu\u00a0: ${value}`,
  router: (value) => `box\u00a0: ${value}`,
  'router-speaks': (value) => `accepte les demandes par\u00a0: ${value.toUpperCase()}`,
  'router-says': (value) => `adresse extérieure annoncée par la box\u00a0: ${value}`,
  'no-second-router': (value) => `la box a elle-même l'adresse extérieure\u00a0: ${value}`,
  'second-router-says': (value) => `adresse extérieure annoncée par la deuxième box\u00a0: ${value}`,
  'outside-sees': (value) => `adresse de la maison vue de l'extérieur\u00a0: ${value}`,
  line: (value) => LINES[value] ?? "on ne sait pas encore ce qui sépare votre box de l'internet",
  'elsewhere-answers': (value) => `répond, alors qu'aucun relais ne le fait\u00a0: ${value}`,
  'elsewhere-silent': (value) => `ne répond pas non plus\u00a0: ${value}`,
  relay: (value) => `relais\u00a0: ${value}`,
  'delay-ms': (value) => `aller et retour en ms\u00a0: ${value}`,
  proven: (value) => `prouvé depuis l'extérieur\u00a0: ${value}`,
  'leads-to': (value) => `vos noms mènent à\u00a0: ${value}`,
  'certificate-until': (value) => `valable jusqu'au ${value}`,
  'no-website': () => "aucun de vos services n'est un site web",
  reachable: (value) => `accessible\u00a0: ${value}`,
  unreachable: (value) => `inaccessible\u00a0: ${value}`,
}

/** Sur le bouton d'une étape. */
export const actions: Readonly<Record<ActionId, string>> = {
  'check-now': 'Regarder à nouveau',
  'join-relay': 'Saisir un code de relais',
  'copy-command': 'Copier la commande',
  'open-router': 'Ouvrir la page de la box',
  'open-guide': 'Montrez-moi comment',
  'accept-certificate': 'Comparer les certificats',
  'agree-terms': 'Lire et accepter',
  'test-certificate': 'Essayer un renouvellement',
  'test-alerts': "Envoyer un message d'essai",
  'show-service': 'Montrer le service',
  'show-links': 'Montrer ses liens',
  'set-access': 'Choisir qui peut entrer',
  'choose-name': 'Choisir un nom',
  'add-service': 'Ajouter un service',
  'show-names': 'Voir les noms',
  'test-name': 'Interroger de nouveau le fournisseur',
  'give-credentials': 'Le donner à nouveau',
  'show-alerts': 'Voir les alertes',
  'show-bans': 'Voir les adresses bloquées',
  'support-bundle': "Obtenir de l'aide",
  restart: 'Redémarrer Porchlight',
}

export const diagnosis = {
  heading: "De chez vous jusqu'à vos visiteurs",
  seen: (ago: string) => `vu ${ago}`,
  never: 'pas encore connu',
  evidence: 'Sur quoi cela repose',
  root: "À régler d'abord",
  also: 'Autre souci',
  alsoWrong: (count: number) => (count === 1 ? 'Il y a aussi un autre souci' : `Il y a aussi ${count} autres soucis`),
  tested: "Le message d'essai est parti.",
  nameTested: 'Le fournisseur a été interrogé.',
  commandCopied: 'La commande est dans le presse-papiers.',
  follows: (count: number) => (count === 1 ? 'Une conséquence' : `${count} conséquences`),
  remarks: (count: number) => (count === 1 ? 'Une remarque' : `${count} remarques`),
  healed: "Ce qui s'est arrangé tout seul",
  healedAt: (from: string, until: string) => `du ${from} au ${until}`,
  well: "Il n'y a aucun souci.",
}

/** Ce que seul un regard sur tout le chemin révèle. */
export const diagnosisProblems: ProblemWords<
  | 'router-unreachable'
  | 'internet-down'
  | 'resolver-silent'
  | 'provider-shares-ports'
  | 'provider-ds-lite'
  | 'mobile-network'
  | 'name-unresolved'
  | 'relay-names-silent'
> = {
  'router-unreachable': ({ address }) => ({
    title: 'Votre box ne répond pas.',
    causes: [`La box est éteinte ou bloquée : rien ne revient de ${address}.`, 'Un câble est débranché.', 'Le Wi-Fi est trop faible ici.'],
    consequence: "Vos services restent configurés, mais personne à l'extérieur ne peut y accéder.",
    steps: [
      'Regardez les voyants de la box, et redémarrez-la si elle est allumée.',
      'Vérifiez que les câbles sont bien branchés.',
      { text: "Porchlight s'en aperçoit et reprend tout seul.", action: 'check-now' },
    ],
  }),
  'internet-down': ({ address, host }) => ({
    title: 'Votre connexion à internet est coupée.',
    causes: [
      `Votre opérateur a peut-être une panne : la box ${address} est là, mais ni le relais ni ${host} ne répondent.`,
      'La box a peut-être perdu sa ligne, et demande un redémarrage.',
    ],
    consequence: "Personne à l'extérieur ne peut accéder à vos services. À la maison, ils continuent.",
    steps: [
      { text: 'Redémarrez la box.', action: 'open-router' },
      'Si cela ne suffit pas, contactez votre opérateur.',
      { text: "Porchlight s'en aperçoit et reprend tout seul.", action: 'check-now' },
    ],
  }),
  'resolver-silent': ({ address }) => ({
    title: 'Cet ordinateur ne trouve plus les noms sur internet.',
    cause: `Le serveur de noms qu'il interroge (DNS), ${address}, ne donne pas de réponse utilisable, alors que la connexion fonctionne.`,
    consequence:
      'Ce qui tourne continue. Mais les certificats ne se renouvellent plus et les nouvelles connexions échouent, peut-être aussi sur vos autres appareils.',
    steps: [
      "Redémarrez la box : c'est elle le plus souvent qui est interrogée.",
      'Si cela dure, choisissez un autre serveur de noms dans les réglages de la box.',
      { text: "Porchlight s'en apercevra tout seul.", action: 'check-now' },
    ],
  }),
  'provider-shares-ports': ({ address }) => ({
    title: "Votre opérateur ne vous donne qu'une partie des ports.",
    cause: `Plusieurs clients se partagent l'adresse ${address}, chacun avec une partie de ses ports. Le port 443, celui des navigateurs, n'est pas dans la vôtre.`,
    consequence:
      "Personne ne peut arriver directement à vos sites en IPv4, l'ancien genre d'adresse internet. Par le relais, cela fonctionne.",
    steps: [
      'Rien à faire.',
      { text: "Pour le chemin direct, demandez à votre opérateur une adresse IPv4 entière ; c'est souvent gratuit.", action: 'open-guide' },
    ],
  }),
  'provider-ds-lite': ({ address }) => ({
    title: "Votre connexion n'a pas d'adresse IPv4 à elle.",
    cause: `Votre opérateur transporte les anciennes adresses d'internet (IPv4) dans les nouvelles (IPv6), et partage ${address} entre de nombreux clients.`,
    consequence:
      'Personne ne peut arriver directement chez vous en IPv4. Par le relais cela fonctionne, et directement en IPv6 là où la box le permet.',
    steps: ['Rien à faire.', { text: 'Pour le chemin direct, demandez à votre opérateur une adresse IPv4 à vous.', action: 'open-guide' }],
  }),
  'mobile-network': ({ address }) => ({
    title: 'Cet ordinateur est sur un réseau mobile.',
    cause: `Son adresse ${address} est de celles que donnent les téléphones et les modems mobiles, et les réseaux mobiles ne laissent entrer personne.`,
    consequence: 'Personne ne peut arriver directement à cet ordinateur. Par le relais cela fonctionne, et consomme des données mobiles.',
    steps: ['Rien à faire.', { text: 'Pour le chemin direct, rejoignez le réseau de votre maison.', action: 'check-now' }],
  }),
  'name-unresolved': ({ host, address, relay }) => ({
    title: "Vos noms ne sont pas trouvés d'ici.",
    causes: [
      `Une ancienne réponse est encore gardée : le serveur de noms de cet ordinateur (DNS), ${address}, ne connaît pas ${host}, alors que ${relay} le connaît.`,
      "Un filtre, dans la box ou chez l'opérateur, cache de tels noms.",
    ],
    consequence: 'Qui utilise le même serveur de noms ne trouve pas vos services. Les autres les trouvent.',
    steps: [
      { text: 'Attendez une minute.', action: 'check-now' },
      'Si cela dure, cherchez dans la box un filtre ou une protection contre le « DNS rebinding », et faites-y une exception.',
    ],
  }),
  'relay-names-silent': ({ host, relay }) => ({
    title: 'Le relais ne dit pas où mènent vos noms.',
    cause: `Les noms comme ${host} se cherchent chez ${relay}, où personne ne répond par une adresse. Votre propre réseau va bien.`,
    consequence: 'Les nouveaux visiteurs ne trouvent pas vos services. Ceux qui sont là continuent.',
    steps: [
      'Prévenez la personne qui tient le relais.',
      { text: "Dès qu'il répond de nouveau, Porchlight s'en aperçoit tout seul.", action: 'check-now' },
    ],
  }),
}
