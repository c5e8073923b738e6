import type { Call } from '../aws/emulator.ts'

/** The AWS calls of one part of the story. */
export interface CountedCalls {
  readonly name: string
  readonly calls: number
  readonly writes: number
  readonly byAction: ReadonlyMap<string, number>
  readonly milliseconds: number
}

export function countByAction(name: string, calls: readonly Call[], milliseconds: number): CountedCalls {
  const byAction = new Map<string, number>()
  // Writes first, each kind in the order of first use.
  for (const { action } of [...calls.filter(({ write }) => write), ...calls.filter(({ write }) => !write)]) {
    byAction.set(action, (byAction.get(action) ?? 0) + 1)
  }
  return { name, calls: calls.length, writes: calls.filter(({ write }) => write).length, byAction, milliseconds }
}

/** `CreateRule 1, RegisterTargets 2`. */
export function actionList({ byAction }: Pick<CountedCalls, 'byAction'>): string {
  return [...byAction].map(([action, count]) => `${action} ${count}`).join(', ')
}
