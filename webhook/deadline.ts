import { parseDuration } from '../shared/text/durations.ts'

/** What the API server waits where `?timeout=` says nothing, or nothing that can be read. */
const usualTimeout = 5_000
/** Longest `timeoutSeconds` of a webhook configuration (Kubernetes API reference). */
const longestTimeout = 30_000
/** Left for the way back, so that an answer arrives before the API server gives up. */
const margin = 300

/**
 * Milliseconds in which a request is answered, from the `timeout` parameter that the API server puts into the URL (a Go
 * duration, `5s`), less a margin.
 */
export const timeToAnswer = (timeout: unknown): number => {
  const asked = typeof timeout === 'string' ? parseDuration(timeout) : undefined
  const known = asked === undefined || asked <= 0 ? usualTimeout : Math.min(asked, longestTimeout)
  return Math.max(0, known - margin)
}
