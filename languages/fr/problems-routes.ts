/** Ce qui peut ne pas aller avec les chemins qui mènent ailleurs. */
import type { ProblemWords } from '../problems.ts'
import { moment } from './times.ts'

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
    steps: [{ text: 'Choisissez par exemple /zm ou /maison/cameras.', action: 'show-service' }],
  }),
  'route-taken': ({ path, service }) => ({
    title: `Le chemin ${path} de ${service} mène déjà quelque part.`,
    cause: 'Un chemin ne mène que vers un seul endroit.',
    consequence: "Rien n'a été changé.",
    steps: [{ text: "Retirez d'abord ce chemin, ou choisissez-en un autre.", action: 'show-service' }],
  }),
  'route-unknown': ({ path, service }) => ({
    title: `${service} n'a pas de chemin « ${path} ».`,
    cause: "Il a déjà été retiré, ou s'écrit autrement.",
    consequence: "Rien n'a été changé.",
    steps: [{ text: 'Regardez quels chemins existent sur la page, ou avec « porchlight route ls ».', action: 'show-service' }],
  }),
  'routes-full': ({ service, limit }) => ({
    title: `${service} a déjà ${limit} chemins et ne peut pas en avoir plus.`,
    cause: 'Chacun est examiné à chaque page ouverte par un visiteur.',
    consequence: "Aucun chemin n'a été ajouté.",
    steps: ['Retirez-en un.', { text: 'Ou ajoutez un autre service, qui aura une adresse à lui.', action: 'add-service' }],
  }),
  'route-web-only': ({ service, target }) => ({
    title: 'Seuls les sites web ont des chemins.',
    cause: `${target} n'est ni en http:// ni en https:// : rien ne peut y être guidé par des chemins.`,
    consequence: `${service} reste comme il était.`,
    steps: [{ text: "Ajoutez ce qui n'est pas un site web comme un service à part.", action: 'add-service' }],
  }),
  'upload-limit-web-only': ({ service }) => ({
    title: `Ce qui est envoyé à ${service} ne peut pas être limité.`,
    cause: "Ce n'est pas un site web : personne ne peut voir où un envoi finit et où le suivant commence.",
    consequence: "Rien n'a changé.",
    steps: [{ text: "Réglez une limite dans le programme lui-même, s'il en connaît une.", action: 'show-service' }],
  }),
  'proxy-protocol-tcp-only': ({ service }) => ({
    title: `${service} ne peut pas recevoir l'adresse de ses visiteurs par le « PROXY protocol ».`,
    cause: "Il n'existe que pour les services dont l'adresse commence par tcp://. Les sites web l'apprennent de toute façon autrement.",
    consequence: "Rien n'a été changé.",
    steps: [
      {
        text: "Pour un site web, il n'y a rien à faire ici : réglez-le pour qu'il fasse confiance à cet ordinateur comme proxy.",
        action: 'show-service',
      },
    ],
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
    steps: [{ text: "S'il parle https chez vous, retirez-le puis ajoutez-le de nouveau avec https://.", action: 'show-service' }],
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
