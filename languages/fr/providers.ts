/** Les noms à soi, et qui les tient : ce qui est demandé, où cela se trouve, ce que dit la liste, et ce qui peut aller mal. */
import type { KeptNameState } from '../../protocol/model/kept-name.ts'
import type { NameFieldId } from '../../protocol/model/name-provider.ts'
import type { ProblemWords } from '../problems.ts'
import { moment } from './problems-way.ts'

const fields: Record<NameFieldId, string> = {
  server: 'Serveur',
  user: 'Identifiant',
  password: 'Mot de passe',
  token: 'Jeton',
  key: 'Clé',
  secret: 'Clé secrète',
  zone: 'Zone DNS',
  consumerKey: 'Clé de client (consumer key)',
  url: 'Adresse à appeler',
  success: 'Une bonne réponse commence par',
  fatal: 'Une réponse qui arrête tout commence par',
}

const where: Readonly<Record<string, string>> = {
  cloudflare:
    "Dans votre profil, sous Jetons d'API : créez un jeton d'après le modèle « Modifier DNS de zone », pour la seule zone où se trouve le nom. Pas la clé API globale.",
  custom:
    "L'adresse que votre fournisseur veut voir appelée, avec {host}, {ipv4} et {ipv6} à leur place. Elle commence par https://. Le début des réponses est facultatif : sinon good, nochg, ok, success et updated sont bonnes, et ce qui est définitif pour dyndns2 l'est.",
  desec: "Sous Token Management : créez un jeton. Pour un nom sous dedyn.io, celui montré à l'inscription convient aussi.",
  duckdns: 'Connectez-vous sur duckdns.org : le jeton est en haut de la page.',
  dynu: "Dans le panneau de contrôle, sous My Account, Username/Password : votre identifiant, et le mot de passe de mise à jour d'IP si vous en avez choisi un.",
  dyndns2: "Le nom du serveur, comme dyndns.example.net, avec l'identifiant et le mot de passe qu'il vous a donnés.",
  freedns:
    "Sous Dynamic DNS, version 2 : la fin de l'adresse de mise à jour du nom, entre /u/ et la dernière barre. Le nom prend l'adresse de cette maison, et aucune autre.",
  gandi: "Sous Organisations, Partage, jetons d'accès personnels : créez-en un qui peut gérer la configuration technique des domaines.",
  hetzner: "Dans la console, dans le projet de la zone, sous Sécurité, jetons d'API : créez-en un qui peut lire et écrire.",
  infomaniak: "Dans le manager, à votre domaine, sous DNS dynamique : l'identifiant et le mot de passe que vous y avez donnés au nom.",
  'no-ip':
    "Sous Dynamic DNS, DDNS Keys : l'identifiant et le mot de passe d'une clé. Votre compte convient aussi, sauf avec la double authentification.",
  ovh: "Sur la page « createToken » : demandez GET, POST, PUT et DELETE sur /domain/zone/*. Elle montre une clé et un secret d'application, et une consumer key.",
  'ovh-dynhost':
    'À votre domaine, sous DynHost, Gérer les accès : créez un identifiant pour le nom. Il ressemble à votre-domaine.fr-quelquechose.',
  porkbun: "Sous Account, API Access : créez une clé, et activez aussi l'accès API au domaine lui-même.",
  rfc2136:
    "Le serveur, avec son port si ce n'est pas 53, et une clé telle que tsig-keygen ou keymgr -t l'affiche, sur une ligne. La zone est facultative : sinon le serveur est interrogé.",
}

const states: Record<KeptNameState, string> = {
  ok: 'mène où il doit',
  changing: 'est en train de changer',
  waiting: 'sera réessayé',
  stopped: 'vous attend',
  elsewhere: 'mène ailleurs',
  unknown: 'pas encore regardé',
}

export const providers = {
  fields,
  optional: (field: string) => `${field} (facultatif)`,
  where,
  watched: "quelqu'un d'autre le tient",
  states,
  none: "Aucun nom à vous n'est encore tenu ici : porchlight name add HOST --provider ID --service NAME",
  unasked: "n'a pas pu être demandé",
  nothing: 'aucune adresse',
  should: (address: string) => `devrait être ${address}`,
  checked: (host: string, title: string) => `${title} connaît ${host}, et accepte ce que vous avez donné.`,
  unchecked: (title: string) => `${title} ne peut être essayé que par une mise à jour. Regardez la liste dans une minute.`,
  left: (host: string) =>
    `${host} est oublié ici. Sa dernière adresse reste chez le fournisseur : effacez-la là-bas si le nom ne doit mener nulle part.`,
  evidence: (words: string) => `dans ses mots : ${words}`,
  again: (whenMs: number) => `prochain essai le ${moment(String(whenMs))}`,
  page: {
    heading: 'Vos noms à vous',
    text: 'Un domaine à vous, ou un nom chez un fournisseur de DNS dynamique, peut aussi mener ici.',
    add: 'Ajouter un nom',
    host: 'Nom complet',
    hostHelp: 'Par exemple www.exemple.fr, ou *.exemple.fr pour tous les noms en dessous.',
    keeper: 'Qui le tient ?',
    ownRecords: 'Mon domaine : je pose les enregistrements moi-même',
    leadsTo: 'Mène à',
    submit: 'Ajouter ce nom',
    added: (host: string) => `${host} est ajouté.`,
    test: 'Réessayer',
    tested: (host: string) => `${host} a été essayé.`,
    remove: 'Retirer',
    removed: (host: string) => `${host} est oublié ici.`,
    records: 'Les enregistrements à poser',
    history: 'Où il menait avant',
    was: (whenMs: number, family: string, address: string) => `${moment(String(whenMs))} : ${family} ${address}`,
  },
  changed: (whenMs: number) => `changé le ${moment(String(whenMs))}`,
}

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
    steps: [`Vérifiez-le chez ${name}.`, `Lancez ensuite porchlight name update ${host} dans un terminal.`],
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
    steps: ['Regardez la liste : porchlight name providers.', "Pour un fournisseur qui n'y est pas, il y a dyndns2 et custom."],
  }),
  'name-credentials-missing': ({ name, detail }) => ({
    title: `Il manque quelque chose pour ${name}.`,
    cause: `Il manque encore : ${detail}.`,
    consequence: "Rien n'a été changé.",
    remedy: 'Donnez tout ce qui est demandé. Où cela se trouve est écrit à côté du fournisseur.',
  }),
  'ipv6-suffix-invalid': ({ address }) => ({
    title: `« ${address} » ne peut pas être la fin d'une adresse du nouveau genre (IPv6).`,
    cause: "La première moitié d'une telle adresse vient de votre opérateur, et change ; seule la seconde appartient à une machine.",
    consequence: "Rien n'a été changé.",
    remedy: "Donnez ses quatre derniers groupes après un double deux-points, comme le montre l'aide de la commande.",
  }),
}
