/** Ce dont le moteur se souvient. */
import type { ProblemWords } from '../problems.ts'

export const historyProblems: ProblemWords<'history-damaged'> = {
  'history-damaged': ({ keptAs }) => ({
    title: "L'historique était abîmé et repart de zéro.",
    cause: "Son fichier n'a pas pu être lu : un disque défaillant ou un autre programme a pu le modifier.",
    consequence: `Ce qui avait été consigné n'apparaît plus. Vos services fonctionnent comme avant. Le fichier abîmé a été conservé sous ${keptAs}.`,
    remedy: "Il n'y a rien à faire. Si cela se reproduit, faites vérifier le disque.",
  }),
}
