/** Les chemins qui mènent ailleurs chez vous, ce qu'on y annonce et ce qu'on en croit. */
import type { ProblemWords } from '../problems.ts'
import { moment } from './problems-way.ts'

export const routes = {
  heading: (name: string) => `${name}, en détail`,
  open: 'Plus',
  paths: 'Chemins qui mènent ailleurs chez vous',
  close: 'Fermer',
  shared:
    "Pour un navigateur, tous les chemins d'une même adresse forment un seul site : une page de l'un peut lire les autres et y agir au nom de qui est connecté. Donnez plutôt au service une adresse à lui, sauf si vous faites la même confiance à tous.",
  everythingElse: 'tout le reste',
  stripped: 'sans le chemin',
  refused: 'refusé : ce chemin peut se lire de deux façons',
  redirected: (to: string) => `renvoyé vers ${to}`,
  prefix: 'Chemin',
  prefixHelp: 'Par exemple /zm. Tout ce qui est en dessous y va.',
  target: 'Où il mène',
  targetHelp: "N'importe quelle machine chez vous, par exemple http://192.168.1.20:80",
  strip: 'Le service ne connaît pas ce chemin',
  submit: 'Ajouter le chemin',
  busy: 'Ajout…',
  added: (prefix: string) => `Le chemin ${prefix} a été ajouté.`,
  remove: 'Retirer',
  removeQuestion: (prefix: string) => `Retirer ${prefix} ?`,
  removeDetail: 'Ses visiteurs iront là où mènent les autres chemins. Le service lui-même continue chez vous, inchangé.',
  removed: (prefix: string) => `Le chemin ${prefix} a été retiré.`,
  keep: 'Garder',
  nothing: "Il n'y a rien d'autre à régler pour un service de ce genre.",
  uploadLimit: 'Envoi le plus gros',
  uploadLimitHelp: "Ce qu'un visiteur peut envoyer d'un coup. Vide : autant qu'il veut.",
  uploadLimitSave: 'Enregistrer',
  uploadLimitSet: 'La limite compte dès maintenant.',
  proxyProtocol: "Lui annoncer l'adresse de ses visiteurs (PROXY protocol v2)",
  proxyProtocolHelp: "Seulement si le programme est réglé pour l'attendre : tout autre n'y comprendrait rien.",
  certificate: {
    accept: 'Accepter ce certificat',
    cancel: 'Annuler',
    question: (target: string) => `Est-ce bien ${target} ?`,
    detail:
      "Aucune autorité publique ne s'en porte garante, comme pour la plupart des appareils domestiques. Si vous l'acceptez, Porchlight n'y enverra vos visiteurs que tant qu'il présente exactement ce certificat.",
    fingerprint: 'Empreinte (SHA-256)',
    subject: 'Établi pour',
    until: "Valable jusqu'au",
    accepted: 'Le certificat est accepté.',
  },
}

export const routeProblems: ProblemWords<
  | 'route-invalid'
  | 'route-taken'
  | 'route-unknown'
  | 'routes-full'
  | 'route-web-only'
  | 'proxy-protocol-tcp-only'
  | 'upload-limit-web-only'
  | 'fingerprint-invalid'
  | 'certificate-https-only'
  | 'certificate-unaccepted'
  | 'certificate-replaced'
  | 'certificate-kept'
