/** Ce que rencontrent les visiteurs en chemin : pare-feu, IPv6, un regard de l'extérieur, le certificat qu'on leur montre. */
import type { ProblemWords } from '../problems.ts'

/** Quand l'IPv6 ne va pas. */
const AUTRE_CHEMIN =
  "Si un relais les conduit, ou si un autre chemin est ouvert, ils ne remarquent rien : vous pouvez laisser ainsi. Sinon, personne n'entre."

export const wayProblems: ProblemWords<
  | 'direct-port-differs'
  | 'firewall-here'
  | 'firewall-perhaps'
  | 'ipv6-closed'
  | 'ipv6-port-forbidden'
  | 'ipv6-port-taken'
  | 'mapping-unreachable'
  | 'unreachable-outside'
  | 'certificate-wrong'
  | 'foreign-certificate'
  | 'unknown-certificate'
> = {
  'direct-port-differs': ({ service, port, address }) => ({
    title: `${service} a un autre port sur le chemin direct.`,
    causes: [
      `Le port ${port}, celui de son adresse publique, est déjà pris sur votre box.`,
      'Ou bien votre opérateur ne vous a pas donné ce port.',
    ],
    consequence: `Avec l'adresse publique, les visiteurs passent par le relais. En direct, ${service} se trouve à ${address}.`,
    steps: [
      'Rien à faire.',
      { text: `Si chaque milliseconde compte, donnez plutôt ${address} ; cette adresse-là peut changer.`, action: 'show-service' },
    ],
  }),
  'firewall-here': ({ name, protocol, port, command }) => ({
    title: 'Le pare-feu de cet ordinateur retient vos visiteurs.',
    cause: `Ce qui arrive d'internet sur le port ${protocol} ${port} est jeté ici par ${name}, avant que Porchlight ne le voie.`,
    consequence: 'Vos visiteurs passent par le relais en attendant que le chemin direct fonctionne.',
    steps: [
      { text: `Pour n'ouvrir que ce port, lancez ceci en administrateur : ${command}.`, action: 'copy-command' },
      { text: "Porchlight s'en apercevra tout seul.", action: 'check-now' },
    ],
  }),
  'firewall-perhaps': ({ name, protocol, port, command }) => ({
    title: 'Le pare-feu de cet ordinateur retient peut-être vos visiteurs.',
    causes: [
      `${name} en est peut-être la cause : il est actif, et de l'extérieur personne n'est arrivé jusqu'au port ${protocol} ${port}.`,
      "Ou bien c'est la box ou l'opérateur. Porchlight n'a pas le droit de lire les règles du pare-feu, et ne peut pas trancher.",
    ],
    consequence: 'Vos visiteurs passent par le relais en attendant que le chemin direct fonctionne.',
    steps: [
      { text: `Si rien d'autre ne l'explique, n'ouvrez que ce port, en administrateur : ${command}.`, action: 'copy-command' },
      { text: "Porchlight s'en apercevra tout seul.", action: 'check-now' },
    ],
  }),
  'ipv6-closed': ({ port }) => ({
    title: 'Votre box ne laisse pas entrer les visiteurs en IPv6.',
    cause: `Sur le port ${port}, elle n'ouvre à personne qui vienne par le nouveau genre d'adresse internet (IPv6), et n'accepte pas qu'on le lui demande.`,
    consequence: AUTRE_CHEMIN,
    steps: [
      { text: `Autorisez le port TCP ${port} vers cet ordinateur dans le pare-feu IPv6 de la box.`, action: 'open-guide' },
      { text: "Porchlight s'en apercevra tout seul.", action: 'check-now' },
    ],
  }),
  'ipv6-port-forbidden': ({ port, command }) => ({
    title: 'En IPv6, les visiteurs ne peuvent pas arriver directement à cet ordinateur.',
    cause: `Son système réserve à son administrateur le port ${port}, où viennent les navigateurs. Avec le nouveau genre d'adresse internet (IPv6), aucun autre port ne convient.`,
    consequence: AUTRE_CHEMIN,
    steps: [
      { text: `Lancez ceci une fois : ${command}.`, action: 'copy-command' },
      { text: 'Redémarrez ensuite Porchlight.', action: 'restart' },
    ],
  }),
  'ipv6-port-taken': ({ port }) => ({
    title: 'En IPv6, les visiteurs ne peuvent pas arriver directement à cet ordinateur.',
    cause: `Un autre de ses programmes répond déjà sur le port ${port}. Avec le nouveau genre d'adresse internet (IPv6), aucun autre port ne convient.`,
    consequence: AUTRE_CHEMIN,
    steps: [{ text: "Si l'autre programme ne vous sert plus, arrêtez-le : Porchlight prendra sa place tout seul.", action: 'check-now' }],
  }),
  'mapping-unreachable': ({ address, port }) => ({
    title: 'La règle est sur la box, mais rien ne passe.',
    causes: [
      `La box a peut-être accepté la règle sans la suivre : le port ${port} de ${address} a été essayé de l'extérieur, sans succès.`,
      "Le pare-feu de l'opérateur bloque peut-être ce port.",
    ],
    consequence: 'Les visiteurs passent par le relais en attendant que le chemin direct fonctionne.',
    steps: [
      'Redémarrez la box.',
      { text: 'Si cela ne suffit pas, ajoutez la règle à la main.', action: 'open-guide' },
      "Cherchez un réglage de pare-feu dans votre espace client chez l'opérateur.",
      { text: "Porchlight s'en apercevra tout seul.", action: 'check-now' },
    ],
  }),
  'unreachable-outside': ({ service }) => ({
    title: `${service} est inaccessible de l'extérieur.`,
    cause: "Chez vous, il répond, mais aucun chemin n'y mène depuis internet en ce moment.",
    consequence: 'Vos visiteurs voient une erreur.',
    steps: [
      { text: 'Porchlight continue de chercher un passage.', action: 'check-now' },
      'Si cela dure, redémarrez la box, puis faites regarder à nouveau.',
    ],
  }),
  'certificate-wrong': ({ reason }) => ({
    title: 'Les navigateurs ne font pas confiance à vos pages.',
    causes: [
      `Le certificat montré aux visiteurs a été regardé de l'extérieur : ${reason}.`,
      "La date de cet ordinateur est peut-être fausse, et rien n'a été renouvelé à temps.",
    ],
    consequence: 'Vos visiteurs voient un avertissement à la place de la page.',
    steps: [
      "Vérifiez la date et l'heure de cet ordinateur.",
      { text: 'Redémarrez Porchlight : il renouvelle ce qui est périmé.', action: 'restart' },
      { text: 'Si cela dure, prévenez la personne qui tient le relais.', action: 'check-now' },
    ],
  }),
  'foreign-certificate': ({ host, address }) => ({
    title: "Quelqu'un d'autre répond à votre adresse.",
    causes: [
      `Un réseau d'entreprise ou un antivirus, en chemin, ouvre les connexions chiffrées vers ${host} à l'adresse ${address}.`,
      "Ou quelqu'un en chemin lit et modifie ce qui passe : la clé du certificat montré là-bas n'est pas celle de cet ordinateur.",
    ],
    consequence: 'Les mots de passe et les pages qui prennent ce chemin ne sont pas privés.',
    steps: [
      "Ne vous connectez pas par cette adresse avant d'en savoir plus.",
      "Cherchez si un réseau d'entreprise ou un antivirus ouvre les connexions chiffrées.",
      { text: 'Sinon, interrogez la personne qui tient le relais, ou changez de relais.', action: 'join-relay' },
    ],
  }),
  'unknown-certificate': ({ host, detail }) => ({
    title: "Quelqu'un d'autre a un certificat pour vos noms.",
    causes: [
      `Vous avez aussi installé cette maison sur un autre ordinateur. Les registres publics montrent un certificat pour des noms sous ${host} : ${detail}.`,
      "Ou quelqu'un qui peut prouver vos noms l'a demandé. Seule la personne qui tient le relais le peut.",
    ],
    consequence:
      'Qui le détient peut se faire passer pour votre maison, lire et modifier ce que les visiteurs envoient, sans avertissement dans leur navigateur.',
    steps: [
      "D'ici à ce que ce soit éclairci, ne vous connectez pas par ces liens.",
      'Si un autre ordinateur sert aussi cette maison, regardez si ce certificat est le sien.',
      { text: 'Sinon, interrogez la personne qui tient le relais, ou changez de relais.', action: 'join-relay' },
    ],
  }),
}
