/** Les noms à soi, et qui les tient : ce qui est demandé, où cela se trouve, ce que dit la liste, et ce qui peut aller mal. */
import type { KeptNameState } from '../../protocol/model/kept-name.ts'
import type { NameFieldId } from '../../protocol/model/name-provider.ts'
import { moment } from './times.ts'

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
  labelled: (label: string, value: string) => `${label} : ${value}`,
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
    watched: 'Ma box, mon NAS ou mon opérateur',
    watchedHelp: 'Il est regardé, jamais changé. Porchlight vous dit quand il mène ailleurs.',
    other: 'Un autre fournisseur',
    search: 'Chercher',
    others: 'Fournisseur',
    notFound: "Personne ici ne s'appelle ainsi. Beaucoup de fournisseurs parlent DynDNS 2 : videz la recherche, et ouvrez Plus.",
    more: 'Plus',
    leadsTo: 'Mène à',
    home: 'Cette maison, sans site',
    machine: 'Une autre machine de cette maison (IPv6)',
    suffix: 'La fin de son adresse IPv6',
    suffixHelp: 'Ses quatre derniers groupes (::1a2b:3c4d:5e6f:7a8b). Ce qui précède suit votre ligne.',
    sameAccount: (host: string) => `Le même compte que ${host}`,
    change: "Changer ce qui l'ouvre",
    changeHelp: "Cela vaut pour tous vos noms de ce compte. Ce qui est gardé n'est jamais montré.",
    save: 'Enregistrer',
    needed: 'Sans cela, rien ne marche.',
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
  looked: (whenMs: number) => `regardé le ${moment(String(whenMs))}`,
  changed: (whenMs: number) => `changé le ${moment(String(whenMs))}`,
}
