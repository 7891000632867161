import type { AllWords } from '../index.ts'

export const tray: AllWords['tray'] = {
  tooltip: (sentence) => `Porchlight : ${sentence}`,
  service: (name, state) => `${name} : ${state}`,
  copyShareLink: 'Copier le lien de partage',
  copyAddress: "Copier l'adresse",
  open: 'Ouvrir',
  pause: 'Pause',
  resume: 'Reprendre',
  checkNow: 'Vérifier maintenant',
  openPorchlight: 'Ouvrir Porchlight',
  startAtLogin: "Démarrer à l'ouverture de session",
  quit: 'Quitter',
  quitQuestion: 'Garder vos services accessibles ?',
  quitDetail: 'Porchlight peut continuer à les servir en arrière-plan, sans son icône.',
  keepServing: 'Les garder accessibles',
  stopEverything: 'Tout arrêter',
  cancel: 'Annuler',
  dontAskAgain: 'Ne plus demander',
  noEngine: 'Porchlight démarre',
}
