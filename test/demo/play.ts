import { tellTitle } from './narrator.ts'
import type { RunningStage } from './stage.ts'
import type { Step } from './step.ts'

/** Where and why the story ended before its end. */
export interface Break {
  readonly step: string
  readonly reason: string
}

/** Plays the steps in order. A step that cannot go on ends the story. */
export async function play(
  story: readonly Step[],
  running: Pick<RunningStage, 'enter' | 'stage'>,
): Promise<Break | undefined> {
  for (const [index, step] of story.entries()) {
    running.enter(step.title)
    tellTitle(index + 1, story.length, step.title)
    try {
      await step.run(running.stage)
    } catch (error) {
      return { step: step.title, reason: error instanceof Error ? error.message : String(error) }
    }
  }
  return undefined
}
