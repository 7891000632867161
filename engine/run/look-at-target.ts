/** Is a service's program there, or its folder, and as its owner left it? */
import type { EffectOf } from '../core/plan.ts'
import { checkFolder } from '../folder/check.ts'
import { checkTarget } from '../services/check.ts'
import type { Context } from './context.ts'
import { rememberMachine } from './follow-target.ts'
import { createJudgeAnswer } from './judge-answer.ts'
import { createJudgeCertificate } from './judge-certificate.ts'
import type { Emit } from './loop.ts'

export function createLookAtTarget(context: Context) {
  const judgeCertificate = createJudgeCertificate(context)
  const judgeAnswer = createJudgeAnswer(context)
  return async ({ name, target, preset }: EffectOf<'check-target'>, emit: Emit, signal: AbortSignal): Promise<void> => {
    if (target.kind === 'folder') {
      const { problem, remark } = await checkFolder(name, target.path, context.folder)
      return emit(problem ? { type: 'target-down', name, problem } : { type: 'target-up', name, ...(remark && { remark }) })
    }
    const asked = { name, target, preset }
    const problem =
      (await checkTarget(name, target, preset, signal)) ??
      (await judgeCertificate(asked, emit, signal)) ??
      (await judgeAnswer(asked, signal))
    if (!problem) await rememberMachine(context, asked, emit, signal)
    emit(problem ? { type: 'target-down', name, problem } : { type: 'target-up', name })
  }
}
