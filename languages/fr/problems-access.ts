/** Qui peut entrer, par quel lien ou quel mot de passe. */
import type { ProblemWords } from '../problems.ts'

export const accessProblems: ProblemWords<
  | 'link-unknown'
  | 'links-full'
  | 'link-end-past'
  | 'link-needs-gate'
  | 'alias-needs-public'
  | 'gate-web-only'
  | 'password-unfit'
  | 'password-missing'
  | 'passwords-differ'
  | 'allowed-invalid'
  | 'allowed-missing'
  | 'not-admitted'
  | 'link-locked'
> = {
  'link-unknown': ({ service }) => ({
    title: `${service} n'a pas de lien de ce nom.`,
    cause: "Il a pu être révoqué entre-temps, ou son identifiant s'écrit autrement.",
    consequence: "Rien n'a été changé.",
    steps: [{ text: 'Regardez la liste de ses liens et réessayez avec un de ceux-là.', action: 'show-links' }],
  }),
  'links-full': ({ service }) => ({
    title: `Il n'y a plus de place pour un autre lien vers ${service}.`,
    cause: "Un service a 20 liens au plus, et tous les services ensemble 400, car le relais les apprend tous d'un seul message.",
    consequence: "Aucun lien n'a été créé ; les autres continuent comme avant.",
    steps: [{ text: "Révoquez un lien dont personne n'a plus besoin, puis créez le nouveau.", action: 'show-links' }],
  }),
  'link-end-past': ({ service }) => ({
    title: 'Un lien ne peut pas finir avant de commencer.',
    cause: 'La fin indiquée est déjà passée.',
    consequence: `Aucun lien vers ${service} n'a été créé.`,
    steps: [{ text: 'Choisissez un moment à venir.', action: 'show-links' }],
  }),
  'link-needs-gate': ({ service }) => ({
    title: `${service} est ouvert à tous : ses visiteurs ne peuvent pas être comptés.`,
    cause: "Seul un service qui s'ouvre uniquement par lien en demande un à ses visiteurs. Sinon, qui connaît l'adresse n'en a pas besoin.",
    consequence: "Aucun lien n'a été créé.",
    steps: [
      { text: `Réservez d'abord ${service} à ceux qui ont un lien.`, action: 'set-access' },
      "Ou créez un lien sans nombre d'ouvertures limité, qui passe par le relais.",
    ],
  }),
  'alias-needs-public': ({ service }) => ({
    title: `Un lien qui se dicte ne peut pas ouvrir ${service}.`,
    cause:
      'Huit lettres se disent facilement mais se devinent trop bien : elles ne laissent entrer personne qui resterait dehors sans elles.',
    consequence: "Aucun lien n'a été créé.",
    steps: ['Créez plutôt un lien à copier.', { text: `Ou ouvrez ${service} à tous.`, action: 'set-access' }],
  }),
  'gate-web-only': ({ service }) => ({
    title: `${service} ne peut pas demander à ses visiteurs un mot de passe de Porchlight.`,
    cause: 'Porchlight ne peut placer sa propre page que devant un site web. Les autres programmes parlent leur propre langue.',
    consequence: "Rien n'a été changé : qui pouvait entrer le peut toujours.",
    steps: [
      { text: 'Laissez entrer les personnes qui ont ouvert un lien, ou certaines adresses.', action: 'set-access' },
      "Ou choisissez un mot de passe dans le programme lui-même, s'il en a un.",
    ],
  }),
  'password-unfit': ({ service }) => ({
    title: `Ce mot de passe est trop court pour ${service}.`,
    cause: 'Un mot de passe compte de 8 à 200 caractères, car tout internet peut tenter de le deviner.',
    consequence: "Rien n'a été changé.",
    steps: [
      {
        text: "Choisissez-en un plus long. Trois ou quatre mots sans rapport entre eux font l'affaire et se dictent facilement.",
        action: 'set-access',
      },
    ],
  }),
  'password-missing': ({ service }) => ({
    title: `${service} n'a pas encore de mot de passe.`,
    cause: "Il ne peut pas en demander un tant que vous ne l'avez pas choisi.",
    consequence: "Rien n'a été changé.",
    steps: [{ text: "Choisissez le mot de passe en même temps que ce mode d'accès.", action: 'set-access' }],
  }),
  'passwords-differ': ({ service }) => ({
    title: 'Les deux mots de passe ne sont pas identiques.',
    cause: "Ce qui se tape sans s'afficher est demandé deux fois.",
    consequence: `Rien n'a été changé : ${service} s'ouvre comme avant.`,
    steps: [{ text: 'Réessayez.', action: 'set-access' }],
  }),
  'allowed-invalid': ({ name, service }) => ({
    title: `« ${name} » ne peut pas figurer sur la liste de ${service}.`,
    cause:
      'La liste accepte des adresses comme 203.0.113.7, des plages comme 203.0.113.0/24, et des noms complets comme marie.dyndns.example. Elle en contient 50 au plus.',
    consequence: "Rien n'a été changé.",
    steps: [{ text: "Corrigez-la et réessayez. Un visiteur refusé voit sa propre adresse et peut vous l'envoyer.", action: 'set-access' }],
  }),
  'allowed-missing': ({ service }) => ({
    title: `La liste de ${service} est encore vide.`,
    cause: "Il ne peut pas n'accepter que certaines adresses tant que vous n'en avez donné aucune.",
    consequence: "Rien n'a été changé.",
    steps: [{ text: "Donnez une adresse, une plage ou un nom en même temps que ce mode d'accès.", action: 'set-access' }],
  }),
  'not-admitted': ({ service, address }) => ({
    title: `${address} n'est pas entré par un lien dans ${service}.`,
    cause: 'Son temps est peut-être écoulé, ou son lien a été retiré.',
    consequence: "Rien n'a été changé.",
    steps: [{ text: "Consultez la liste des adresses admises et réessayez avec l'une d'elles.", action: 'set-access' }],
  }),
  'link-locked': ({ service, name }) => ({
    title: `Le lien « ${name} » vers ${service} est bloqué.`,
    causes: [
      "Dix codes faux lui ont été donnés. Quelqu'un possède ce lien sans en connaître le code, et a peut-être essayé de le deviner.",
      'Ou bien la personne à qui il était destiné a oublié le code.',
    ],
    consequence: 'Plus personne ne peut entrer par lui. Les personnes déjà entrées le restent.',
    steps: [
      { text: 'Retirez-le et faites-en un nouveau pour la personne à qui il était destiné.', action: 'show-links' },
      'Envoyez-lui le nouveau code par un autre moyen que le lien.',
    ],
  }),
}
