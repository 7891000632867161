/** Ce qui peut ne pas aller avec ce dont le moteur se souvient. */
import type { ProblemWords } from '../problems.ts'

export const historyProblems: ProblemWords<'history-damaged'> = {
  'history-damaged': ({ keptAs }) => ({
    title: "L'historique était abîmé et repart de zéro.",
    causes: ['Le disque est défaillant, ou le courant a été coupé pendant un enregistrement.', 'Un autre programme a modifié le fichier.'],
    consequence: `Ce qui avait été consigné n'apparaît plus. Vos services fonctionnent comme avant. Le fichier abîmé a été conservé sous ${keptAs}.`,
    steps: ["Il n'y a rien à faire.", 'Si cela se reproduit, faites vérifier le disque.'],
  }),
}
