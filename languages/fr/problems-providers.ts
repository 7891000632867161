/** Ce qui peut aller mal avec les noms à soi, et avec qui les tient. */
import type { ProblemWords } from '../problems.ts'
import { moment } from './times.ts'

const kept = 'Le nom continue de mener là où il menait.'
const stopped = "Plus rien n'est envoyé avant que vous n'agissiez, pour que le fournisseur n'exclue pas cette maison."

export const nameKeepingProblems: ProblemWords<
  | 'name-credentials-refused'
  | 'name-not-there'
  | 'name-account-unfit'
  | 'name-shut-out'
  | 'name-agent-refused'
  | 'name-limited'
  | 'name-not-updated'
  | 'name-unchanged'
  | 'name-stands-dead'
  | 'name-without-way'
  | 'name-watched-elsewhere'
  | 'provider-unknown'
  | 'name-credentials-missing'
  | 'ipv6-suffix-invalid'
> = {
  'name-credentials-refused': ({ host, name, reason }) => ({
    title: `${name} n'accepte pas ce qui ouvre ${host}.`,
    causes: [
      "L'identifiant, le mot de passe ou le jeton comporte une faute de frappe.",
      'Il a été changé, ou a expiré.',
      `${name} a dit : ${reason}.`,
    ],
    consequence: stopped,
    steps: [`Vérifiez-le chez ${name}.`, { text: `Donnez-le ensuite à nouveau, sous ${host}.`, action: 'give-credentials' }],
  }),
  'name-not-there': ({ host, name, reason }) => ({
    title: `${name} n'a pas de nom ${host} dans ce compte.`,
    causes: [
      `Il n'y a jamais été créé, ou s'écrit autrement. ${name} a dit : ${reason}.`,
      'Il a été rendu.',
      'Il appartient à un autre compte.',
    ],
    consequence: stopped,
    steps: [`Créez le nom chez ${name}.`, { text: 'Faites ensuite un nouvel essai.', action: 'test-name' }],
  }),
  'name-account-unfit': ({ host, name, reason }) => ({
    title: `Votre compte chez ${name} n'a pas le droit de changer ${host}.`,
    cause: `Il faut d'abord le payer, le confirmer ou le renouveler. ${name} a dit : ${reason}.`,
    consequence: stopped,
    steps: [
      `Connectez-vous chez ${name} et cherchez ce qui est demandé.`,
      { text: 'Faites ensuite un nouvel essai.', action: 'test-name' },
    ],
  }),
  'name-shut-out': ({ host, name, reason }) => ({
    title: `${name} a exclu ${host}.`,
    causes: [
      'Un autre programme met le même nom à jour trop souvent.',
      `Le fournisseur a pris ces demandes pour un abus. ${name} a dit : ${reason}.`,
    ],
    consequence: stopped,
    steps: [
      'Arrêtez les autres programmes qui mettent ce nom à jour, par exemple la box.',
      `Demandez à ${name} de le rouvrir.`,
      { text: 'Faites ensuite un nouvel essai.', action: 'test-name' },
    ],
  }),
  'name-agent-refused': ({ host, name, reason }) => ({
    title: `${name} ne parle pas de ${host} avec ce programme.`,
    causes: [`Il ne parle plus comme avant. ${name} a dit : ${reason}.`, "Il refuse les programmes qu'il ne connaît pas."],
    consequence: stopped,
    steps: [
      'Cherchez une mise à jour de Porchlight.',
      { text: 'Après une mise à jour, faites un nouvel essai.', action: 'test-name' },
      `Ou confiez le nom à un autre fournisseur : lancez « porchlight name add ${host} --provider ID » dans un terminal.`,
    ],
  }),
  'name-limited': ({ host, name, until }) => ({
    title: `${name} veut qu'on le laisse tranquille jusqu'au ${moment(until)}.`,
    cause: `Il compte les demandes, et sa limite pour ${host} est atteinte.`,
    consequence: kept,
    steps: [{ text: "Il n'y a rien à faire : Porchlight attend jusque-là, et continue tout seul.", action: 'show-names' }],
  }),
  'name-not-updated': ({ host, name, reason, until }) => ({
    title: `${host} n'a pas pu être mis à jour.`,
    cause: `${name} est injoignable, ou a ses propres ennuis : ${reason}.`,
    consequence: kept,
    steps: [
      { text: `Porchlight réessaie le ${moment(until)}.`, action: 'test-name' },
      `Si cela dure un jour, regardez la page d'état de ${name}.`,
    ],
  }),
  'name-unchanged': ({ host, name }) => ({
    title: `${name} a pris la nouvelle adresse de ${host}, mais ne la montre pas.`,
    causes: [
      "Le nom y a une seconde entrée, qui garde l'ancienne adresse.",
      "Le fournisseur met un moment à montrer ce qu'il a pris.",
      'Le nom est désormais tenu par un autre fournisseur.',
    ],
    consequence: kept,
    steps: [
      `Regardez les entrées de ${host} chez ${name}, et effacez celles qui n'ont rien à y faire.`,
      { text: 'Porchlight regarde à nouveau tout seul.', action: 'show-names' },
    ],
  }),
  'name-stands-dead': ({ host, name, address }) => ({
    title: `${host} mène encore à ${address}, où plus personne ne répond.`,
    cause: `${name} ne sait pas retirer une adresse, seulement en mettre une autre à sa place.`,
    consequence: 'Les visiteurs qui passent par cette adresse attendent en vain.',
    steps: [
      { text: "Tant qu'aucun chemin direct n'est rouvert, servez-vous du nom que votre relais vous donne.", action: 'show-names' },
      "Dès qu'il y en a un, le nom suit tout seul.",
    ],
  }),
  'name-without-way': ({ host }) => ({
    title: `${host} ne mène nulle part en ce moment.`,
    cause: "Aucun chemin direct vers cette maison n'est ouvert, et aucun relais ne reçoit les visiteurs de ce nom.",
    consequence: 'Qui utilise ce nom ne trouve personne. Les noms de votre relais continuent de marcher.',
    steps: [
      { text: "Ouvrez un chemin direct : l'examen de tout le trajet dit ce qui lui manque.", action: 'check-now' },
      { text: `Ou prouvez à votre relais que ${host} est à vous, pour qu'il prenne la suite.`, action: 'show-names' },
    ],
  }),
  'name-watched-elsewhere': ({ host, address }) => ({
    title: `${host} ne mène pas à cette maison.`,
    cause: `Il mène à ${address}. Ce n'est pas Porchlight qui tient ce nom : c'est une box, un disque réseau (NAS) ou votre opérateur.`,
    consequence: 'Qui utilise ce nom arrive ailleurs, ou chez personne.',
    steps: ['Regardez chez qui tient le nom.', { text: 'Porchlight regarde à nouveau chaque minute.', action: 'show-names' }],
  }),
  'provider-unknown': ({ name }) => ({
    title: `Aucun fournisseur ne s'appelle « ${name} » ici.`,
    cause: 'Un fournisseur est désigné par son nom court.',
    consequence: "Rien n'a été changé.",
    steps: [
      { text: 'Regardez la liste : porchlight name providers.', action: 'show-names' },
      "Pour un fournisseur qui n'y est pas, il y a dyndns2 et custom.",
    ],
  }),
  'name-credentials-missing': ({ name, detail }) => ({
    title: `Il manque quelque chose pour ${name}.`,
    cause: `Il manque encore : ${detail}.`,
    consequence: "Rien n'a été changé.",
    steps: [{ text: 'Donnez tout ce qui est demandé. Où cela se trouve est écrit à côté du fournisseur.', action: 'show-names' }],
  }),
  'ipv6-suffix-invalid': ({ address }) => ({
    title: `« ${address} » ne peut pas être la fin d'une adresse du nouveau genre (IPv6).`,
    cause: "La première moitié d'une telle adresse vient de votre opérateur, et change ; seule la seconde appartient à une machine.",
    consequence: "Rien n'a été changé.",
    remedy: "Donnez ses quatre derniers groupes après un double deux-points, comme le montre l'aide de la commande.",
  }),
}
