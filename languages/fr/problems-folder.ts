/** Ce qui peut ne pas aller avec un dossier. */
import type { ProblemWords } from '../problems.ts'

export const folderProblems: ProblemWords<'folder-unshowable' | 'folder-gone' | 'folder-closed' | 'folder-holds-home'> = {
  'folder-unshowable': ({ path, reason }) => ({
    title: `Le dossier ${path} ne peut pas être partagé.`,
    cause: `Ce dossier n'est pas permis : ${reason}.`,
    consequence: "Personne ne peut l'ouvrir, pour votre sécurité.",
    steps: [
      {
        text: 'Choisissez un dossier qui ne contient que ce que vous voulez montrer, par exemple /home/anna/Photos.',
        action: 'add-service',
      },
    ],
  }),
  'folder-gone': ({ service, path }) => ({
    title: `Le dossier de ${service} n'est pas là. Votre connexion, elle, fonctionne.`,
    causes: [
      `Son disque n'est pas branché, ou ne répond pas : il n'y a pas de dossier à l'emplacement ${path}.`,
      "On l'a déplacé ou renommé.",
    ],
    consequence: "Les visiteurs lisent que le service n'est pas démarré.",
    steps: [
      'Branchez le disque, ou remettez le dossier à sa place.',
      { text: "Porchlight s'en apercevra tout seul.", action: 'check-now' },
    ],
  }),
  'folder-closed': ({ service, path }) => ({
    title: `Porchlight n'a pas le droit de lire le dossier de ${service}.`,
    cause: `Le compte sous lequel Porchlight tourne n'a pas le droit d'ouvrir ${path}.`,
    consequence: "Les visiteurs lisent que le service n'est pas démarré.",
    steps: [{ text: "Donnez à ce compte le droit de lire le dossier. Porchlight s'en aperçoit tout seul.", action: 'check-now' }],
  }),
  'folder-holds-home': ({ service, path }) => ({
    title: `${service} montre un dossier personnel tout entier.`,
    cause: `${path} contient tous les fichiers d'une personne, et pas seulement ce qui est destiné aux autres. Seul ce qui commence par un point est caché.`,
    consequence: "Quiconque peut l'ouvrir peut y lire chaque document.",
    steps: [
      { text: `Si ce n'est pas voulu, retirez ${service}.`, action: 'show-service' },
      { text: 'Partagez ensuite un seul dossier, par exemple Photos.', action: 'add-service' },
    ],
  }),
}
