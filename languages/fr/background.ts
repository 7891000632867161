import type { AllWords } from '../index.ts'

export const background: AllWords['background'] = {
  installed: (path) => `Porchlight tourne maintenant en arrière-plan. Son service : ${path}`,
  untilLogout: (command) => `Il s'arrête à la fermeture de votre session. Pour le lancer dès l'allumage : sudo ${command} "$USER"`,
  removed: (folder) => `Porchlight ne tourne plus en arrière-plan. Noms, liens et réglages restent dans ${folder}.`,
}
