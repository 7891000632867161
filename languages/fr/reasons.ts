import type { Words } from '../index.ts'

export const reasons: Words['reasons'] = {
  ECONNREFUSED: "rien n'écoute à cette adresse",
  ECONNRESET: 'la connexion a été coupée',
  ETIMEDOUT: "aucune réponse n'est arrivée à temps",
  EHOSTUNREACH: 'aucun chemin ne mène à cette machine',
  ENETUNREACH: "cet ordinateur n'a pas de chemin vers ce réseau",
  ENOTFOUND: "ce nom n'existe pas",
  EAI_AGAIN: "le nom n'a pas pu être trouvé",
  CERT_HAS_EXPIRED: 'son certificat a expiré',
  CERT_NOT_YET_VALID: "son certificat n'est pas encore valable",
  ERR_TLS_CERT_ALTNAME_INVALID: 'son certificat porte un autre nom',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'il a signé lui-même son certificat',
  SELF_SIGNED_CERT_IN_CHAIN: "son certificat vient d'une autorité que cet ordinateur ne connaît pas",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "son certificat vient d'une autorité que cet ordinateur ne connaît pas",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "son certificat vient d'une autorité que cet ordinateur ne connaît pas",

  expired: 'il a expiré',
  'not-yet-valid': "il n'est pas encore valable",
  'wrong-name': 'il porte un autre nom',
  untrusted: "il vient d'une autorité que les navigateurs ne connaissent pas",

  'directory-unreachable': "l'annuaire de certificats est injoignable",
  'untrusted-directory': "aucune autorité que cet ordinateur connaît ne répond de l'annuaire de certificats",

  'no-certificate': 'il ne contient aucun certificat',
  malformed: 'il ne contient pas de certificat et de clé entiers',
  'key-mismatch': "la clé n'est pas celle du certificat",
  names: 'il porte un autre nom',
  chain: "un certificat n'y est pas suivi de celui de son émetteur",
  'not-renewed': "il touche à sa fin, et personne ne l'a renouvelé",
  'no-name': "cette maison n'a pas encore de nom sur internet",
  'no-staging': "son annuaire ne propose pas d'essais",
  terms: "il faut d'abord accepter des conditions d'utilisation",
  account: "l'annuaire veut un compte chez lui",
  'rate-limited': "la limite de l'annuaire est atteinte",

  'none-given': "aucune raison n'a été donnée",

  '403': 'ses règles ne le permettent pas',
  '407': 'il exige un nom et un mot de passe',

  'no-such-account': "ce compte n'existe pas",
  'not-root': 'seul root peut passer la main à un autre compte',
  'folder-of-another': 'le dossier de données appartient à un autre compte',
  'program-unreadable': "il n'a pas le droit de lire le programme",
  'no-setpriv': 'il manque le programme setpriv (Debian : util-linux)',
  'not-a-backup': "ce n'est pas la sauvegarde d'un relais",
  'backup-damaged': 'il est abîmé',
  'not-an-export': "ce n'est pas un export de Porchlight",
  'export-newer': "un Porchlight plus récent l'a écrit",
  'export-cut': 'il en manque la fin',
  'export-too-large': 'il est trop gros pour un export',

  EACCES: "ce compte n'y a pas droit",
  EPERM: 'le système ne le permet pas',
  EROFS: 'ce disque est en lecture seule',
  ENOENT: "le dossier n'existe pas",
  ENOTDIR: 'une partie de ce chemin est un fichier, pas un dossier',

  'own-listener': "c'est Porchlight lui-même, et les visiteurs tourneraient en rond",
  metadata: "c'est une adresse interne d'hébergeur, qui peut livrer des secrets",
  public: 'elle se trouve sur internet, pas sur votre réseau',
  'not-a-host': 'cette adresse ne désigne aucune machine en particulier',

  'whole-disk': "c'est un disque entier, avec tout ce qu'il contient",
  'own-data': "c'est le dossier de Porchlight, où se trouve la clé de cette maison",
  system: "le système d'exploitation y range ses propres fichiers",
  hidden: 'il se trouve dans un dossier caché, où les programmes gardent des mots de passe et des clés',
}

export const quoted: Words['quoted'] = (text) => `« ${text} »`
