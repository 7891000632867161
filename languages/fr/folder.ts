import type { AllWords } from '../index.ts'

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