> = {
  'route-invalid': ({ path }) => ({
    title: `« ${path} » ne peut pas être un chemin ici.`,
    cause:
      'Un chemin commence par une barre oblique, et se compose de lettres, de chiffres et de . _ ~ - entre des barres. La barre seule désigne le service lui-même.',
    consequence: "Aucun chemin n'a été ajouté.",
    remedy: 'Choisissez par exemple /zm ou /maison/cameras.',
  }),
  'route-taken': ({ path, service }) => ({
    title: `Le chemin ${path} de ${service} mène déjà quelque part.`,
    cause: 'Un chemin ne mène que vers un seul endroit.',
    consequence: "Rien n'a été changé.",
    remedy: "Retirez d'abord ce chemin, ou choisissez-en un autre.",
  }),
  'route-unknown': ({ path, service }) => ({
    title: `${service} n'a pas de chemin « ${path} ».`,
    cause: "Il a déjà été retiré, ou s'écrit autrement.",
    consequence: "Rien n'a été changé.",
    remedy: 'Regardez quels chemins existent sur la page, ou avec « porchlight route ls ».',
  }),
  'routes-full': ({ service, limit }) => ({
    title: `${service} a déjà ${limit} chemins et ne peut pas en avoir plus.`,
    cause: 'Chacun est examiné à chaque requête.',
    consequence: "Aucun chemin n'a été ajouté.",
    steps: ['Retirez-en un.', { text: 'Ou ajoutez un autre service, qui aura une adresse à lui.', action: 'add-service' }],
  }),
  'route-web-only': ({ service, target }) => ({
    title: 'Seuls les sites web ont des chemins.',
    cause: `${target} n'est ni en http:// ni en https:// : rien ne peut y être guidé par des chemins.`,
    consequence: `${service} reste comme il était.`,
    remedy: "Ajoutez ce qui n'est pas un site web comme un service à part.",
  }),
  'upload-limit-web-only': ({ service }) => ({
    title: `Ce qui est envoyé à ${service} ne peut pas être limité.`,
    cause: "Ce n'est pas un site web : personne ne peut voir où une requête finit et où la suivante commence.",
    consequence: "Rien n'a changé.",
    remedy: "Réglez une limite dans le programme lui-même, s'il en connaît une.",
  }),
  'proxy-protocol-tcp-only': ({ service }) => ({
    title: `${service} ne peut pas recevoir l'adresse de ses visiteurs par le « PROXY protocol ».`,
    cause: "Il n'existe que pour les services dont l'adresse commence par tcp://. Les sites web l'apprennent de toute façon autrement.",
    consequence: "Rien n'a été changé.",
    remedy: "Pour un site web, il n'y a rien à faire ici : réglez-le pour qu'il fasse confiance à cet ordinateur comme proxy.",
  }),
  'fingerprint-invalid': () => ({
    title: "Ce n'est pas l'empreinte d'un certificat.",
    cause: 'Une empreinte SHA-256 a 64 signes de 0 à 9 et de A à F, souvent avec un deux-points entre chaque paire.',
    consequence: "Rien n'a été changé.",
    remedy: 'Copiez-la de nouveau en entier.',
  }),
  'certificate-https-only': ({ service, target }) => ({
    title: `${service} ne présente pas de certificat.`,
    cause: `On l'atteint par ${target}, qui n'est pas en https://.`,
    consequence: "Rien n'a été changé, et il n'y a rien à accepter.",
    remedy: "S'il parle https chez vous, retirez-le puis ajoutez-le de nouveau avec https://.",
  }),
  'certificate-unaccepted': ({ service, target, theirs, detail, until }) => ({
    title: `${service} présente un certificat que personne n'a encore accepté.`,
    cause: `${target} n'est garanti que par lui-même, comme la plupart des appareils domestiques : « ${detail} », jusqu'au ${moment(until)}.`,
    consequence: "Rien ne lui est envoyé, et vos visiteurs lisent qu'il n'a pas été reconnu.",
    steps: [
      `Comparez son empreinte à celle que donne l'appareil lui-même : ${theirs}.`,
      { text: 'Si elles sont identiques, acceptez-le.', action: 'accept-certificate' },
    ],
  }),
  'certificate-replaced': ({ service, target, ours, theirs, detail, until }) => ({
    title: `${service} présente un autre certificat que celui que vous avez accepté.`,
    causes: [
      `Il a été renouvelé : le nouveau est « ${detail} », jusqu'au ${moment(until)}. Avant : ${ours}.`,
      `Ou autre chose répond à ${target}.`,
    ],
    consequence: "Plus rien ne lui est envoyé, et vos visiteurs lisent qu'il n'a pas été reconnu.",
    steps: [
      `Cherchez si vous ou l'appareil en avez créé un nouveau : ${theirs}.`,
      { text: 'Si oui, acceptez-le.', action: 'accept-certificate' },
    ],
  }),
  'certificate-kept': ({ service, target, theirs }) => ({
    title: `Le certificat de ${service} est désormais le seul accepté.`,
    cause: `Jusqu'ici Porchlight acceptait n'importe quel certificat à ${target}. Il a retenu celui qui y est présenté : ${theirs}.`,
    consequence: "Si un autre y apparaît un jour, vos visiteurs n'y sont plus envoyés et l'on vous demande votre avis.",
    steps: ['Rien à faire.', { text: 'Si vous connaissez son empreinte, comparez.', action: 'show-service' }],
  }),
}
