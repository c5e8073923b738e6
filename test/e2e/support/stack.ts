import type { Test } from 'tap'
import { type Stack, type StackOptions, startStack } from '../../local/stack.ts'
import { put } from './kubectl.ts'
import { service } from './objects.ts'

/** A stack for one test file; it is stopped when the tests end, however they end. */
export const stackFor = async (t: Test, options: StackOptions = {}): Promise<Stack> => {
  const stack = await startStack({ progress: (line) => t.comment(line), ...options })
  t.teardown(() => stack.stop())
  return stack
}

/** Makes namespaces, each with the NodePort Service of the walkthrough. */
export const createNamespaces = async (stack: Stack, names: readonly string[]): Promise<void> => {
  await put(stack, [
    ...names.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    ...names.map((namespace) => service({ namespace })),
  ])
}
