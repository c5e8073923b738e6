/** Where our end state is another than LBC's, and why. */
export interface NamedDifference {
  /** A line of the comparison, or of a refusal at admission. */
  readonly line: string
  /** The section of `behaviour.md` that says so. */
  readonly section: string
  readonly reason: string
}

/** By case; a case that is not named here ends exactly as LBC left it. */
export const namedDifferences: Readonly<Record<string, readonly NamedDifference[]>> = {
  tags: [
    {
      line: 'refused: TagValueInvalid',
      section: '2.1',
      reason:
        'AWS takes no comma in the value of a tag (ELBv2 API, `Tag`); the emulator that LBC ran on took it. Compared with a value that AWS takes.',
    },
  ],
}
