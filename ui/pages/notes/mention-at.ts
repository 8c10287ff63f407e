/** The beginning of a name that is being typed after an `@` before the cursor; undefined when none is. */
export function mentionAt(text: string, cursor: number): string | undefined {
  return /(?:^|[^\p{L}\p{N}._@-])@([a-z0-9._@-]*)$/u.exec(text.slice(0, cursor))?.[1]
}

/** The text with that name completed, and where the cursor then stands. */
export function completed(text: string, cursor: number, name: string): { text: string; cursor: number } {
  const typed = mentionAt(text, cursor) ?? ''
  const before = text.slice(0, cursor - typed.length)
  const after = text.slice(cursor)
  const space = after.startsWith(' ') ? '' : ' '
  return { text: `${before}${name}${space}${after}`, cursor: before.length + name.length + 1 }
}
