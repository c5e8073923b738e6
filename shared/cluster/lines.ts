const longestLine = 16 * 1_024 * 1_024

/**
 * Cuts a stream of bytes into lines. A last line without an end is handed out too: it is either whole or no JSON.
 * @throws RangeError for a line of more than 16 MiB
 */
export const eachLine = async (stream: AsyncIterable<Uint8Array>, onLine: (line: string) => void): Promise<void> => {
  const decoder = new TextDecoder()
  let pending = ''
  for await (const chunk of stream) {
    const lines = `${pending}${decoder.decode(chunk, { stream: true })}`.split('\n')
    pending = lines.pop() ?? ''
    if (pending.length > longestLine) throw new RangeError('a line of the watch is longer than 16 MiB')
    for (const line of lines) if (line !== '') onLine(line)
  }
  pending += decoder.decode()
  if (pending.trim() !== '') onLine(pending)
}
