import type { AllWords } from '../index.ts'
import type { ProblemWords } from '../problems.ts'

export const folder: AllWords['folder'] = {
  home: 'Tous les fichiers',
  way: 'Emplacement',
  name: 'Nom',
  size: 'Taille',
  changed: 'Modifié',
  folder: 'Dossier',
  empty: 'Ce dossier est vide.',
  pages: 'Pages de ce dossier',
  page: (page, all) => `Page ${page} sur ${all}`,
  previous: 'Page précédente',
  next: 'Page suivante',
  tooMany: (most) => `Ce dossier contient trop d'éléments pour être affiché en entier : en voici ${most}.`,
  absent: { title: "Il n'y a rien ici", text: "Le fichier a été déplacé ou supprimé, ou l'adresse a été coupée." },
  closed: {
    title: 'Ouverture impossible',
    text: "L'ordinateur de la maison n'a pas le droit de le lire. Prévenez la personne qui l'a partagé avec vous.",
  },
  back: 'Retour à tous les fichiers',
  byLink: (service) => `Seuls ceux qui ouvrent son lien de partage peuvent entrer. « porchlight link ${service} » l'affiche.`,
}

export const folderProblems: ProblemWords<'folder-unshowable' | 'folder-gone' | 'folder-closed' | 'folder-holds-home'> = {
  'folder-unshowable': ({ path, reason }) => ({
    title: `Le dossier ${path} ne peut pas être partagé.`,
    cause: `Ce dossier n'est pas permis : ${reason}.`,
    consequence: "Personne ne peut l'ouvrir, pour votre sécurité.",
    remedy: 'Choisissez un dossier qui ne contient que ce que vous voulez montrer, par exemple /home/anna/Photos.',
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
